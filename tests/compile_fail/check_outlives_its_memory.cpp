// A check returned by the function that owns its memory.
// compilers: clang
// expect: address of stack memory associated with local variable 'memory' returned
#include <array>

#include "mailassay/mailassay.h"

using Memory = std::array<std::byte, mailassay::scratch_bytes()>;
std::span<std::byte> all_of(Memory& memory [[clang::lifetimebound]]);

#ifdef TWIN
mailassay::spf::Check check_in(Memory& memory) {
#else
mailassay::spf::Check check_in() {
  Memory memory;
#endif
  return mailassay::spf::Check({}, all_of(memory));
}
