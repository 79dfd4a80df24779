// The arguments lie inside the diagnostic, and a list makes a new diagnostic for each reading.
// compilers: clang
// expect: temporary whose address is used as value of local variable 'arguments' will be destroyed
#include "mailassay/mailassay.h"

bool has_arguments(const mailassay::spf::Result& result) {
#ifdef TWIN
  const mailassay::Diagnostic first = result.diagnostics[0];
  const std::span<const mailassay::Argument> arguments = first.arguments();
#else
  const std::span<const mailassay::Argument> arguments = result.diagnostics[0].arguments();
#endif
  return !arguments.empty();
}
