// Texts for people: filling a message from a diagnostic, and showing text from outside safely.
// Both functions return the size of the whole text in bytes and write nothing beyond `out`, so
// that a caller may ask for the size first (with an empty `out`) and call again. Where `out` is too
// small, the text written ends where `out` does, perhaps within a character. No terminating NUL.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "mailassay/result.h"

namespace mailassay::inline v0 {

// The longest text from outside that render() shows in full, in bytes as it was given.
inline constexpr std::size_t kShownBytes = 80;

// Fills the placeholders of `pattern`, such as {found}, from the diagnostic's arguments: numbers in
// decimal, texts by escape_text() with kShownBytes. A placeholder is `{`, lower-case letters, `}`,
// not directly after `%`, so that %{i} in a message stays a macro. One that the diagnostic has no
// argument for stays as it stands. `pattern` itself is trusted and copied unchanged; patterns come
// from mailassay/messages.h or from the caller's own translation.
std::size_t render(std::string_view pattern, const Diagnostic& diagnostic,
                   std::span<char> out) noexcept;

// Shows text from outside as plain text on one line: sound UTF-8 is kept, but control characters,
// bidirectional controls, line and paragraph separators and invisible characters are written as
// \u{XXXX}, and bytes that are no sound UTF-8 as \xHH. A backslash stays as it is: the result is to
// be read, not to be decoded. What HTML, JSON or a shell would need beyond that is the caller's
// business. With limit > 0, text longer than `limit` bytes is cut after the last whole character
// within them and followed by an ellipsis (U+2026); 0 means no cut.
std::size_t escape_text(std::string_view text, std::size_t limit, std::span<char> out) noexcept;

}  // namespace mailassay::inline v0
