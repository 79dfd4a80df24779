// Two checks in one memory would overwrite each other.
// expect: (overload resolution selected deleted|cannot be assigned|use of deleted function)
#include <utility>

#include "mailassay/mailassay.h"

void assign(mailassay::spf::Check& to, mailassay::spf::Check& from) {
#ifdef TWIN
  to = std::move(from);
#else
  to = from;
#endif
}
