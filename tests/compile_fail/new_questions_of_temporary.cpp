// Questions view the check's memory, and nobody could answer those of a temporary check.
// expect: (call to deleted|use of deleted function).*new_questions
#include "mailassay/mailassay.h"

std::size_t count(std::span<std::byte> memory) {
#ifdef TWIN
  mailassay::spf::Check check({}, memory);
  return check.new_questions().size();
#else
  return mailassay::spf::Check({}, memory).new_questions().size();
#endif
}
