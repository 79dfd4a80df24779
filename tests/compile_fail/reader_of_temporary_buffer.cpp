// A view in between hides the temporary from the overloads, but not from lifetimebound.
// compilers: clang
// expect: temporary whose address is used as value of local variable 'reader' will be destroyed
#include <string>

#include "mailassay/mailassay.h"

std::string_view record_in(const std::string& zone_line [[clang::lifetimebound]]);

bool read(const std::string& line) {
  mailassay::spf::Term term;
#ifdef TWIN
  const std::string ended = line + "\n";
  mailassay::spf::RecordReader reader(record_in(ended));
#else
  mailassay::spf::RecordReader reader(record_in(line + "\n"));
#endif
  return reader.next(term);
}
