// Messages are filled here and nowhere else, so that every frontend shows text from outside in the
// same harmless form. One pass over the bytes; the writer counts what does not fit.
#include "mailassay/render.h"

#include <cstdint>

#include "common/utf8.h"
#include "common/writer.h"

namespace mailassay::inline v0 {
namespace {

using detail::Writer;

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";  // U+2026

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// What moves the cursor, turns the direction of writing, breaks a line or shows nothing.
constexpr Range kUnseen[] = {
    {0x0000, 0x001F},    // C0
    {0x007F, 0x009F},    // DEL, C1
    {0x00AD, 0x00AD},    // soft hyphen
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x061C, 0x061C},    // Arabic letter mark
    {0x115F, 0x1160},    // Hangul fillers
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180B, 0x180F},    // Mongolian variation selectors and vowel separator
    {0x200B, 0x200F},    // zero-width space and joiners, direction marks
    {0x2028, 0x202E},    // separators, embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates, deprecated controls
    {0x2800, 0x2800},    // braille pattern blank
    {0x3164, 0x3164},    // Hangul filler
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFA0, 0xFFA0},    // halfwidth Hangul filler
    {0xFFF0, 0xFFFB},    // unassigned, interlinear annotation
    {0x110BD, 0x110BD},  // Kaithi number signs
    {0x110CD, 0x110CD}, {0x13430, 0x1343F},  // format controls of hieroglyphs, shorthand and music
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF},  // tags and variation selectors, which can carry a whole hidden text
};

bool is_unseen(std::uint32_t code_point) noexcept {
  for (const Range& range : kUnseen) {
    if (code_point >= range.first && code_point <= range.last) return true;
  }
  return false;
}

// At least `digits` digits.
void put_hex(std::uint32_t value, unsigned digits, Writer& writer) noexcept {
  while (digits < 8 && value >> (4 * digits) != 0) ++digits;
  while (digits-- > 0) writer.put(detail::upper_hex_digit(value >> (4 * digits)));
}

void put_stray_byte(char byte, Writer& writer) noexcept {
  writer.put("\\x");
  put_hex(static_cast<unsigned char>(byte), 2, writer);
}

void put_code_point(std::uint32_t code_point, std::string_view bytes, Writer& writer) noexcept {
  if (!is_unseen(code_point)) return writer.put(bytes);
  writer.put("\\u{");
  put_hex(code_point, 4, writer);
  writer.put('}');
}

void put_escaped(std::string_view text, std::size_t limit, Writer& writer) noexcept {
  const bool cut = limit != 0 && text.size() > limit;
  const std::size_t end = cut ? limit : text.size();
  for (std::size_t at = 0; at < end;) {
    std::size_t next = at;
    std::uint32_t code_point = 0;
    if (!detail::take_code_point(text, next, code_point)) {
      put_stray_byte(text[at++], writer);
      continue;
    }
    if (next > end) break;  // the cut would fall within this character
    put_code_point(code_point, {text.data() + at, next - at}, writer);
    at = next;
  }
  if (cut) writer.put(kEllipsis);
}

// The name within the placeholder whose `{` stands at `at`; empty if none stands there. It looks
// no further than the next `{`, so that all calls together are linear in the pattern.
std::string_view placeholder_at(std::string_view pattern, std::size_t at) noexcept {
  if (at > 0 && pattern[at - 1] == '%') return {};
  std::size_t end = at + 1;
  while (end < pattern.size() && pattern[end] >= 'a' && pattern[end] <= 'z') ++end;
  if (end == pattern.size() || pattern[end] != '}') return {};
  return {pattern.data() + at + 1, end - at - 1};
}

const Argument* argument_named(const Diagnostic& diagnostic, std::string_view wanted) noexcept {
  if (wanted.empty()) return nullptr;
  for (const Argument& argument : diagnostic.arguments()) {
    if (name(argument.placeholder) == wanted) return &argument;
  }
  return nullptr;
}

void put_argument(const Argument& argument, Writer& writer) noexcept {
  if (argument.is_number) return writer.put_number(argument.number);
  if (argument.text.empty()) return writer.put("\"\"");  // so that the sentence keeps its subject
  put_escaped(argument.text, kShownBytes, writer);
}

}  // namespace

std::size_t render(std::string_view pattern, const Diagnostic& diagnostic,
                   std::span<char> out) noexcept {
  Writer writer(out);
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const std::string_view placeholder =
        pattern[at] == '{' ? placeholder_at(pattern, at) : std::string_view();
    if (const Argument* argument = argument_named(diagnostic, placeholder)) {
      put_argument(*argument, writer);
      at += placeholder.size() + 1;
    } else {
      writer.put(pattern[at]);
    }
  }
  return writer.size();
}

std::size_t escape_text(std::string_view text, std::size_t limit, std::span<char> out) noexcept {
  Writer writer(out);
  put_escaped(text, limit, writer);
  return writer.size();
}

}  // namespace mailassay::inline v0
