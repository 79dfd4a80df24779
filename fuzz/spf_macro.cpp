// Macros (RFC 7208 §7): reading them and expanding them, against a reference written from the text.
//
// The input is lines: "s=…" and its like give a macro letter its value, "L=40" the limit of a text;
// every other line is a macro-string to expand with the values so far. The reference below splits,
// reverses, takes parts, joins, escapes and cuts with strings as long as they come.
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/writer.h"
#include "spf/macro.h"
#include "support/require.h"
#include "support/text.h"

namespace {

using mailassay::spf::kExpansionBytes;
using mailassay::spf::MacroReader;
using mailassay::spf::MacroToken;
using mailassay::spf::MacroValues;
using Form = mailassay::spf::MacroReader::Form;

constexpr std::string_view kLetters = "slodiphcrtv";
constexpr std::string_view kDelimiters = ".-+,/_=";

using Values = std::map<char, std::string>;

// ---- The reference ------------------------------------------------------------------------------

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool is_in(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

// RFC 7208 §7.3, RFC 3986 §2.3.
std::string url_escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_alpha(c) || is_digit(c) || is_in("-._~", c)) {
      result += c;
      continue;
    }
    std::array<char, 4> hex{};
    std::snprintf(hex.data(), hex.size(), "%%%02X", static_cast<unsigned char>(c));
    result += hex.data();
  }
  return result;
}

struct Macro {
  char letter = 0;
  std::string digits;
  bool reverse = false;
  std::string delimiters;
};

// macro-expand = "%{" macro-letter transformers *delimiter "}", read at "%{"; what is behind it.
std::optional<std::string_view> read_macro(std::string_view text, Macro& macro) {
  text.remove_prefix(2);
  const auto take = [&text](char& c) {
    if (text.empty()) return false;
    c = text.front();
    text.remove_prefix(1);
    return true;
  };
  char c = 0;
  if (!take(c) || !is_in(kLetters, fuzz::to_lower(c))) return std::nullopt;
  macro.letter = c;
  if (!take(c)) return std::nullopt;
  for (; is_digit(c); macro.digits += c, take(c)) {
    if (text.empty()) return std::nullopt;
  }
  if (c == 'r' || c == 'R') {
    macro.reverse = true;
    if (!take(c)) return std::nullopt;
  }
  for (; is_in(kDelimiters, c); macro.delimiters += c, take(c)) {
    if (text.empty()) return std::nullopt;
  }
  if (c != '}') return std::nullopt;
  return text;
}

std::size_t parts_wanted(const std::string& digits, std::size_t all) {
  if (digits.empty()) return all;
  std::size_t number = 0;
  for (const char digit : digits) {
    number = number * 10 + static_cast<std::size_t>(digit - '0');
    if (number > all) return all;
  }
  return number;
}

std::string expand_macro(const Macro& macro, const Values& values) {
  const std::string_view value = values.at(fuzz::to_lower(macro.letter));
  const std::string delimiters = macro.delimiters.empty() ? "." : macro.delimiters;
  std::vector<std::string> parts(1);
  for (const char c : value) {
    if (is_in(delimiters, c)) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (macro.reverse) parts = {parts.rbegin(), parts.rend()};
  const std::size_t wanted = parts_wanted(macro.digits, parts.size());
  std::string result;
  for (std::size_t i = parts.size() - wanted; i < parts.size(); ++i) {
    result += (i == parts.size() - wanted ? "" : ".") + parts[i];
  }
  const bool upper = macro.letter != fuzz::to_lower(macro.letter);
  return upper ? url_escape(result) : result;
}

// The whole expansion; nothing if the text breaks the grammar. `spaces`: explain-string.
std::optional<std::string> expand(std::string_view text, bool spaces, const Values& values) {
  std::string result;
  while (!text.empty()) {
    const char c = text.front();
    const char next = text.size() > 1 ? text[1] : '\0';
    if (c != '%') {
      const bool literal = c > ' ' && c <= '~';
      if (!literal && (!spaces || c != ' ')) return std::nullopt;
      result += c;
      text.remove_prefix(1);
    } else if (next == '%' || next == '_' || next == '-') {
      result += next == '%' ? "%" : next == '_' ? " " : "%20";
      text.remove_prefix(2);
    } else if (next == '{') {
      Macro macro;
      const auto rest = read_macro(text, macro);
      const bool zero =
          !macro.digits.empty() && macro.digits.find_first_not_of('0') == std::string::npos;
      if (!rest || zero) return std::nullopt;
      result += expand_macro(macro, values);
      text = *rest;
    } else {
      return std::nullopt;
    }
  }
  return result;
}

// §7.3: "the left side is truncated to fit, by removing successive domain labels".
std::string cut_name(std::string name) {
  if (!name.empty() && name.back() == '.') name.pop_back();
  while (name.size() > 253) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) return "";
    name.erase(0, dot + 1);
  }
  return name;
}

// ---- The core -----------------------------------------------------------------------------------

// Tokens follow each other without gaps; true if none of them is damaged.
bool read_tokens(std::string_view text, Form form) {
  MacroReader reader(text, form);
  MacroToken token;
  std::uint32_t position = 0;
  bool good = true;
  while (reader.next(token)) {
    FUZZ_REQUIRE(token.span.begin == position && token.span.end > position);
    position = token.span.end;
    const std::string_view part = slice(text, token.span);
    switch (token.kind) {
      case MacroToken::Kind::literal:
        FUZZ_REQUIRE(part.find('%') == std::string_view::npos);
        break;
      case MacroToken::Kind::escape:
        FUZZ_REQUIRE(part.size() == 2 && part[1] == token.letter);
        break;
      case MacroToken::Kind::macro:
        FUZZ_REQUIRE(part.size() >= 4 && part.front() == '%' && part.back() == '}');
        FUZZ_REQUIRE(is_in(kLetters, token.letter) && fuzz::to_lower(part[2]) == token.letter);
        FUZZ_REQUIRE(token.escaped == (part[2] != token.letter));
        good = good && !token.zero;
        break;
      default:
        good = false;
    }
  }
  FUZZ_REQUIRE(position == text.size());
  return good;
}

MacroValues views_of(const Values& values) {
  return {.sender = values.at('s'),
          .local_part = values.at('l'),
          .sender_domain = values.at('o'),
          .domain = values.at('d'),
          .client = values.at('i'),
          .validated = values.at('p'),
          .version = values.at('v'),
          .helo = values.at('h'),
          .readable = values.at('c'),
          .receiver = values.at('r'),
          .timestamp = values.at('t')};
}

void require_name(std::string_view spec, const Values& values) {
  const auto expected = expand(spec, false, values);
  FUZZ_REQUIRE(read_tokens(spec, Form::macro_string) == expected.has_value());
  if (!expected) return;
  const auto buffer = std::make_unique<std::array<char, kExpansionBytes>>();
  const std::string_view name =
      expand_name(spec, views_of(values), std::span<char, kExpansionBytes>(*buffer));
  FUZZ_REQUIRE(name.size() <= 253);
  FUZZ_REQUIRE(name.empty() || (name.data() >= buffer->data() &&
                                name.data() + name.size() <= buffer->data() + buffer->size()));
  FUZZ_REQUIRE(name == cut_name(*expected));
}

void require_text(std::string_view text, const Values& values, std::size_t limit) {
  const auto expected = expand(text, true, values);
  FUZZ_REQUIRE(read_tokens(text, Form::explain_string) == expected.has_value());
  if (!expected) return;
  mailassay::detail::Writer counter({});
  expand_text(text, views_of(values), counter, limit);
  FUZZ_REQUIRE((counter.size() > limit) == (expected->size() > limit));
  const std::size_t size = expected->size() < limit ? expected->size() : limit;
  const auto buffer = std::make_unique<char[]>(size);
  mailassay::detail::Writer out({buffer.get(), size});
  expand_text(text, views_of(values), out, limit);
  FUZZ_REQUIRE(out.size() == counter.size());
  FUZZ_REQUIRE(std::string_view(buffer.get(), size) == std::string_view(*expected).substr(0, size));
}

std::size_t to_number(std::string_view digits) {
  std::size_t number = 0;
  for (const char c : digits) number = (number * 10 + static_cast<unsigned char>(c - '0')) % 4096;
  return number;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Values values = {{'s', "strong-bad@email.example.com"},
                   {'l', "strong-bad"},
                   {'o', "email.example.com"},
                   {'d', "email.example.com"},
                   {'i', "192.0.2.3"},
                   {'p', "mx.example.org"},
                   {'v', "in-addr"},
                   {'h', "mx.example.org"},
                   {'c', "192.0.2.3"},
                   {'r', "receiver.example"},
                   {'t', "1700000000"}};
  std::size_t limit = 64;
  for (const std::string_view line :
       fuzz::split({reinterpret_cast<const char*>(data), size}, '\n')) {
    const bool sets = line.size() >= 2 && line[1] == '=';
    if (sets && is_in(kLetters, line[0])) {
      values[line[0]] = fuzz::unescape(line.substr(2));
    } else if (sets && line[0] == 'L') {
      limit = to_number(line.substr(2));
    } else {
      const fuzz::HeapText spec(fuzz::unescape(line));
      require_name(spec.view(), values);
      require_text(spec.view(), values, limit);
    }
  }
  return 0;
}
