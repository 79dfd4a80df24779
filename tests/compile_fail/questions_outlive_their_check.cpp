// Questions returned by the function that owns the check.
// compilers: clang
// expect: address of stack memory associated with local variable 'check' returned
#include "mailassay/mailassay.h"

#ifdef TWIN
mailassay::NewQuestions questions_of(mailassay::spf::Check& check) {
#else
mailassay::NewQuestions questions_of(std::span<std::byte> memory) {
  mailassay::spf::Check check({}, memory);
#endif
  return check.new_questions();
}
