// Byte classes of US-ASCII, independent of any locale.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailassay::inline v0::detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alpha(char c) noexcept { return is_upper(c) || (c >= 'a' && c <= 'z'); }
constexpr bool is_alnum(char c) noexcept { return is_alpha(c) || is_digit(c); }
constexpr bool is_visible(char c) noexcept { return c >= '!' && c <= '~'; }
constexpr bool is_printable(char c) noexcept { return c >= ' ' && c <= '~'; }
constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }
constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c + 32) : c; }

// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr char hex_digit(unsigned value) noexcept { return "0123456789abcdef"[value & 15]; }
constexpr char upper_hex_digit(unsigned value) noexcept { return "0123456789ABCDEF"[value & 15]; }

// The first `count` bytes, all of them if there are fewer.
constexpr std::string_view head(std::string_view text, std::size_t count) noexcept {
  return {text.data(), count < text.size() ? count : text.size()};
}

// What stands behind the first `count` bytes. (string_view::substr can throw.)
constexpr std::string_view drop(std::string_view text, std::size_t count) noexcept {
  if (count > text.size()) count = text.size();
  return {text.data() + count, text.size() - count};
}

constexpr bool all_ascii(std::string_view text) noexcept {
  for (const char c : text) {
    if (!is_ascii(c)) return false;
  }
  return true;
}

// Equality without regard to the case of ASCII letters.
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

}  // namespace mailassay::inline v0::detail
