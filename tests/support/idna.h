// The A-label of a U-label, for tests and the C++ adapter: IDNA2008 by libidn2. Its look-up
// functions leave the context rules out (RFC 5892 appendix A); those for registration are strict.
#pragma once

#include <idn2.h>

#include <optional>
#include <string>

namespace test {

// `label` is one label in UTF-8, lower case. Nothing if IDNA2008 does not allow it.
inline std::optional<std::string> a_label(const std::string& label) {
  std::uint8_t* ascii = nullptr;
  const auto* text = reinterpret_cast<const std::uint8_t*>(label.c_str());
  if (idn2_register_u8(text, nullptr, &ascii, 0) != IDN2_OK) return std::nullopt;
  std::string converted(reinterpret_cast<const char*>(ascii));
  idn2_free(ascii);
  return converted;
}

}  // namespace test
