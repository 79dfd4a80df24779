// Questions view the check's memory and must not be taken from a check that is about to go.
// expect: (call to deleted|use of deleted function).*questions
#include "mailassay/mailassay.h"

std::size_t count(std::span<std::byte> memory) {
#ifdef TWIN
  const mailassay::spf::Check check({}, memory);
  return check.questions().size();
#else
  return mailassay::spf::Check({}, memory).questions().size();
#endif
}
