// Macros (RFC 7208 §7): reading macro-strings and expanding them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/cursor.h"
#include "common/writer.h"
#include "mailassay/result.h"

namespace mailassay::inline v0::spf {

// One token of a macro-string.
struct MacroToken {
  enum class Kind : std::uint8_t {
    literal,  // a run of macro-literals
    escape,   // "%%", "%_" or "%-"
    macro,    // "%{" … "}"
    bad_macro,
    bad_byte,  // not visible ASCII
  };
  Kind kind = Kind::literal;
  Span span;
  char letter = 0;              // macro: lower case; escape: the character behind "%"
  bool escaped = false;         // macro: the letter was upper case, so the value is URL-escaped
  bool reversed = false;        // macro: "r"
  bool zero = false;            // macro: digits that stand for zero (§7.3 forbids them)
  std::uint32_t parts = 0;      // macro: right-hand parts to use; 0: all
  std::uint8_t delimiters = 0;  // macro: bit i stands for "." "-" "+" "," "/" "_" "="[i]; 0: "."
};

// Reads a macro-string, or an explain-string (§6.2: spaces may stand between), token by token and
// goes on behind errors.
class MacroReader {
 public:
  enum class Form : std::uint8_t { macro_string, explain_string };

  MacroReader(std::string_view text, Form form) noexcept : cursor_(text), form_(form) {}

  // False at the end of the text.
  bool next(MacroToken& token) noexcept;

 private:
  bool take_macro(MacroToken& token) noexcept;

  detail::Cursor cursor_;
  Form form_;
};

// The values of the macro letters for one evaluation of check_host() (§7.2).
struct MacroValues {
  std::string_view sender;         // s
  std::string_view local_part;     // l
  std::string_view sender_domain;  // o
  std::string_view domain;         // d
  std::string_view client;         // i: dotted quad, or dotted nibbles
  std::string_view validated;      // p
  std::string_view version;        // v: "in-addr" or "ip6"
  std::string_view helo;           // h
  std::string_view readable;       // c
  std::string_view receiver;       // r
  std::string_view timestamp;      // t

  [[nodiscard]] std::string_view of(char letter) const noexcept;
};

// Bytes that expand_name() needs at most.
inline constexpr std::size_t kExpansionBytes = 256;

// Expands a valid domain-spec to a name of at most 253 bytes, cut on the left by whole labels
// (§7.3), without its final dot. The result lies in `buffer`; it need not be a valid name. Costs no
// more than the text and the values are long.
std::string_view expand_name(std::string_view spec, const MacroValues& values,
                             std::span<char, kExpansionBytes> buffer) noexcept;

// Expands a valid explain-string from left to right, until `out` is full.
void expand_text(std::string_view text, const MacroValues& values, detail::Writer& out,
                 std::size_t limit) noexcept;

}  // namespace mailassay::inline v0::spf
