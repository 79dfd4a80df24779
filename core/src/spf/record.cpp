// Reading SPF records: RFC 7208 §4.6.1, §5, §6, §7.1, §12.
//
// A record is read once from left to right. Each word becomes one Term; a word that breaks the
// grammar becomes a Term with an error, and reading goes on behind it.
#include <string_view>

#include "common/cursor.h"
#include "common/domain_name.h"
#include "common/pass.h"
#include "common/writer.h"
#include "mailassay/spf.h"
#include "spf/macro.h"

namespace mailassay::inline v0::spf {
namespace {

using detail::Cursor;
using detail::drop;
using detail::equal_ignoring_case;
using detail::head;
using detail::text_argument;

constexpr std::string_view kVersion = "v=spf1";

// An error of the record that is read. Messages show 80 bytes of `found`; see kArgumentBytes.
void set_error(Diagnostic& error, Code code, Span span, std::string_view found,
               std::string_view meant = {}) noexcept {
  error.code = code;
  error.severity = severity(code);
  error.source = 0;
  error.span = span;
  error.argument[0] = text_argument(Argument::Name::found, head(found, detail::kArgumentBytes));
  error.argument[1] = text_argument(Argument::Name::meant, meant);
  error.argument_count = meant.empty() ? 1 : 2;
}

struct Mechanism {
  std::string_view name;
  TermKind kind;
};

constexpr Mechanism kMechanisms[] = {
    {"all", TermKind::all}, {"include", TermKind::include}, {"a", TermKind::a},
    {"mx", TermKind::mx},   {"ptr", TermKind::ptr},         {"ip4", TermKind::ip4},
    {"ip6", TermKind::ip6}, {"exists", TermKind::exists},
};

TermKind mechanism_kind(std::string_view name) noexcept {
  for (const Mechanism& mechanism : kMechanisms) {
    if (equal_ignoring_case(name, mechanism.name)) return mechanism.kind;
  }
  return TermKind::invalid;
}

constexpr bool is_sign(char c) noexcept { return c == '+' || c == '-' || c == '~' || c == '?'; }

constexpr Qualifier qualifier_of(char sign) noexcept {
  switch (sign) {
    case '-':
      return Qualifier::fail;
    case '~':
      return Qualifier::softfail;
    case '?':
      return Qualifier::neutral;
    default:
      return Qualifier::pass;
  }
}

// name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
bool is_modifier_name(std::string_view name) noexcept {
  if (name.empty() || !detail::is_alpha(name[0])) return false;
  for (const char c : name) {
    if (!detail::is_alnum(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return true;
}

// toplabel = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
bool is_top_label(std::string_view label) noexcept {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  bool only_digits = true;
  for (const char c : label) {
    if (!detail::is_alnum(c) && c != '-') return false;
    only_digits = only_digits && detail::is_digit(c);
  }
  return !only_digits;
}

// True if `literal`, the text behind the last macro of a domain-spec, ends in "." toplabel [ "." ].
bool ends_in_top_label(std::string_view literal) noexcept {
  const std::string_view text = detail::without_final_dot(literal);
  std::size_t begin = text.size();
  while (begin > 0 && text[begin - 1] != '.') --begin;
  return begin > 0 && is_top_label(drop(text, begin));
}

std::size_t last_slash(std::string_view text) noexcept {
  std::size_t end = text.size();
  while (end > 0 && text[end - 1] != '/') --end;
  return end == 0 ? text.size() : end - 1;
}

// Reads one word of a record.
class TermParser {
 public:
  TermParser(std::string_view record, Span word, Term& term) noexcept
      : record_(record), term_(term) {
    term_.span = word;
    term_.kind = TermKind::invalid;
    term_.qualifier = Qualifier::pass;
    term_.name = term_.value = {word.end, word.end};
    term_.prefix4 = 32;
    term_.prefix6 = 128;
    term_.has_macro = term_.has_sender_macro = false;
    term_.error.code = Code::none;
  }

  void parse() noexcept {
    std::uint32_t begin = term_.span.begin;
    const bool has_sign = is_sign(record_[begin]);
    if (has_sign) term_.qualifier = qualifier_of(record_[begin++]);
    std::uint32_t end = begin;
    while (end < term_.span.end && !is_one_of(record_[end], ":/=")) ++end;
    term_.name = {begin, end};
    if (end < term_.span.end && record_[end] == '=') {
      parse_modifier(has_sign);
    } else {
      parse_mechanism();
    }
    if (term_.error.code != Code::none) blame_bad_byte();
  }

 private:
  static constexpr bool is_one_of(char c, std::string_view set) noexcept {
    for (const char member : set) {
      if (c == member) return true;
    }
    return false;
  }

  [[nodiscard]] std::string_view text(Span span) const noexcept { return slice(record_, span); }
  [[nodiscard]] char separator() const noexcept {
    return term_.name.end < term_.span.end ? record_[term_.name.end] : '\0';
  }
  [[nodiscard]] Span behind_name() const noexcept { return {term_.name.end, term_.span.end}; }

  // ---- Errors: the first one of a word counts ---------------------------------------------------

  void fail(Code code, Span span, std::string_view meant = {}) noexcept {
    if (term_.error.code == Code::none) set_error(term_.error, code, span, text(span), meant);
  }

  // A byte that may stand in no term at all explains an error better than what it led to.
  void blame_bad_byte() noexcept {
    Cursor word(text(term_.span));
    word.take_while(detail::is_visible);
    if (word.at_end()) return;
    const std::uint32_t begin = term_.span.begin + word.position();
    word.take_while([](char c) { return !detail::is_visible(c); });
    term_.error.code = Code::none;
    fail(Code::spf_character_invalid, {begin, term_.span.begin + word.position()});
  }

  // ---- Modifiers (§6) ---------------------------------------------------------------------------

  void parse_modifier(bool has_sign) noexcept {
    const std::string_view name = text(term_.name);
    term_.value = {term_.name.end + 1, term_.span.end};
    const bool redirect = equal_ignoring_case(name, "redirect");
    const bool exp = equal_ignoring_case(name, "exp");
    term_.kind = redirect ? TermKind::redirect : exp ? TermKind::exp : TermKind::modifier;
    if (has_sign) return fail(Code::spf_qualifier_wrong, {term_.span.begin, term_.name.begin});
    if (!is_modifier_name(name)) return fail(Code::spf_modifier_name_invalid, term_.name);
    if (!redirect && !exp) return parse_macro_string();
    if (term_.value.size() == 0) return fail(Code::spf_value_missing, term_.span);
    parse_domain_spec();
  }

  // An unknown modifier is ignored, so its macros are never expanded: the grammar alone counts, and
  // that has the letters c, r and t and any digits (§6, §7.1).
  void parse_macro_string() noexcept {
    MacroToken token;
    MacroReader reader(text(term_.value), MacroReader::Form::macro_string);
    while (reader.next(token)) {
      if (token.kind == MacroToken::Kind::macro) term_.has_macro = true;
      if (token.kind == MacroToken::Kind::bad_macro) fail(Code::spf_macro_invalid, shift(token));
      if (token.kind == MacroToken::Kind::bad_byte) fail(Code::spf_character_invalid, shift(token));
    }
  }

  // ---- Mechanisms (§5) --------------------------------------------------------------------------

  void parse_mechanism() noexcept {
    const std::string_view name = text(term_.name);
    if (!name.empty() && is_sign(name[0])) return blame_signs();
    const TermKind kind = mechanism_kind(name);
    term_.kind = kind;
    switch (kind) {
      case TermKind::all:
        if (separator() != '\0') fail(Code::spf_all_with_value, behind_name());
        return;
      case TermKind::include:
      case TermKind::exists:
        return parse_required_domain();
      case TermKind::ptr:
        if (separator() == ':') return parse_required_domain();
        if (separator() == '/') fail(Code::spf_cidr_not_allowed, behind_name());
        return;
      case TermKind::a:
      case TermKind::mx:
        return parse_addresses_of_name();
      case TermKind::ip4:
      case TermKind::ip6:
        return parse_network();
      default:
        return blame_name(name);
    }
  }

  void blame_signs() noexcept {
    std::uint32_t end = term_.name.begin;
    while (end < term_.span.end && is_sign(record_[end])) ++end;
    fail(Code::spf_qualifier_wrong, {term_.span.begin, end});
  }

  void blame_name(std::string_view name) noexcept {
    if (equal_ignoring_case(name, "redirect") || equal_ignoring_case(name, "exp")) {
      if (separator() != ':') return fail(Code::spf_value_missing, term_.span);
      return set_error(term_.error, Code::spf_colon_for_equals,
                       {term_.name.end, term_.name.end + 1}, name);
    }
    fail(Code::spf_mechanism_unknown, name.empty() ? term_.span : term_.name);
  }

  void parse_required_domain() noexcept {
    if (separator() != ':' || term_.name.end + 1 == term_.span.end) {
      return fail(Code::spf_value_missing, term_.span);
    }
    term_.value = {term_.name.end + 1, term_.span.end};
    parse_domain_spec();
  }

  // [ ":" domain-spec ] [ dual-cidr-length ]. A top label holds no slash, so the lengths are what
  // stands at the end, and slashes further left belong to the domain-spec.
  void parse_addresses_of_name() noexcept {
    const std::uint32_t lengths = find_lengths();
    if (separator() == ':') {
      term_.value = {term_.name.end + 1, lengths < term_.name.end + 1 ? term_.span.end : lengths};
      if (term_.value.size() == 0) return fail(Code::spf_value_missing, term_.span);
      parse_domain_spec();
    } else if (lengths != term_.name.end) {
      return fail(Code::spf_cidr_invalid, behind_name());
    }
    parse_lengths(lengths);
  }

  // Where dual-cidr-length begins: [ "/" *DIGIT ] [ "//" *DIGIT ] at the end of the word.
  [[nodiscard]] std::uint32_t find_lengths() const noexcept {
    const std::uint32_t stop = term_.name.end;
    std::uint32_t begin = behind_digits(term_.span.end, stop);
    if (begin == stop || record_[begin - 1] != '/') return term_.span.end;
    --begin;
    if (begin == stop || record_[begin - 1] != '/') return begin;
    --begin;
    const std::uint32_t before = behind_digits(begin, stop);
    const bool both = before < begin && before > stop && record_[before - 1] == '/';
    return both ? before - 1 : begin;
  }

  [[nodiscard]] std::uint32_t behind_digits(std::uint32_t end, std::uint32_t stop) const noexcept {
    while (end > stop && detail::is_digit(record_[end - 1])) --end;
    return end;
  }

  void parse_lengths(std::uint32_t begin) noexcept {
    const Span span{begin, term_.span.end};
    Cursor cursor(text(span));
    unsigned value = 0;
    const bool six_only = cursor.take_word("//");
    if (!six_only && cursor.take('/')) {
      if (!cursor.take_number(2, value) || value > 32) return fail(Code::spf_cidr_invalid, span);
      term_.prefix4 = static_cast<std::uint8_t>(value);
    }
    if (six_only || cursor.take_word("//")) {
      if (!cursor.take_number(3, value) || value > 128) return fail(Code::spf_cidr_invalid, span);
      term_.prefix6 = static_cast<std::uint8_t>(value);
    }
    if (!cursor.at_end()) fail(Code::spf_cidr_invalid, span);
  }

  // ip4-network [ ip4-cidr-length ], ip6-network [ ip6-cidr-length ]
  void parse_network() noexcept {
    const bool six = term_.kind == TermKind::ip6;
    std::uint32_t end = term_.name.end + 1;
    while (end < term_.span.end && record_[end] != '/') ++end;
    if (separator() != ':' || end == term_.name.end + 1) {
      return fail(Code::spf_value_missing, term_.span);
    }
    term_.value = {term_.name.end + 1, end};
    const auto network = Address::parse(text(term_.value));
    const Family family = six ? Family::ipv6 : Family::ipv4;
    if (!network || network->family != family) {
      return fail(Code::spf_ip_invalid, term_.value, six ? "ip6:" : "ip4:");
    }
    term_.network = *network;
    if (end == term_.span.end) return;
    const Span length{end, term_.span.end};
    Cursor cursor(text(length));
    unsigned value = 0;
    if (!cursor.take('/') || !cursor.take_number(six ? 3 : 2, value) || !cursor.at_end() ||
        value > (six ? 128U : 32U)) {
      return fail(Code::spf_cidr_invalid, length);
    }
    (six ? term_.prefix6 : term_.prefix4) = static_cast<std::uint8_t>(value);
  }

  // ---- domain-spec (§7.1) -----------------------------------------------------------------------

  [[nodiscard]] Span shift(const MacroToken& token) const noexcept {
    return {term_.value.begin + token.span.begin, term_.value.begin + token.span.end};
  }

  // domain-spec = macro-string domain-end. The letters c, r and t (§7.2) and zero as the number of
  // parts (§7.3) are not allowed here.
  void parse_domain_spec() noexcept {
    MacroToken token;
    MacroReader reader(text(term_.value), MacroReader::Form::macro_string);
    while (reader.next(token)) {
      switch (token.kind) {
        case MacroToken::Kind::macro:
          term_.has_macro = true;
          if (is_one_of(token.letter, "sl")) term_.has_sender_macro = true;
          if (!token.zero && !is_one_of(token.letter, "crt")) break;
          [[fallthrough]];
        case MacroToken::Kind::bad_macro:
          fail(Code::spf_macro_invalid, shift(token));
          break;
        case MacroToken::Kind::bad_byte:
          fail(Code::spf_character_invalid, shift(token));
          break;
        case MacroToken::Kind::escape:
          term_.has_macro = true;
          break;
        case MacroToken::Kind::literal:
          break;
      }
    }
    if (token.kind != MacroToken::Kind::literal) return;  // domain-end = macro-expand
    const std::string_view literal = text(shift(token));
    if (!ends_in_top_label(literal)) blame_domain(literal);
  }

  void blame_domain(std::string_view literal) noexcept {
    const std::string_view tail = drop(literal, last_slash(literal));
    const std::uint32_t slash = term_.value.end - static_cast<std::uint32_t>(tail.size());
    bool digits = tail.size() > 1;
    for (const char c : drop(tail, 1)) digits = digits && detail::is_digit(c);
    if (!digits || !ends_in_top_label(head(literal, literal.size() - tail.size()))) {
      return fail(Code::spf_domain_invalid, term_.value);
    }
    const bool length_allowed = term_.kind == TermKind::a || term_.kind == TermKind::mx;
    fail(length_allowed ? Code::spf_cidr_invalid : Code::spf_cidr_not_allowed,
         {slash, term_.span.end});
  }

  std::string_view record_;
  Term& term_;
};

Span next_word(std::string_view record, std::uint32_t position) noexcept {
  Cursor cursor(drop(record, position));
  cursor.take_while([](char c) { return c == ' '; });
  const std::uint32_t begin = position + cursor.position();
  cursor.take_while([](char c) { return c != ' '; });
  return {begin, position + cursor.position()};
}

}  // namespace

bool has_version(std::string_view record) noexcept {
  return equal_ignoring_case(head(record, kVersion.size()), kVersion) &&
         (record.size() == kVersion.size() || record[kVersion.size()] == ' ');
}

RecordReader::RecordReader(std::string_view record) noexcept : record_(record) {
  if (has_version(record)) {
    position_ = static_cast<std::uint32_t>(kVersion.size());
    return;
  }
  const Span word = next_word(record, 0);
  position_ = word.end;
  set_error(version_error_, Code::spf_version_invalid, word, slice(record, word));
}

bool RecordReader::next(Term& term) noexcept {
  const Span word = next_word(record_, position_);
  position_ = word.end;
  if (word.size() == 0) return false;
  TermParser(record_, word, term).parse();

  // §6: these two modifiers must not appear more than once each.
  bool* seen = term.kind == TermKind::redirect ? &seen_redirect_
               : term.kind == TermKind::exp    ? &seen_exp_
                                               : nullptr;
  if (seen == nullptr) return true;
  if (*seen && term.error.code == Code::none) {
    set_error(term.error, Code::spf_modifier_repeated, term.span, slice(record_, term.name));
  }
  *seen = true;
  return true;
}

char sign(Qualifier qualifier) noexcept { return "+-~?"[static_cast<unsigned>(qualifier) & 3]; }

std::string_view name(TermKind kind) noexcept {
  constexpr std::string_view kNames[] = {"all",      "include", "a",        "mx",
                                         "ptr",      "ip4",     "ip6",      "exists",
                                         "redirect", "exp",     "modifier", "invalid"};
  return kNames[static_cast<unsigned>(kind)];
}

std::size_t format(const Term& term, std::string_view record, std::span<char> out) noexcept {
  detail::Writer writer(out);
  if (term.kind < TermKind::redirect) writer.put(sign(term.qualifier));
  for (const char c : slice(record, term.name)) writer.put(detail::to_lower(c));
  writer.put(slice(record, {term.name.end, term.span.end}));
  return writer.size();
}

}  // namespace mailassay::inline v0::spf
