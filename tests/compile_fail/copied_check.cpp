// Two checks in one memory would overwrite each other.
// expect: (call to deleted|call to implicitly-deleted|use of deleted function).*Check
#include <utility>

#include "mailassay/mailassay.h"

mailassay::Status status(mailassay::spf::Check& check) {
#ifdef TWIN
  const mailassay::spf::Check second(std::move(check));
#else
  const mailassay::spf::Check second(check);
#endif
  return second.status();
}
