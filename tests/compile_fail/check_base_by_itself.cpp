// CheckBase is made only through the check of a protocol.
// expect: (calling a protected constructor|is protected)
#include "mailassay/mailassay.h"

mailassay::Status status(std::span<std::byte> memory) {
#ifdef TWIN
  return mailassay::spf::Check({}, memory).status();
#else
  return mailassay::CheckBase(memory, {}, {}).status();
#endif
}
