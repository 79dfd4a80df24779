// The codes of all findings. The catalogue (core/messages/catalogue.tsv) is their only source; the
// list itself is generated from it. Codes and names are append-only.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailassay::inline v0 {

// error: receivers treat the record as broken, or mail is lost. warning: it works, but not as its
// owner surely means. notice: worth a look. info: explains.
enum class Severity : std::uint8_t { error, warning, notice, info };

enum class Code : std::uint16_t {
  none = 0,
#define MAILASSAY_DIAGNOSTIC(identifier, code, name, severity) identifier = code,
#include "mailassay/diagnostics.def"
};

// "spf.mechanism-unknown"; empty for a number that is no code.
std::string_view name(Code code) noexcept;

// Severity::info for a number that is no code.
Severity severity(Code code) noexcept;

// "error", "warning", "notice", "info".
std::string_view name(Severity severity) noexcept;

}  // namespace mailassay::inline v0
