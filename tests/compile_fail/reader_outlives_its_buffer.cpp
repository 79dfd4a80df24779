// A reader returned by the function that owns the record.
// compilers: clang
// expect: address of stack memory associated with local variable 'line' returned
#include <string>

#include "mailassay/mailassay.h"

std::string_view record_in(const std::string& zone_line [[clang::lifetimebound]]);
void load(std::string& line);

#ifdef TWIN
mailassay::spf::RecordReader reader_of(std::string& line) {
#else
mailassay::spf::RecordReader reader_of() {
  std::string line;
#endif
  load(line);
  return mailassay::spf::RecordReader(record_in(line));
}
