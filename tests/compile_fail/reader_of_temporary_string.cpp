// A reader views its record; that of a temporary string would dangle after the declaration.
// expect: (call to deleted|use of deleted function).*RecordReader
#include <string>

#include "mailassay/mailassay.h"

bool read(const std::string& version) {
  mailassay::spf::Term term;
#ifdef TWIN
  const std::string record = version + " -all";
  mailassay::spf::RecordReader reader(record);
#else
  mailassay::spf::RecordReader reader(version + " -all");
#endif
  return reader.next(term);
}
