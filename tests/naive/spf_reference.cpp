#include "spf_reference.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <stdexcept>

#include "spf_syntax.h"

namespace naive {
namespace {

using mailassay::AnswerStatus;
using mailassay::RecordType;

// RFC 7208 §4.6.4.
constexpr unsigned kMaxLookups = 10;
constexpr std::size_t kMaxMxNames = 10;
constexpr std::size_t kMaxPtrNames = 10;
// RFC 1035 §2.3.4, RFC 7208 §7.3.
constexpr std::size_t kMaxLabel = 63;
constexpr std::size_t kMaxName = 253;
// RFC 7208 §6.2: "Implementations MAY limit the length of the resulting explanation string".
constexpr std::size_t kMaxExplanation = 1024;
constexpr std::string_view kUnknown = "unknown";        // §7.3: %{p}, %{r}
constexpr std::string_view kPostmaster = "postmaster";  // §4.3

// An error that ends the whole evaluation, whatever the depth: permerror and temperror pass through
// every include and redirect (§5.2, §6.1).
struct Stop {
  std::string verdict;
};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// ---- Names --------------------------------------------------------------------------------------

std::vector<std::string> split(std::string_view text, std::string_view delimiters) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (delimiters.find(c) != std::string_view::npos) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += '.';
    text += parts[i];
  }
  return text;
}

std::string without_final_dot(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  return name;
}

// Labels of 1 to 63 octets; everything else has no place in DNS.
bool is_dns_name(std::string_view name) {
  const auto labels = split(name, ".");
  return std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
    return !label.empty() && label.size() <= kMaxLabel;
  });
}

bool is_multi_label(std::string_view name) { return name.find('.') != std::string_view::npos; }

// Erratum 4751 to §5.5: the name is the target or a subdomain of it.
bool is_within(std::string_view name, std::string_view target) {
  const std::string low = lower(name);
  const std::string low_target = lower(target);
  return low == low_target || low.ends_with("." + low_target);
}

// ---- The arguments: §2.4, §4.1, §4.3, RFC 8616 §4 -----------------------------------------------

struct Identity {
  std::string local_part;
  std::string domain;
};

// RFC 5321 §4.1.1.3: a source route "@a,@b:" stands before the mailbox. Nothing if it stands alone.
std::optional<std::string> without_route(const std::string& path) {
  if (path.empty() || path[0] != '@') return path;
  const std::size_t colon = path.find(':');
  if (colon == std::string::npos) return path;  // "@domain": a mailbox without a local part
  std::string mailbox = path.substr(colon + 1);
  if (mailbox.find('@') == std::string::npos) return std::nullopt;
  return mailbox;
}

Identity split_mailbox(const std::string& mailbox) {
  const std::size_t at = mailbox.rfind('@');
  if (at == std::string::npos) return {std::string(kPostmaster), mailbox};
  Identity identity{mailbox.substr(0, at), mailbox.substr(at + 1)};
  // §4.3: "If the <sender> has no local-part, substitute the string "postmaster""
  if (identity.local_part.empty()) identity.local_part = kPostmaster;
  return identity;
}

// The identity to check; nothing if it is not even a mailbox.
std::optional<Identity> identity_of(const Input& input) {
  std::string path = input.mail_from;
  if (path.starts_with('<') && path.ends_with('>')) path = path.substr(1, path.size() - 2);
  if (path.empty()) {
    // RFC 8616 §4: an EHLO host name "MUST be represented as A-labels".
    if (!is_ascii(input.helo)) return std::nullopt;
    return Identity{std::string(kPostmaster), input.helo};
  }
  const auto mailbox = without_route(path);
  if (!mailbox) return std::nullopt;
  return split_mailbox(*mailbox);
}

// U+3002, U+FF0E and U+FF61 are full stops to some software: never inside a label.
bool holds_other_full_stop(std::string_view label) {
  return label.find("\xE3\x80\x82") != std::string_view::npos ||
         label.find("\xEF\xBC\x8E") != std::string_view::npos ||
         label.find("\xEF\xBD\xA1") != std::string_view::npos;
}

// RFC 8616 §4: "All U-labels MUST be converted to A-labels". ASCII labels stay as they are.
std::optional<std::string> a_label(const Input& input, const std::string& label) {
  if (is_ascii(label)) return label;
  if (label.starts_with('-') || label.ends_with('-')) return std::nullopt;
  if (holds_other_full_stop(label) || !input.to_ascii) return std::nullopt;
  return input.to_ascii(lower(label));
}

std::optional<std::string> a_labels(const Input& input, const std::string& domain) {
  std::vector<std::string> labels = split(domain, ".");
  for (std::string& label : labels) {
    auto converted = a_label(input, label);
    if (!converted) return std::nullopt;
    label = *converted;
  }
  return join(labels);
}

// §4.3. Underscores are allowed (RFC 8553); a last label of digits would be an address.
bool is_initial_domain(std::string_view domain) {
  if (domain.size() > kMaxName || !is_multi_label(domain) || !is_dns_name(domain)) return false;
  const bool ldh = std::all_of(domain.begin(), domain.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  const std::string top = split(domain, ".").back();
  return ldh && top.find_first_not_of("0123456789") != std::string::npos;
}

// ---- Addresses ----------------------------------------------------------------------------------

// RFC 4291 §2.5.5.2: an IPv4-mapped address stands for the IPv4 address (RFC 7208 §5).
Ip unmapped(const Ip& ip) {
  static constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!ip.v6 || !std::equal(kMapped.begin(), kMapped.end(), ip.bytes.begin())) return ip;
  Ip ip4;
  std::copy(ip.bytes.begin() + 12, ip.bytes.end(), ip4.bytes.begin());
  return ip4;
}

Ip client_of(const Input& input) {
  if (const auto ip4 = parse_ip4(input.ip)) return *ip4;
  if (const auto ip6 = parse_ip6(input.ip)) return unmapped(*ip6);
  throw std::invalid_argument("no address: " + input.ip);
}

// §5: only the first `prefix` bits are compared.
bool in_network(const Ip& client, const Ip& network, unsigned prefix) {
  if (client.v6 != network.v6) return false;
  for (unsigned bit = 0; bit < prefix; ++bit) {
    const unsigned shift = 7 - bit % 8;
    const unsigned difference = client.bytes[bit / 8] ^ network.bytes[bit / 8];
    if ((difference >> shift & 1U) != 0) return false;
  }
  return true;
}

Ip ip_of(const mailassay::Address& address) {
  Ip ip{.v6 = address.family == mailassay::Family::ipv6};
  std::copy_n(address.bytes.begin(), ip.v6 ? 16 : 4, ip.bytes.begin());
  return ip;
}

// The case of the digits in %{i} is open: §7.4 shows small letters, test suites of the field
// capital ones, and names do not differ by it.
constexpr std::string_view kNibbles = "0123456789ABCDEF";

// §7.3, %{i}: a dotted quad, or every nibble of an IPv6 address.
std::string dotted(const Ip& ip) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < (ip.v6 ? 16U : 4U); ++i) {
    if (!ip.v6) {
      parts.push_back(std::to_string(ip.bytes[i]));
      continue;
    }
    parts.emplace_back(1, kNibbles[ip.bytes[i] >> 4]);
    parts.emplace_back(1, kNibbles[ip.bytes[i] & 15]);
  }
  return join(parts);
}

std::string reverse_name(const Ip& ip) {
  auto parts = split(dotted(ip), ".");
  std::reverse(parts.begin(), parts.end());
  return join(parts) + (ip.v6 ? ".ip6.arpa" : ".in-addr.arpa");
}

std::string hex_group(const Ip& ip, std::size_t group) {
  char text[8];
  std::snprintf(text, sizeof text, "%x", ip.bytes[2 * group] << 8 | ip.bytes[2 * group + 1]);
  return text;
}

// RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals.
std::pair<std::size_t, std::size_t> longest_zero_run(const Ip& ip) {
  std::size_t best = 0;
  std::size_t best_length = 0;
  for (std::size_t begin = 0; begin < 8; ++begin) {
    std::size_t end = begin;
    while (end < 8 && hex_group(ip, end) == "0") ++end;
    if (end - begin > best_length) {
      best = begin;
      best_length = end - begin;
    }
  }
  if (best_length < 2) return {8, 0};
  return {best, best_length};
}

// §7.3, %{c}: the form for people.
std::string readable(const Ip& ip) {
  if (!ip.v6) return dotted(ip);
  const auto [zeros, length] = longest_zero_run(ip);
  std::string text;
  for (std::size_t group = 0; group < 8; ++group) {
    if (length > 0 && group == zeros) {
      text += "::";
      group += length - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    text += hex_group(ip, group);
  }
  return text;
}

// ---- Macros: §7 ---------------------------------------------------------------------------------

std::string url_escaped(std::string_view text) {
  // RFC 3986 §2.3.
  static constexpr std::string_view kUnreserved =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string escaped;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      escaped += c;
      continue;
    }
    char hex[4];
    std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c));
    escaped += hex;
  }
  return escaped;
}

// How many right-hand parts are used; a number beyond all counting means all.
std::size_t parts_wanted(const std::string& digits) {
  constexpr std::size_t kAll = 100000000;
  if (digits.empty()) return kAll;
  std::size_t value = 0;
  for (const char digit : digits) value = std::min(kAll, 10 * value + std::size_t(digit - '0'));
  return value;
}

// §7.3: split, reverse, keep the right-hand parts, join by dots, escape.
std::string transformed(const std::string& value, const Macro& macro) {
  std::string text = value;
  if (!macro.digits.empty() || macro.reverse || !macro.delimiters.empty()) {
    auto parts = split(value, macro.delimiters.empty() ? "." : macro.delimiters);
    if (macro.reverse) std::reverse(parts.begin(), parts.end());
    const std::size_t wanted = parts_wanted(macro.digits);
    if (wanted < parts.size()) parts.erase(parts.begin(), parts.end() - std::ptrdiff_t(wanted));
    text = join(parts);
  }
  return macro.escape ? url_escaped(text) : text;
}

// §7.3: "by removing successive domain labels (and their following dots)".
std::string cut_to_name_length(const std::string& name) {
  std::size_t begin = 0;
  while (name.size() - begin > kMaxName) {
    const std::size_t dot = name.find('.', begin);
    if (dot == std::string::npos) break;
    begin = dot + 1;
  }
  return name.substr(begin);
}

// RFC 8616 §4: what a non-ASCII local part does to a term.
bool uses_local_part(const std::vector<Piece>& pieces) {
  return std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) {
    return piece.macro && (piece.macro->letter == 's' || piece.macro->letter == 'l');
  });
}

// ---- Evaluation ---------------------------------------------------------------------------------

struct Answer {
  AnswerStatus status = AnswerStatus::ok;
  std::vector<demo::ZoneRecord> records;

  // §5: "an error (RCODE other than 0 or 3) or the query times out".
  [[nodiscard]] bool failed() const {
    return status != AnswerStatus::ok && status != AnswerStatus::nxdomain;
  }
};

class Evaluator {
 public:
  Evaluator(const Input& input, const demo::Zone& zone)
      : input_(input), zone_(zone), client_(client_of(input)) {}

  Outcome run();

 private:
  Answer ask(const std::string& name, RecordType type);

  // §4.3 to §4.7; `domain` is well-formed. `explain`: not below an include (§6.2).
  std::string check_domain(const std::string& domain, const Answer& answer, bool explain);
  std::string evaluate(const Record& record, const std::string& domain, bool explain);
  std::string follow_redirect(const Term& redirect, const std::string& domain, bool explain);

  bool matches(const Term& term, const std::string& domain);
  bool matches_looked_up(const Term& term, const std::string& domain);
  bool matches_include(const std::string& target);
  bool matches_a(const Term& term, const std::string& target);
  bool matches_mx(const Term& term, const std::string& target);
  bool matches_ptr(const std::string& target);
  bool matches_exists(const std::string& target);

  void count_lookup();
  void count_if_void(const Answer& answer);
  // The look-up that a term is there for: failing ends the evaluation, an empty one is void.
  Answer ask_for_term(const std::string& name, RecordType type);

  [[nodiscard]] RecordType address_type() const {
    return client_.v6 ? RecordType::aaaa : RecordType::a;
  }
  bool holds_client(const Answer& answer, const Term& term) const;
  bool validates(const std::string& host);

  bool loses_to_local_part(const Term& term) const;
  // The target-name; nothing if the expansion is no name (§4.8 leaves that open).
  std::optional<std::string> target_of(const Term& term, const std::string& domain);
  std::string expand(const std::vector<Piece>& pieces, const std::string& domain);
  std::string macro_value(char letter, const std::string& domain);
  std::string validated_name(const std::string& domain);

  std::string explanation(const Record& record, const std::string& domain);
  std::string explanation_text(const Answer& answer, const std::string& domain);

  const Input& input_;
  const demo::Zone& zone_;
  Ip client_;
  Identity sender_;
  bool ascii_local_part_ = true;
  Outcome outcome_;
  std::map<AskedQuestion, Answer> known_;
};

const Term* find_modifier(const Record& record, std::string_view name) {
  for (const Term& term : record.terms) {
    if (term.modifier && term.name == name) return &term;
  }
  return nullptr;
}

bool has_all(const Record& record) {
  return std::any_of(record.terms.begin(), record.terms.end(),
                     [](const Term& term) { return !term.modifier && term.name == "all"; });
}

// §4.6.2.
std::string verdict_of(char qualifier) {
  if (qualifier == '-') return "fail";
  if (qualifier == '~') return "softfail";
  if (qualifier == '?') return "neutral";
  return "pass";
}

// §3.3: strings are joined "without adding spaces".
std::string joined(const demo::ZoneRecord& record) {
  std::string text;
  for (const std::string& part : record.strings) text += part;
  return text;
}

Outcome Evaluator::run() {
  outcome_.verdict = "none";
  const auto identity = identity_of(input_);
  if (!identity) return outcome_;
  const auto domain = a_labels(input_, without_final_dot(identity->domain));
  if (!domain || !is_initial_domain(*domain)) return outcome_;
  sender_ = {identity->local_part, *domain};
  ascii_local_part_ = is_ascii(sender_.local_part);
  try {
    const Answer answer = ask(*domain, RecordType::txt);
    outcome_.verdict = check_domain(*domain, answer, true);
  } catch (const Stop& stop) {
    outcome_.verdict = stop.verdict;
  }
  return outcome_;
}

Answer Evaluator::ask(const std::string& name, RecordType type) {
  const AskedQuestion question{lower(name), type};
  const auto found = known_.find(question);
  if (found != known_.end()) return found->second;
  outcome_.asked.push_back(question);
  demo::ZoneAnswer answer = zone_.lookup(question.first, type);
  return known_[question] = Answer{answer.status, std::move(answer.records)};
}

std::string Evaluator::check_domain(const std::string& domain, const Answer& answer, bool explain) {
  if (answer.failed()) throw Stop{"temperror"};  // §4.4
  // §4.5.
  std::vector<std::string> records;
  for (const demo::ZoneRecord& record : answer.records) {
    if (has_version(joined(record))) records.push_back(joined(record));
  }
  if (records.empty()) return "none";
  if (records.size() > 1) throw Stop{"permerror"};
  // §4.6: "The syntax of the record is validated first".
  const Record record = read_record(records[0]);
  if (!record.valid) throw Stop{"permerror"};
  return evaluate(record, domain, explain);
}

std::string Evaluator::evaluate(const Record& record, const std::string& domain, bool explain) {
  for (const Term& term : record.terms) {
    if (term.modifier || !matches(term, domain)) continue;
    const std::string verdict = verdict_of(term.qualifier);
    if (verdict == "fail" && explain) outcome_.explanation = explanation(record, domain);
    return verdict;
  }
  const Term* redirect = find_modifier(record, "redirect");
  // §6.1: "MUST be ignored if there is an "all" mechanism anywhere in the record".
  if (redirect == nullptr || has_all(record)) return "neutral";  // §4.7
  return follow_redirect(*redirect, domain, explain);
}

std::string Evaluator::follow_redirect(const Term& redirect, const std::string& domain,
                                       bool explain) {
  // RFC 8616 §4 speaks of terms that do not match; a redirect that does not is not taken.
  if (loses_to_local_part(redirect)) return "neutral";
  count_lookup();
  const auto target = target_of(redirect, domain);
  // §6.1: "if the <target-name> is malformed, the result is a "permerror"".
  if (!target || !is_multi_label(*target)) throw Stop{"permerror"};
  const std::string verdict =
      check_domain(*target, ask_for_term(*target, RecordType::txt), explain);
  if (verdict == "none") throw Stop{"permerror"};
  return verdict;
}

// ---- Mechanisms: §5 -----------------------------------------------------------------------------

bool Evaluator::matches(const Term& term, const std::string& domain) {
  if (term.name == "all") return true;
  if (term.name == "ip4") return in_network(client_, term.network, term.prefix4);
  if (term.name == "ip6") return in_network(client_, term.network, term.prefix6);
  return matches_looked_up(term, domain);
}

bool Evaluator::matches_looked_up(const Term& term, const std::string& domain) {
  count_lookup();
  if (loses_to_local_part(term)) return false;
  const auto target = target_of(term, domain);
  if (term.name == "include") {
    // §4.3 gives none for a malformed name or a single label, and §5.2 permerror for none.
    if (!target || !is_multi_label(*target)) throw Stop{"permerror"};
    return matches_include(*target);
  }
  // §4.8: "Some implementations choose to treat such errors as not-match".
  if (!target) return false;
  if (term.name == "a") return matches_a(term, *target);
  if (term.name == "mx") return matches_mx(term, *target);
  if (term.name == "ptr") return matches_ptr(*target);
  return matches_exists(*target);
}

// §5.2.
bool Evaluator::matches_include(const std::string& target) {
  const std::string verdict = check_domain(target, ask_for_term(target, RecordType::txt), false);
  if (verdict == "none") throw Stop{"permerror"};
  return verdict == "pass";
}

// §5.3.
bool Evaluator::matches_a(const Term& term, const std::string& target) {
  return holds_client(ask_for_term(target, address_type()), term);
}

// §5.4. A host "." says that there is none (RFC 7505): no name to look up, and not counted.
bool Evaluator::matches_mx(const Term& term, const std::string& target) {
  std::vector<std::string> hosts;
  for (const demo::ZoneRecord& record : ask_for_term(target, RecordType::mx).records) {
    const std::string host = without_final_dot(record.name);
    if (!host.empty()) hosts.push_back(host);
  }
  // §4.6.4: "If this limit is exceeded, the "mx" mechanism MUST produce a "permerror"". The number
  // of names is known before the first is looked up.
  if (hosts.size() > kMaxMxNames) throw Stop{"permerror"};
  for (const std::string& host : hosts) {
    if (!is_dns_name(host)) continue;
    const Answer answer = ask(host, address_type());
    if (answer.failed()) throw Stop{"temperror"};
    if (holds_client(answer, term)) return true;
  }
  return false;
}

// §5.5. Only names that could match need be validated.
bool Evaluator::matches_ptr(const std::string& target) {
  const Answer answer = ask(reverse_name(client_), RecordType::ptr);
  if (answer.failed()) return false;
  count_if_void(answer);
  for (std::size_t i = 0; i < std::min(kMaxPtrNames, answer.records.size()); ++i) {
    const std::string host = without_final_dot(answer.records[i].name);
    if (is_within(host, target) && validates(host)) return true;
  }
  return false;
}

// §5.7: A "even when the connection type is IPv6".
bool Evaluator::matches_exists(const std::string& target) {
  return !ask_for_term(target, RecordType::a).records.empty();
}

// ---- Limits: §4.6.4 -----------------------------------------------------------------------------

void Evaluator::count_lookup() {
  if (++outcome_.lookups > kMaxLookups) throw Stop{"permerror"};
}

void Evaluator::count_if_void(const Answer& answer) {
  if (!answer.records.empty()) return;
  if (++outcome_.void_lookups > input_.void_limit) throw Stop{"permerror"};
}

Answer Evaluator::ask_for_term(const std::string& name, RecordType type) {
  Answer answer = ask(name, type);
  if (answer.failed()) throw Stop{"temperror"};  // §5
  count_if_void(answer);
  return answer;
}

bool Evaluator::holds_client(const Answer& answer, const Term& term) const {
  const unsigned prefix = client_.v6 ? term.prefix6 : term.prefix4;
  return std::any_of(answer.records.begin(), answer.records.end(),
                     [&](const demo::ZoneRecord& record) {
                       return in_network(client_, ip_of(record.address), prefix);
                     });
}

// §5.5: a name is validated if <ip> is among its addresses; an error only skips it.
bool Evaluator::validates(const std::string& host) {
  if (!is_dns_name(host)) return false;
  const Answer answer = ask(host, address_type());
  return !answer.failed() && holds_client(answer, Term{});
}

// ---- Macro expansion: §7 ------------------------------------------------------------------------

bool Evaluator::loses_to_local_part(const Term& term) const {
  return !ascii_local_part_ && term.domain && uses_local_part(*term.domain);
}

std::optional<std::string> Evaluator::target_of(const Term& term, const std::string& domain) {
  if (!term.domain) return domain;  // §4.8
  const std::string name = cut_to_name_length(without_final_dot(expand(*term.domain, domain)));
  if (!is_dns_name(name)) return std::nullopt;
  return name;
}

std::string Evaluator::expand(const std::vector<Piece>& pieces, const std::string& domain) {
  std::string text;
  for (const Piece& piece : pieces) {
    text += piece.macro ? transformed(macro_value(piece.macro->letter, domain), *piece.macro)
                        : piece.literal;
  }
  return text;
}

std::string Evaluator::macro_value(char letter, const std::string& domain) {
  switch (letter) {
    case 's':
      return sender_.local_part + "@" + sender_.domain;
    case 'l':
      return sender_.local_part;
    case 'o':
      return sender_.domain;
    case 'd':
      return domain;
    case 'i':
      return dotted(client_);
    case 'p':
      return validated_name(domain);
    case 'v':
      return client_.v6 ? "ip6" : "in-addr";
    case 'h':
      return input_.helo;
    case 'c':
      return readable(client_);
    case 'r':
      return input_.receiver.empty() ? std::string(kUnknown) : input_.receiver;
    case 't':
      return std::to_string(input_.now);
    default:
      throw std::logic_error("a letter that the grammar does not have");
  }
}

// §7.3, %{p}: <domain> itself, else a name below it, else any.
std::string Evaluator::validated_name(const std::string& domain) {
  const Answer answer = ask(reverse_name(client_), RecordType::ptr);
  if (answer.failed()) return std::string(kUnknown);
  std::vector<std::string> equal;
  std::vector<std::string> below;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < std::min(kMaxPtrNames, answer.records.size()); ++i) {
    const std::string host = without_final_dot(answer.records[i].name);
    const bool within = is_within(host, domain);
    const bool same = within && host.size() == domain.size();
    (same ? equal : within ? below : others).push_back(host);
  }
  for (const auto* group : {&equal, &below, &others}) {
    for (const std::string& host : *group) {
      if (validates(host)) return host;
    }
  }
  return std::string(kUnknown);
}

// ---- exp: §6.2 ----------------------------------------------------------------------------------

std::string Evaluator::explanation(const Record& record, const std::string& domain) {
  const Term* exp = find_modifier(record, "exp");
  if (exp == nullptr || loses_to_local_part(*exp)) return {};
  const auto target = target_of(*exp, domain);
  if (!target) return {};
  return explanation_text(ask(*target, RecordType::txt), domain);
}

// "If there are any DNS processing errors …, or if no records are returned, or if more than one
// record is returned, or if there are syntax errors …, then proceed as if no "exp" was given."
std::string Evaluator::explanation_text(const Answer& answer, const std::string& domain) {
  if (answer.status != AnswerStatus::ok || answer.records.size() != 1) return {};
  const auto pieces =
      parse_macro_string(joined(answer.records[0]), {.space = true, .exp_letters = true});
  if (!pieces) return {};
  const std::string text = expand(*pieces, domain);
  // The text goes into an SMTP reply: nothing but printable US-ASCII.
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
  return printable ? text.substr(0, kMaxExplanation) : std::string();
}

}  // namespace

Outcome check_host(const Input& input, const demo::Zone& zone) {
  return Evaluator(input, zone).run();
}

}  // namespace naive
