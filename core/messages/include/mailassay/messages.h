// The findings in words, in each language. A part of its own: the core carries codes only, and a
// program that shows no prose need not carry any.
#pragma once

#include <cstdint>
#include <string_view>

#include "mailassay/diagnostics.h"

namespace mailassay::inline v0 {

enum class Language : std::uint8_t { en, de };

// The text of a finding, as UTF-8: one sentence that says what is wrong and what to do. It still
// holds placeholders such as {found}; render() fills them from a diagnostic. Empty for
// Code::none, for a number that is no code, and for a value that is no language. The view is of
// constant data and never ends. Texts may be reworded in any version: programs compare codes.
[[nodiscard]] std::string_view text(Code code, Language language) noexcept;

}  // namespace mailassay::inline v0
