// Macro expansion, RFC 7208 §7.
//
// A name of DNS has at most 253 bytes, and what is longer loses labels on the left. So only the end
// of an expansion matters, and expand_name() writes from right to left and stops when the buffer is
// full: 16,000 macros of 16,000 bytes each cost no more than reading them once. To find the tokens
// from behind, a forward pass remembers where the last ones begin that yield anything.
#include "spf/macro.h"

#include "common/domain_name.h"

namespace mailassay::inline v0::spf {
namespace {

using detail::drop;
using detail::head;
using detail::Writer;

constexpr std::string_view kDelimiters = ".-+,/_=";
constexpr std::string_view kLetters = "slodiphcrtv";
constexpr std::uint32_t kManyParts = 0xffff;

constexpr bool contains(std::string_view set, char c) noexcept {
  for (const char member : set) {
    if (member == c) return true;
  }
  return false;
}

constexpr std::uint8_t delimiter_bit(char c) noexcept {
  for (std::size_t i = 0; i < kDelimiters.size(); ++i) {
    if (kDelimiters[i] == c) return static_cast<std::uint8_t>(1U << i);
  }
  return 0;
}

// macro-literal = %x21-24 / %x26-7E
constexpr bool is_literal(char c) noexcept { return detail::is_visible(c) && c != '%'; }

// ---- Parts of a value (§7.3) --------------------------------------------------------------------

bool is_split(const MacroToken& macro) noexcept {
  return macro.parts != 0 || macro.reversed || macro.delimiters != 0;
}

bool is_delimiter(const MacroToken& macro, char c) noexcept {
  return macro.delimiters == 0 ? c == '.' : (macro.delimiters & delimiter_bit(c)) != 0;
}

// The part of the value that is used: the last `parts` parts, or, where the order is reversed
// afterwards, the first. Costs what it returns.
std::string_view select(std::string_view value, const MacroToken& macro) noexcept {
  if (macro.parts == 0) return value;
  std::uint32_t left = macro.parts;
  if (macro.reversed) {
    std::size_t end = 0;
    while (end < value.size() && (!is_delimiter(macro, value[end]) || --left > 0)) ++end;
    return head(value, end);
  }
  std::size_t begin = value.size();
  while (begin > 0 && (!is_delimiter(macro, value[begin - 1]) || --left > 0)) --begin;
  return drop(value, begin);
}

// True if select() would return nothing; costs nothing.
bool selects_nothing(std::string_view value, const MacroToken& macro) noexcept {
  if (value.empty()) return true;
  if (macro.parts != 1) return false;
  return is_delimiter(macro, macro.reversed ? value.front() : value.back());
}

// Splits the last part off `rest`, and its delimiter; false if there was none before it.
bool split_last(std::string_view& rest, const MacroToken& macro, std::string_view& part) noexcept {
  std::size_t begin = rest.size();
  while (begin > 0 && !is_delimiter(macro, rest[begin - 1])) --begin;
  part = drop(rest, begin);
  rest = head(rest, begin == 0 ? 0 : begin - 1);
  return begin > 0;
}

bool split_first(std::string_view& rest, const MacroToken& macro, std::string_view& part) noexcept {
  std::size_t end = 0;
  while (end < rest.size() && !is_delimiter(macro, rest[end])) ++end;
  part = head(rest, end);
  const bool more = end < rest.size();
  rest = drop(rest, end + 1);
  return more;
}

// RFC 3986 §2.3.
constexpr bool is_unreserved(char c) noexcept {
  return detail::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// ---- From right to left -------------------------------------------------------------------------

class BackWriter {
 public:
  explicit BackWriter(std::span<char, kExpansionBytes> buffer) noexcept
      : buffer_(buffer), begin_(buffer.size()) {}

  [[nodiscard]] bool full() const noexcept { return begin_ == 0; }

  void put(char c) noexcept {
    if (begin_ > 0) buffer_[--begin_] = c;
  }

  void put(std::string_view text) noexcept {
    for (std::size_t i = text.size(); i > 0 && !full(); --i) put(text[i - 1]);
  }

  void put_value(char c, const MacroToken& macro) noexcept {
    if (!macro.escaped || is_unreserved(c)) return put(c);
    const auto byte = static_cast<unsigned char>(c);
    put(detail::upper_hex_digit(byte));
    put(detail::upper_hex_digit(byte >> 4U));
    put('%');
  }

  [[nodiscard]] std::string_view text() const noexcept {
    return {buffer_.data() + begin_, buffer_.size() - begin_};
  }

 private:
  std::span<char, kExpansionBytes> buffer_;
  std::size_t begin_;
};

void put_part(BackWriter& out, std::string_view part, const MacroToken& macro) noexcept {
  for (std::size_t i = part.size(); i > 0 && !out.full(); --i) out.put_value(part[i - 1], macro);
}

void put_macro(BackWriter& out, std::string_view value, const MacroToken& macro) noexcept {
  std::string_view rest = select(value, macro);
  if (!is_split(macro)) return put_part(out, rest, macro);
  std::string_view part;
  bool more = true;
  while (more && !out.full()) {
    more = macro.reversed ? split_first(rest, macro, part) : split_last(rest, macro, part);
    put_part(out, part, macro);
    if (more) out.put('.');
  }
}

std::string_view escape_text(char letter) noexcept {
  return letter == '%' ? "%" : letter == '_' ? " " : "%20";
}

void put_token(BackWriter& out, std::string_view spec, const MacroToken& token,
               const MacroValues& values) noexcept {
  if (token.kind == MacroToken::Kind::literal) return out.put(slice(spec, token.span));
  if (token.kind == MacroToken::Kind::escape) return out.put(escape_text(token.letter));
  put_macro(out, values.of(token.letter), token);
}

// Where the last tokens begin that yield something. As many as the buffer has bytes are enough.
struct LastTokens {
  std::uint32_t begin[kExpansionBytes];
  std::size_t count = 0;

  void add(std::uint32_t position) noexcept { begin[count++ % kExpansionBytes] = position; }
};

// §7.3: successive labels are removed from the left until 253 bytes are left. `text` is the end of
// the expansion, of which more than 253 bytes are there.
std::string_view cut_left(std::string_view text) noexcept {
  std::size_t begin = text.size() - (detail::kNameBytes + 1);
  while (begin < text.size() && text[begin] != '.') ++begin;
  return drop(text, begin + 1);
}

// ---- From left to right -------------------------------------------------------------------------

void put_part(Writer& out, std::string_view part, const MacroToken& macro,
              std::size_t limit) noexcept {
  for (std::size_t i = 0; i < part.size() && out.size() <= limit; ++i) {
    const auto byte = static_cast<unsigned char>(part[i]);
    if (!macro.escaped || is_unreserved(part[i])) {
      out.put(part[i]);
      continue;
    }
    out.put('%');
    out.put(detail::upper_hex_digit(byte >> 4U));
    out.put(detail::upper_hex_digit(byte));
  }
}

void put_macro(Writer& out, std::string_view value, const MacroToken& macro,
               std::size_t limit) noexcept {
  std::string_view rest = select(value, macro);
  if (!is_split(macro)) return put_part(out, rest, macro, limit);
  std::string_view part;
  bool more = true;
  while (more && out.size() <= limit) {
    more = macro.reversed ? split_last(rest, macro, part) : split_first(rest, macro, part);
    put_part(out, part, macro, limit);
    if (more) out.put('.');
  }
}

}  // namespace

// ---- Reading ------------------------------------------------------------------------------------

bool MacroReader::next(MacroToken& token) noexcept {
  if (cursor_.at_end()) return false;
  token = {};
  token.span.begin = cursor_.position();
  const bool spaces = form_ == Form::explain_string;
  if (cursor_.take('%')) {
    token.kind = take_macro(token) ? token.kind : MacroToken::Kind::bad_macro;
  } else if (cursor_.take_while([spaces](char c) { return is_literal(c) || (spaces && c == ' '); })
                 .empty()) {
    token.kind = MacroToken::Kind::bad_byte;
    cursor_.take_while([](char c) { return !detail::is_printable(c); });
    if (cursor_.position() == token.span.begin) cursor_.take(cursor_.peek());
  }
  token.span.end = cursor_.position();
  return true;
}

// What follows "%". On failure the cursor stands behind what belongs to the damaged macro.
bool MacroReader::take_macro(MacroToken& token) noexcept {
  const char next = cursor_.peek();
  if (next == '%' || next == '_' || next == '-') {
    cursor_.take(next);
    token.kind = MacroToken::Kind::escape;
    token.letter = next;
    return true;
  }
  token.kind = MacroToken::Kind::macro;
  if (!cursor_.take('{')) {
    if (!cursor_.at_end() && is_literal(next)) cursor_.take(next);
    return false;
  }
  token.letter = detail::to_lower(cursor_.peek());
  token.escaped = detail::is_upper(cursor_.peek());
  bool good = !cursor_.at_end() && contains(kLetters, token.letter);
  if (good) cursor_.take(cursor_.peek());
  const std::string_view digits = cursor_.take_while(detail::is_digit);
  for (const char digit : digits) {
    const std::uint32_t value = token.parts * 10 + static_cast<std::uint32_t>(digit - '0');
    token.parts = value < kManyParts ? value : kManyParts;
  }
  token.zero = !digits.empty() && token.parts == 0;
  token.reversed = cursor_.take('r') || cursor_.take('R');
  for (const char c : cursor_.take_while([](char c) { return contains(kDelimiters, c); })) {
    token.delimiters = static_cast<std::uint8_t>(token.delimiters | delimiter_bit(c));
  }
  if (good && cursor_.take('}')) return true;
  cursor_.take_while([](char c) { return is_literal(c) && c != '}'; });
  cursor_.take('}');
  return false;
}

std::string_view MacroValues::of(char letter) const noexcept {
  switch (letter) {
    case 's':
      return sender;
    case 'l':
      return local_part;
    case 'o':
      return sender_domain;
    case 'd':
      return domain;
    case 'i':
      return client;
    case 'p':
      return validated;
    case 'v':
      return version;
    case 'h':
      return helo;
    case 'c':
      return readable;
    case 'r':
      return receiver;
    case 't':
      return timestamp;
    default:
      return {};
  }
}

// ---- Expanding ----------------------------------------------------------------------------------

std::string_view expand_name(std::string_view spec, const MacroValues& values,
                             std::span<char, kExpansionBytes> buffer) noexcept {
  constexpr auto kForm = MacroReader::Form::macro_string;
  LastTokens last;
  MacroToken token;
  for (MacroReader reader(spec, kForm); reader.next(token);) {
    const bool nothing =
        token.kind == MacroToken::Kind::macro && selects_nothing(values.of(token.letter), token);
    if (!nothing) last.add(token.span.begin);
  }
  BackWriter out(buffer);
  const std::size_t kept = last.count < kExpansionBytes ? last.count : kExpansionBytes;
  for (std::size_t i = 0; i < kept && !out.full(); ++i) {
    const std::uint32_t begin = last.begin[(last.count - 1 - i) % kExpansionBytes];
    MacroReader(drop(spec, begin), kForm).next(token);
    token.span = {begin, begin + token.span.end};
    put_token(out, spec, token, values);
  }
  const std::string_view text = detail::without_final_dot(out.text());
  return text.size() <= detail::kNameBytes ? text : cut_left(text);
}

void expand_text(std::string_view text, const MacroValues& values, Writer& out,
                 std::size_t limit) noexcept {
  MacroToken token;
  MacroReader reader(text, MacroReader::Form::explain_string);
  while (out.size() <= limit && reader.next(token)) {
    if (token.kind == MacroToken::Kind::literal) {
      out.put(slice(text, token.span));
    } else if (token.kind == MacroToken::Kind::escape) {
      out.put(escape_text(token.letter));
    } else {
      put_macro(out, values.of(token.letter), token, limit);
    }
  }
}

}  // namespace mailassay::inline v0::spf
