// A check in memory that is gone behind its declaration.
// compilers: clang
// expect: temporary whose address is used as value of local variable 'check' will be destroyed
#include <memory>

#include "mailassay/mailassay.h"

struct Memory {
  std::byte bytes[mailassay::scratch_bytes()];
};
std::span<std::byte> all_of(const std::unique_ptr<Memory>& memory [[clang::lifetimebound]]);

mailassay::Progress poll() {
#ifdef TWIN
  const auto memory = std::make_unique<Memory>();
  mailassay::spf::Check check({}, all_of(memory));
#else
  mailassay::spf::Check check({}, all_of(std::make_unique<Memory>()));
#endif
  return check.poll();
}
