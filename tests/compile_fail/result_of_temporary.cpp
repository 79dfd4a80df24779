// The result views the check's memory and must not be taken from a check that is about to go.
// expect: (call to deleted|use of deleted function).*result
#include "mailassay/mailassay.h"

mailassay::spf::Verdict verdict(std::span<std::byte> memory) {
#ifdef TWIN
  const mailassay::spf::Check check({}, memory);
  return check.result().verdict;
#else
  return mailassay::spf::Check({}, memory).result().verdict;
#endif
}
