// Inputs are lines of text, so that seeds can be written by hand, a dictionary helps, and a crash
// can be read. Within a line "\" and two hex digits stand for one byte; any other backslash stands
// for itself. Every byte string is a valid input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/require.h"

namespace fuzz {

inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

inline int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

inline std::string unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    bytes +=
        escape ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return bytes;
}

inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = to_lower(c);
  return result;
}

inline bool is_printable(char c) { return c >= ' ' && c <= '~'; }

// Text in a heap block of exactly its size, so that AddressSanitizer sees every read beyond it, and
// any read after its end of life. Overwritten before it dies, for builds without a sanitizer.
class HeapText {
 public:
  explicit HeapText(std::string_view text) : bytes_(text.begin(), text.end()) {}
  HeapText(HeapText&&) = default;
  HeapText& operator=(HeapText&&) = default;
  HeapText(const HeapText&) = delete;
  HeapText& operator=(const HeapText&) = delete;
  ~HeapText() { bytes_.assign(bytes_.size(), '\xdd'); }

  [[nodiscard]] std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::vector<char> bytes_;
};

// Calls a formatter that follows the library's rule, "returns the size needed and writes nothing
// beyond out", with no buffer, with one of exactly that size, and with one that is too small.
template <class Formatter>
std::string format_exactly(Formatter&& formatter) {
  const std::size_t size = formatter(std::span<char>());
  const auto whole = std::make_unique<char[]>(size);
  FUZZ_REQUIRE(formatter(std::span<char>(whole.get(), size)) == size);
  std::string text(whole.get(), size);

  const std::size_t less = size - size / 3;
  const auto part = std::make_unique<char[]>(less);
  FUZZ_REQUIRE(formatter(std::span<char>(part.get(), less)) == size);
  FUZZ_REQUIRE(std::memcmp(part.get(), text.data(), less) == 0);
  return text;
}

}  // namespace fuzz
