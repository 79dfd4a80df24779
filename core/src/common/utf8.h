// UTF-8 (RFC 3629), strict: no surrogates, no overlong forms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mailassay::inline v0::detail {

// Reads the code point that begins at `position` and moves behind it. False, and nothing moved, if
// the bytes there are not UTF-8. `position` must be inside the text.
constexpr bool take_code_point(std::string_view text, std::size_t& position,
                               std::uint32_t& code_point) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(position);
  if (first < 0x80) {
    code_point = first;
    ++position;
    return true;
  }
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() - position < length) return false;
  std::uint32_t value = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(position + i) & 0xc0) != 0x80) return false;
    value = value << 6 | (byte(position + i) & 0x3fU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return false;
  code_point = value;
  position += length;
  return true;
}

}  // namespace mailassay::inline v0::detail
