#include "spf_syntax.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "spf_reference.h"

namespace naive {
namespace {

constexpr std::string_view kVersion = "v=spf1";
constexpr std::string_view kDelimiters = ".-+,/_=";

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanum(char c) { return is_alpha(c) || is_digit(c); }

bool all_of(std::string_view text, bool (*predicate)(char)) {
  return std::all_of(text.begin(), text.end(), predicate);
}

// name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
bool is_name(std::string_view text) {
  if (text.empty() || !is_alpha(text[0])) return false;
  return all_of(text, [](char c) { return is_alphanum(c) || c == '-' || c == '_' || c == '.'; });
}

// toplabel = ( *alphanum ALPHA *alphanum ) /
//            ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
bool is_toplabel(std::string_view text) {
  if (text.empty() || !is_alphanum(text.front()) || !is_alphanum(text.back())) return false;
  if (!all_of(text, [](char c) { return is_alphanum(c) || c == '-'; })) return false;
  return std::any_of(text.begin(), text.end(), [](char c) { return is_alpha(c) || c == '-'; });
}

// ip4-cidr-length and ip6-cidr-length without their slash: no leading zero, at most `limit`.
std::optional<unsigned> parse_prefix(std::string_view text, unsigned limit) {
  if (text.empty() || text.size() > 3 || !all_of(text, is_digit)) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  const unsigned value = static_cast<unsigned>(std::stoul(std::string(text)));
  if (value > limit) return std::nullopt;
  return value;
}

// dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]
bool parse_dual_cidr(std::string_view text, Term& term) {
  if (text.empty()) return true;
  const std::size_t double_slash = text.find("//");
  if (double_slash != std::string_view::npos) {
    const auto prefix = parse_prefix(text.substr(double_slash + 2), 128);
    if (!prefix) return false;
    term.prefix6 = *prefix;
    text = text.substr(0, double_slash);
    if (text.empty()) return true;
  }
  if (text[0] != '/') return false;
  const auto prefix = parse_prefix(text.substr(1), 32);
  if (!prefix) return false;
  term.prefix4 = *prefix;
  return true;
}

// [ ":" domain-spec ] [ dual-cidr-length ]. A domain-spec may hold slashes and does not end in a
// prefix length, so at most one split fits the grammar; the longest length is "/32//128".
bool parse_domain_and_cidr(std::string_view rest, Term& term) {
  constexpr std::size_t kLongestLength = 8;
  if (rest.empty() || rest[0] != ':') return parse_dual_cidr(rest, term);
  const std::string_view value = rest.substr(1);
  for (std::size_t length = 0; length <= std::min(kLongestLength, value.size()); ++length) {
    const std::size_t split = value.size() - length;
    Term candidate = term;
    if (!parse_dual_cidr(value.substr(split), candidate)) continue;
    candidate.domain = parse_domain_spec(value.substr(0, split));
    if (!candidate.domain) continue;
    term = candidate;
    return true;
  }
  return false;
}

// ":" domain-spec
bool parse_domain(std::string_view rest, Term& term) {
  if (rest.empty() || rest[0] != ':') return false;
  term.domain = parse_domain_spec(rest.substr(1));
  return term.domain.has_value();
}

// ":" ip4-network [ ip4-cidr-length ] and the same for ip6.
bool parse_network(std::string_view rest, bool v6, Term& term) {
  if (rest.empty() || rest[0] != ':') return false;
  const std::string_view value = rest.substr(1);
  const std::size_t slash = value.find('/');
  const std::string_view address = value.substr(0, slash);
  const auto network = v6 ? parse_ip6(address) : parse_ip4(address);
  if (!network) return false;
  term.network = *network;
  if (slash == std::string_view::npos) return true;
  const auto prefix = parse_prefix(value.substr(slash + 1), v6 ? 128 : 32);
  if (!prefix) return false;
  (v6 ? term.prefix6 : term.prefix4) = *prefix;
  return true;
}

bool parse_arguments(Term& term) {
  const std::string_view rest = term.rest;
  if (term.name == "all") return rest.empty();
  if (term.name == "include" || term.name == "exists") return parse_domain(rest, term);
  if (term.name == "a" || term.name == "mx") return parse_domain_and_cidr(rest, term);
  if (term.name == "ptr") return rest.empty() || parse_domain(rest, term);
  if (term.name == "ip4") return parse_network(rest, false, term);
  if (term.name == "ip6") return parse_network(rest, true, term);
  return false;
}

// modifier = redirect / explanation / unknown-modifier
bool parse_modifier_value(Term& term) {
  const std::string_view value = std::string_view(term.rest).substr(1);
  if (term.name == "redirect" || term.name == "exp") {
    term.domain = parse_domain_spec(value);
    return term.domain.has_value();
  }
  // An unknown modifier is never expanded, so that §7.2 (c, r, t) and §7.3 (zero) do not reach it;
  // the grammar of macro-string does.
  return parse_macro_string(value, {.exp_letters = true, .zero_transformer = true}).has_value();
}

// directive = [ qualifier ] mechanism
std::optional<Term> parse_directive(std::string_view text) {
  Term term;
  if (!text.empty() && std::string_view("+-?~").find(text[0]) != std::string_view::npos) {
    term.qualifier = text[0];
    text.remove_prefix(1);
  }
  const std::size_t name_end = std::min(text.find_first_of(":/"), text.size());
  term.name = lower(text.substr(0, name_end));
  term.rest = text.substr(name_end);
  if (!parse_arguments(term)) return std::nullopt;
  return term;
}

// Reads a macro behind "%{" up to and with "}"; advances `position` behind it.
std::optional<Macro> parse_macro(std::string_view text, std::size_t& position, MacroRules rules) {
  Macro macro;
  if (position == text.size()) return std::nullopt;
  const char letter = text[position++];
  macro.letter = lower(std::string_view(&letter, 1))[0];
  macro.escape = macro.letter != letter;
  const std::string_view letters = rules.exp_letters ? "slodipvhcrt" : "slodipvh";
  if (letters.find(macro.letter) == std::string_view::npos) return std::nullopt;
  while (position < text.size() && is_digit(text[position])) macro.digits += text[position++];
  // §7.3: "If a DIGIT is specified, the value MUST be nonzero."
  const bool zero =
      !macro.digits.empty() && macro.digits.find_first_not_of('0') == std::string::npos;
  if (zero && !rules.zero_transformer) return std::nullopt;
  if (position < text.size() && (text[position] == 'r' || text[position] == 'R')) {
    macro.reverse = true;
    ++position;
  }
  while (position < text.size() && kDelimiters.find(text[position]) != std::string_view::npos) {
    macro.delimiters += text[position++];
  }
  if (position == text.size() || text[position++] != '}') return std::nullopt;
  return macro;
}

// Reads what follows a "%"; advances `position` behind it.
std::optional<Piece> parse_macro_expand(std::string_view text, std::size_t& position,
                                        MacroRules rules) {
  if (position == text.size()) return std::nullopt;
  const char second = text[position++];
  if (second == '%') return Piece{.literal = "%", .macro = {}, .expand = true};
  if (second == '_') return Piece{.literal = " ", .macro = {}, .expand = true};
  if (second == '-') return Piece{.literal = "%20", .macro = {}, .expand = true};
  if (second != '{') return std::nullopt;
  auto macro = parse_macro(text, position, rules);
  if (!macro) return std::nullopt;
  return Piece{.literal = {}, .macro = std::move(macro), .expand = true};
}

// domain-end = ( "." toplabel [ "." ] ) / macro-expand
bool has_domain_end(const std::vector<Piece>& pieces) {
  if (pieces.empty()) return false;
  if (pieces.back().expand) return true;
  std::string_view tail = pieces.back().literal;
  if (tail.ends_with('.')) tail.remove_suffix(1);
  const std::size_t dot = tail.rfind('.');
  return dot != std::string_view::npos && is_toplabel(tail.substr(dot + 1));
}

void set_error(Record& record, std::size_t begin, std::size_t end) {
  if (!record.valid) return;
  record.valid = false;
  record.error_begin = begin;
  record.error_end = end;
}

// §6: redirect and exp "MUST NOT appear in a record more than once each".
bool repeats(const Record& record, const Term& term) {
  if (!term.modifier || (term.name != "redirect" && term.name != "exp")) return false;
  return std::any_of(record.terms.begin(), record.terms.end(), [&](const Term& earlier) {
    return earlier.modifier && earlier.name == term.name;
  });
}

void read_term(Record& record, std::string_view text, std::size_t begin, std::size_t end) {
  auto term = parse_term(text.substr(begin, end - begin));
  if (!term || repeats(record, *term)) {
    set_error(record, begin, end);
    return;
  }
  term->begin = begin;
  term->end = end;
  record.terms.push_back(std::move(*term));
}

std::string canonical(const Term& term) {
  if (term.modifier) return term.name + term.rest;
  return term.qualifier + term.name + term.rest;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::optional<Ip> parse_ip4(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  Ip ip;
  if (inet_pton(AF_INET, std::string(text).c_str(), ip.bytes.data()) != 1) return std::nullopt;
  return ip;
}

std::optional<Ip> parse_ip6(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  Ip ip{.v6 = true};
  if (inet_pton(AF_INET6, std::string(text).c_str(), ip.bytes.data()) != 1) return std::nullopt;
  return ip;
}

std::optional<std::vector<Piece>> parse_macro_string(std::string_view text, MacroRules rules) {
  std::vector<Piece> pieces;
  std::size_t position = 0;
  while (position < text.size()) {
    const char c = text[position++];
    if (c == '%') {
      auto piece = parse_macro_expand(text, position, rules);
      if (!piece) return std::nullopt;
      pieces.push_back(std::move(*piece));
      continue;
    }
    // macro-literal = %x21-24 / %x26-7E
    const bool literal = (c >= 0x21 && c <= 0x7E) || (rules.space && c == ' ');
    if (!literal) return std::nullopt;
    if (pieces.empty() || pieces.back().expand) pieces.emplace_back();
    pieces.back().literal += c;
  }
  return pieces;
}

std::optional<std::vector<Piece>> parse_domain_spec(std::string_view text) {
  auto pieces = parse_macro_string(text, {});
  if (!pieces || !has_domain_end(*pieces)) return std::nullopt;
  return pieces;
}

std::optional<Term> parse_term(std::string_view text) {
  // §4.6.1: a modifier has its "=" right behind the name, before any ":" or "/".
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !is_name(text.substr(0, equals))) {
    return parse_directive(text);
  }
  Term term;
  term.modifier = true;
  term.name = lower(text.substr(0, equals));
  term.rest = text.substr(equals);
  if (!parse_modifier_value(term)) return std::nullopt;
  return term;
}

bool has_version(std::string_view text) {
  if (lower(text.substr(0, kVersion.size())) != kVersion) return false;
  return text.size() == kVersion.size() || text[kVersion.size()] == ' ';
}

Record read_record(std::string_view text) {
  Record record;
  const bool versioned = has_version(text);
  std::size_t position = versioned ? kVersion.size() : 0;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ', position);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (!versioned) {
      set_error(record, begin, end);
      return record;
    }
    read_term(record, text, begin, end);
    position = end;
  }
  // Nothing but spaces: the version is missing behind them.
  if (!versioned) set_error(record, text.size(), text.size());
  return record;
}

ParsedRecord parse_record(std::string_view text) {
  const Record record = read_record(text);
  ParsedRecord parsed;
  parsed.valid = record.valid;
  parsed.error_begin = record.error_begin;
  parsed.error_end = record.error_end;
  if (!record.valid) return parsed;
  for (const Term& term : record.terms) parsed.terms.push_back(canonical(term));
  return parsed;
}

}  // namespace naive
