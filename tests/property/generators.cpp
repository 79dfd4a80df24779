#include "generators.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

#include "demo/json.h"
#include "mailassay/address.h"

namespace property {
namespace {

using demo::ZoneRecord;
using mailassay::Address;
using mailassay::AnswerStatus;
using mailassay::RecordType;

constexpr std::string_view kStart = "example.com";

// The last one never has an entry.
const std::vector<std::string> kNames = {
    "example.com",    "a.example.com",   "b.example.com", "example.org",      "_spf.example.net",
    "mx.example.com", "w.b.example.com", "myexample.com", "void.example.net",
};

const std::vector<std::string> kClients = {
    "192.0.2.1",        "192.0.2.1",   "192.0.2.77",           "198.51.100.9",
    "2001:db8::1",      "2001:db8::1", "2001:db8:0:1:1:1:1:1", "2001:db8:0:0:1:0:0:1",
    "::ffff:192.0.2.1", "::192.0.2.1", "1:0:0:2:0:0:0:3",
};

const std::vector<std::string> kAddresses4 = {"203.0.113.4", "192.0.2.1",    "192.0.2.77",
                                              "192.0.2.129", "198.51.100.9", "198.51.100.200"};
const std::vector<std::string> kAddresses6 = {"2001:db8:ffff::4", "2001:db8::1", "2001:db8::2",
                                              "2001:db8:0:1:1:1:1:1", "::ffff:192.0.2.1"};

const std::vector<std::string> kNetworks4 = {
    "203.0.113.0/24",  "10.0.0.0/8",   "192.0.2.1",      "198.51.100.0/25",
    "192.0.2.76/31",   "0.0.0.0/0",    "192.0.2.128/25", "192.0.2.0/32",
    "255.255.255.255", "192.0.2.0/30", "0.0.0.0",        "203.0.113.4/31",
};
const std::vector<std::string> kNetworks6 = {
    "2001:db8:ffff::/48",   "2001:db8::1",       "2001:db8::/32",   "2001:db8::/127", "::/0",
    "::ffff:192.0.2.1/128", "1:2:3:4:5:6:7::",   "::192.0.2.0/120", "2001:DB8::80/8", "::",
    "1:2:3:4:5:6:1.2.3.4",  "2001:db8:0:1::/64",
};

const std::vector<std::string> kPrefixes = {
    "", "", "", "", "", "", "", "/24", "//64", "/24//64", "/32//128", "/31", "//127", "/0//0"};

// Expand to names that exist, that may come to exist, and that no name can be.
const std::vector<std::string> kMacroDomains = {
    "%{d}",
    "%{d2}",
    "a.%{d}",
    "%{o}",
    "%{h}",
    "%{i}.x.example.com",
    "%{ir}.%{v}.x.example.com",
    "%{l}.u.example.com",
    "%{l1r+-}.u.example.com",
    "%{L}.%{O}",
    "%{s}",
    "%{S}.u.example.com",
    "%{o1}.example.com",
    "%{dr}.example.com",
    "%{d01r}.example.com",
    "%{h2}",
    "%{H}.x.example.com",
    "x%%y.example.com",
    "x%_y.example.com",
    "x%-y.example.com",
    "%{i}",
    "%{ir}%{d9}",
    "%{i4r}.%{v1}.x.example.com",
    "%{sr-.+/=_}.u.example.com",
    "%{i}.%{i}.%{i}.%{i}.%{d}",
    "%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.%{l}.u.example.com",
    "%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}.%{d}"
    "."
    "%{d}.%{d}.%{d}.%{d}.%{d}",
    "%{l99999999999999999999}.u.example.com",
};
const std::vector<std::string> kValidatedNameDomains = {"%{p}", "%{p}.x.example.com", "_%{P2}",
                                                        "%{pr}.example.com", "%{p1}.example.com"};

const std::vector<std::string> kStrangeDomains = {
    "a..example.com",
    ".example.com",
    "x/24.example.com",
    "p:25.example.com",
    "A.1a",
    "c.x-1",
    std::string(63, 'l') + ".example.com",
    std::string(64, 'l') + ".example.com",
    std::string(49, 'w') + "." + std::string(49, 'w') + "." + std::string(49, 'w') + "." +
        std::string(49, 'w') + "." + std::string(49, 'w') + ".example.com",
    "xn--bcher-kva.example.com",
    "!#$&'()*,;<>?@[]^`{|}~\"\\.example.com",
};

const std::vector<std::string> kExplanationNames = {"why.example.com",  "why.example.org",
                                                    "why.%{d}",         "%{l}.why.example.com",
                                                    "void.example.net", "example.com"};

const std::vector<std::string> kExplanations = {
    "Not allowed.",
    "%{i} may not send for %{d}",
    "%{c} %{v} %{r} %{t}",
    "%{p} %{P} %{h}",
    "See http://%{d}/?s=%{S}&i=%{I}&r=%{R}",
    "%{l} %{L} %{lr-} %{l1r+-} %{s} %{o} %{dr} %{d1}",
    "100%% no%_way%-x",
    "",
    "v=spf1 -all",
    "%{z}",
    "%{d0}",
    "% ",
    "%{i",
    "tab\there",
    "b\xC3\xBC",
    "%{C} %{T} %{H}",
    std::string(990, 'x') + "%{d}%{d}%{d}%{d}",
};

// Each one breaks the grammar of §12 or a rule of the text.
const std::vector<std::string> kBadTerms = {
    "foo",
    "-",
    "ip4:192.0.2",
    "ip4:192.0.2.01",
    "ip4:192.0.2.0/33",
    "ip4:192.0.2.0/024",
    "ip4:192.0.2.0//24",
    "ip6:2001:db8::/129",
    "ip6:1:2:3:4:5:6:7:8::",
    "ip6:192.0.2.1",
    "a:",
    "a:b",
    "a/",
    "a/24/64",
    "mx:example.com..",
    "mx/024",
    "include",
    "include:example.com/24",
    "redirect:example.com",
    "redirect=",
    "exists:%{z}.example.com",
    "exists:%{d0}.example.com",
    "exists:%{c}.example.com",
    "exists:%{d}com",
    "exists:%{d}.",
    "exists:%(d).example.com",
    "all:x",
    "ptr/24",
    "+x=1",
    "1x=2",
    "x=%",
    "a:192.0.2.1",
    "a:example.com-",
};

const std::vector<std::string> kModifiers = {
    "x=",     "ra=postmaster",        "x=%{l}/%%:=", "a-b_c.d=1",
    "v=spf1", "op=%{c}%{r}%{t}%{d0}", "all=",        "ip4=1"};

const std::vector<AnswerStatus> kFailures = {AnswerStatus::servfail, AnswerStatus::timeout,
                                             AnswerStatus::refused, AnswerStatus::bogus,
                                             AnswerStatus::nxdomain};

const std::vector<std::string> kSenders = {
    "alice@example.com",
    "<alice@example.com>",
    "bob.x-y+z@example.com",
    "alice@a.example.com",
    "",
    "@example.com",
    "example.org",
    "Alice.B@EXAMPLE.Com.",
    "j\xC3\xB6rg@example.com",
    "ren\xC3\xA9@b.example.com",
    "alice@b\xC3\xBC"
    "cher.example.com",
    "alice@STRA\xC3\x9F"
    "E.example.com",
    "alice@xn--bcher-kva.example.com",
    "@r.example.org,@a.example.com:alice@example.com",
    "\"a@b c\"@example.com",
    "user%example.net@example.com",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com",
    "a--b..c@example.com",
    "%{d}@example.com",
    "<>",
    "alice@_mta.example.com",
};

// None of them holds a domain that can be checked.
const std::vector<std::string> kOddSenders = {
    "alice@localhost", "alice@192.0.2.1",       "alice@[192.0.2.1]",
    "alice@",          "alice@a..example.com",  "alice@-\xC3\xBC-.example.com",
    "@a.example.com:", "alice@a b.example.com", "alice@" + std::string(64, 'l') + ".example.com",
};

const std::vector<std::string> kHelos = {"mx.example.com",
                                         "example.com",
                                         "a.example.com",
                                         "EXAMPLE.ORG.",
                                         "localhost",
                                         "",
                                         "[192.0.2.1]",
                                         "b\xC3\xBC"
                                         "cher.example.com"};

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// ---- Records ------------------------------------------------------------------------------------

std::string make_domain(Choices& choices, const Profile& profile) {
  const unsigned kind = choices.below(16);
  if (kind < 8) return kNames[choices.below(static_cast<unsigned>(kNames.size()) - 1)];
  if (kind < 10) return choices.of(kNames);
  if (kind == 10) return upper(choices.of(kNames)) + (choices.one_in(2) ? "." : "");
  if (kind == 11) return choices.of(kStrangeDomains);
  if ((kind == 12 || kind == 13) && !profile.no_p) return choices.of(kValidatedNameDomains);
  return choices.of(kMacroDomains);
}

std::string make_qualifier(Choices& choices) {
  static const std::vector<std::string> kQualifiers = {"", "", "", "", "+", "-", "~", "?"};
  return choices.of(kQualifiers);
}

// ":" domain-spec, or nothing.
std::string make_optional_domain(Choices& choices, const Profile& profile) {
  return choices.one_in(3) ? "" : ":" + make_domain(choices, profile);
}

std::string make_mechanism(Choices& choices, const Profile& profile) {
  const std::string sign = make_qualifier(choices);
  const std::string positive = profile.only_plus ? "" : sign;
  switch (choices.below(16)) {
    case 0:
      return sign + "ip4:" + choices.of(kNetworks4);
    case 1:
      return sign + "ip6:" + choices.of(kNetworks6);
    case 2:
    case 3:
    case 4:
      return sign + "a" + make_optional_domain(choices, profile) + choices.of(kPrefixes);
    case 5:
    case 6:
      return sign + "mx" + make_optional_domain(choices, profile) + choices.of(kPrefixes);
    case 7:
    case 8:
      return sign + "exists:" + make_domain(choices, profile);
    case 9:
    case 10:
      return positive + "ptr" + make_optional_domain(choices, profile);
    default:
      return positive + "include:" + make_domain(choices, profile);
  }
}

std::string make_term(Choices& choices, const Profile& profile, std::string_view record) {
  const unsigned kind = choices.below(64);
  if (kind == 63 && choices.one_in(2)) return choices.of(kBadTerms);
  if (kind >= 62) return make_qualifier(choices) + "all";
  if (kind >= 58) return choices.of(kModifiers);
  // A second one breaks the record; that is left to chance.
  const bool again = choices.one_in(32);
  if (kind >= 52 && (again || record.find("redirect=") == std::string_view::npos)) {
    return "redirect=" + make_domain(choices, profile);
  }
  if (kind >= 44 && (again || record.find("exp=") == std::string_view::npos)) {
    return "exp=" + choices.of(kExplanationNames);
  }
  return make_mechanism(choices, profile);
}

std::string make_all(Choices& choices) {
  static const std::vector<std::string> kSigns = {"-", "-", "-", "~", "?", ""};
  return choices.of(kSigns) + "all";
}

// Bytes that mean something to the grammar, or that must not occur.
void damage(Choices& choices, std::string& text) {
  static constexpr std::string_view kBytes(" .:/%={}-+?~0a9_\t\n\0\x7F\x80\xFF", 22);
  if (text.empty()) return;
  const unsigned high = choices.below(256);
  const std::size_t place = (high * 256U + choices.below(256)) % text.size();
  text[place] = choices.of(kBytes);
}

// ---- Zones --------------------------------------------------------------------------------------

// Strings of one TXT record; most have one.
ZoneRecord text_record(Choices& choices, const std::string& text) {
  ZoneRecord record;
  if (text.size() < 2 || !choices.one_in(6)) {
    record.strings = {text};
    return record;
  }
  const std::size_t cut = 1 + choices.below(256) % (text.size() - 1);
  record.strings = {text.substr(0, cut), text.substr(cut)};
  return record;
}

void add_texts(Choices& choices, const Profile& profile, TypeEntry& entry) {
  entry.records.push_back(text_record(choices, make_record(choices, profile)));
  if (choices.one_in(8)) entry.records.push_back(text_record(choices, "some other text"));
  if (choices.one_in(32)) entry.records.push_back(text_record(choices, "v=spf1 ?all"));
}

ZoneRecord address_record(const std::string& text) {
  ZoneRecord record;
  record.address = Address::parse(text).value();
  return record;
}

ZoneRecord host_record(Choices& choices, unsigned preference) {
  ZoneRecord record;
  record.preference = static_cast<std::uint16_t>(preference);
  const unsigned kind = choices.below(16);
  record.name = choices.of(kNames);
  if (kind == 13) record.name = upper(record.name) + ".";
  if (kind == 14) record.name = ".";
  if (kind == 15) record.name = "a..example.com";
  return record;
}

// Mostly few hosts, sometimes just below or above the ten of §4.6.4; then most of them are alike,
// so that it matters what stands at the tenth and eleventh place.
void add_hosts(Choices& choices, TypeEntry& entry) {
  if (!choices.one_in(8)) {
    for (unsigned i = choices.below(4); i > 0; --i) {
      entry.records.push_back(host_record(choices, 10 * i));
    }
    return;
  }
  const ZoneRecord filler = host_record(choices, 10);
  for (unsigned i = 9 + choices.below(4); i > 0; --i) {
    entry.records.push_back(choices.one_in(4) ? host_record(choices, 20) : filler);
  }
}

void add_addresses(Choices& choices, NameEntry& name) {
  for (unsigned i = choices.below(3); i > 0; --i) {
    name.types[RecordType::a].records.push_back(address_record(choices.of(kAddresses4)));
  }
  for (unsigned i = choices.below(3); i > 0; --i) {
    name.types[RecordType::aaaa].records.push_back(address_record(choices.of(kAddresses6)));
  }
}

void add_failure(Choices& choices, NameEntry& name) {
  static const std::vector<RecordType> kTypes = {RecordType::a, RecordType::aaaa, RecordType::mx,
                                                 RecordType::txt};
  const AnswerStatus failure = choices.of(kFailures);
  if (choices.one_in(3)) {
    name.failure = failure;
  } else {
    name.types[choices.of(kTypes)].failure = failure;
  }
}

void fill_name(Choices& choices, const Profile& profile, bool start, NameEntry& name) {
  if (start || choices.below(8) != 0) add_texts(choices, profile, name.types[RecordType::txt]);
  add_addresses(choices, name);
  if (choices.one_in(2)) add_hosts(choices, name.types[RecordType::mx]);
  if (choices.one_in(start ? 40 : 16)) add_failure(choices, name);
  if (!start && choices.one_in(16)) {
    name.alias = choices.of(kNames);
    name.types.clear();
  }
}

void add_explanations(Choices& choices, Names& names) {
  for (const char* owner : {"why.example.com", "why.example.org", "why.a.example.com"}) {
    TypeEntry& texts = names[owner].types[RecordType::txt];
    texts.records.push_back(text_record(choices, choices.of(kExplanations)));
    if (choices.one_in(12)) texts.records.push_back(text_record(choices, "a second text"));
    if (choices.one_in(12)) texts.failure = choices.of(kFailures);
  }
}

std::string reverse_name(const std::string& ip) {
  const Address client = Address::parse(ip).value().unmapped();
  std::string name;
  for (std::size_t i = client.size(); i-- > 0;) {
    const unsigned byte = client.bytes[i];
    if (client.family == mailassay::Family::ipv4) {
      name += std::to_string(byte) + ".";
      continue;
    }
    static constexpr std::string_view kHex = "0123456789abcdef";
    name += {kHex[byte % 16], '.', kHex[byte / 16], '.'};
  }
  return name + (client.family == mailassay::Family::ipv4 ? "in-addr.arpa" : "ip6.arpa");
}

// Mostly names that lead back to the client.
void add_reverse(Choices& choices, const std::string& ip, Names& names) {
  if (choices.below(8) == 0) return;
  TypeEntry& hosts = names[reverse_name(ip)].types[RecordType::ptr];
  add_hosts(choices, hosts);
  if (choices.one_in(10)) hosts.failure = choices.of(kFailures);
  const Address client = Address::parse(ip).value().unmapped();
  const bool ip4 = client.family == mailassay::Family::ipv4;
  for (const ZoneRecord& host : std::vector<ZoneRecord>(hosts.records)) {
    if (!names.contains(host.name) || names[host.name].alias || choices.below(4) == 0) continue;
    ZoneRecord record;
    record.address = client;
    names[host.name].types[ip4 ? RecordType::a : RecordType::aaaa].records.push_back(record);
  }
}

// Gives records to some of the names that an evaluation asks for in vain, above all those that
// macros make.
void add_wanted(Choices& choices, const Profile& profile, Scenario& scenario) {
  const auto asked = naive::check_host(scenario.input, scenario.zone).asked;
  for (const auto& [name, type] : asked) {
    if (scenario.names.contains(name) || name == kNames.back() || choices.below(2) == 0) continue;
    NameEntry& entry = scenario.names[name];
    if (type == RecordType::txt) add_texts(choices, profile, entry.types[type]);
    if (type == RecordType::a || type == RecordType::aaaa) add_addresses(choices, entry);
    if (type == RecordType::mx) add_hosts(choices, entry.types[type]);
  }
  scenario.zone = zone_of(scenario.names);
}

naive::Input make_input(Choices& choices) {
  naive::Input input;
  input.ip = choices.of(kClients);
  input.mail_from = choices.below(2) == 0 ? kSenders.front() : choices.of(kSenders);
  if (choices.one_in(24)) input.mail_from = choices.of(kOddSenders);
  input.helo = choices.of(kHelos);
  if (choices.one_in(3)) input.receiver = "mx.receiver.example";
  if (choices.one_in(5)) input.now = 1 + choices.below(200);
  static const std::vector<unsigned> kVoidLimits = {2, 2, 2, 2, 0, 1, 3, 10};
  input.void_limit = choices.of(kVoidLimits);
  input.to_ascii = to_ascii;
  return input;
}

// ---- Showing ------------------------------------------------------------------------------------

demo::Json::Member member(std::string name, demo::Json value) {
  return {std::move(name), std::move(value)};
}

// Bytes as the code points 0 to 255, as the vector format has them.
demo::Json byte_text(std::string_view bytes) { return demo::Json(demo::utf8_of(bytes)); }

demo::Json failure_text(AnswerStatus status) {
  return demo::Json(upper(std::string(mailassay::name(status))));
}

demo::Json number(std::uint64_t value) {
  return demo::Json(demo::Json::Number{std::to_string(value)});
}

demo::Json record_json(RecordType type, const ZoneRecord& record) {
  switch (type) {
    case RecordType::txt: {
      demo::Json::Array strings;
      for (const std::string& string : record.strings) strings.push_back(byte_text(string));
      return demo::Json(std::move(strings));
    }
    case RecordType::mx:
      return demo::Json(demo::Json::Array{number(record.preference), byte_text(record.name)});
    case RecordType::a:
    case RecordType::aaaa: {
      std::array<char, 40> text{};
      const std::size_t size = mailassay::format(record.address, text);
      return demo::Json(std::string(text.data(), size));
    }
    default:
      return byte_text(record.name);
  }
}

demo::Json type_json(RecordType type, const TypeEntry& entry) {
  if (entry.failure) return failure_text(*entry.failure);
  demo::Json::Array records;
  for (const ZoneRecord& record : entry.records) records.push_back(record_json(type, record));
  return demo::Json(std::move(records));
}

demo::Json name_json(const NameEntry& name) {
  if (name.failure) return failure_text(*name.failure);
  demo::Json::Object types;
  if (name.alias) types.push_back(member("CNAME", demo::Json(*name.alias)));
  for (const auto& [type, entry] : name.types) {
    types.push_back(member(upper(std::string(mailassay::name(type))), type_json(type, entry)));
  }
  return demo::Json(std::move(types));
}

demo::Json input_json(const naive::Input& input) {
  return demo::Json(demo::Json::Object{
      member("ip", demo::Json(input.ip)), member("mail_from", demo::Json(input.mail_from)),
      member("helo", demo::Json(input.helo)), member("receiver", demo::Json(input.receiver)),
      member("now", number(input.now)), member("void_limit", number(input.void_limit))});
}

// ---- Making simpler -----------------------------------------------------------------------------

// Collects the variants of one scenario that differ from it.
class Simplifier {
 public:
  explicit Simplifier(const Scenario& scenario) : scenario_(scenario) {}

  std::vector<Scenario> run() {
    for (const auto& [owner, name] : scenario_.names) leave_out_name(owner, name);
    for (const auto& [owner, name] : scenario_.names) {
      for (const auto& [type, entry] : name.types) leave_out_records(owner, type, entry);
    }
    simplify_input();
    return std::move(variants_);
  }

 private:
  template <class Edit>
  void add(Edit&& edit) {
    Scenario variant = scenario_;
    edit(variant);
    variant.zone = zone_of(variant.names);
    variants_.push_back(std::move(variant));
  }

  void leave_out_name(const std::string& owner, const NameEntry& name) {
    add([&](Scenario& variant) { variant.names.erase(owner); });
    if (name.failure) add([&](Scenario& variant) { variant.names[owner].failure.reset(); });
    if (name.alias) add([&](Scenario& variant) { variant.names[owner].alias.reset(); });
  }

  void leave_out_records(const std::string& owner, RecordType type, const TypeEntry& entry) {
    add([&](Scenario& variant) { variant.names[owner].types.erase(type); });
    if (entry.failure) {
      add([&](Scenario& variant) { variant.names[owner].types[type].failure.reset(); });
    }
    for (std::size_t i = 0; i < entry.records.size(); ++i) {
      add([&](Scenario& variant) {
        auto& records = variant.names[owner].types[type].records;
        records.erase(records.begin() + static_cast<std::ptrdiff_t>(i));
      });
      if (type == RecordType::txt) leave_out_words(owner, i, entry.records[i]);
    }
  }

  // All words behind the first: the terms of an SPF record.
  void leave_out_words(const std::string& owner, std::size_t index, const ZoneRecord& record) {
    const std::string text = joined(record);
    if (record.strings.size() > 1) set_text(owner, index, text);
    for (std::size_t space = text.find(' '); space != std::string::npos;) {
      const std::size_t next = text.find(' ', space + 1);
      set_text(owner, index, text.substr(0, space) + text.substr(std::min(next, text.size())));
      space = next;
    }
  }

  void set_text(const std::string& owner, std::size_t index, const std::string& text) {
    add([&](Scenario& variant) {
      variant.names[owner].types[RecordType::txt].records[index].strings = {text};
    });
  }

  void simplify_input() {
    const naive::Input plain{.ip = kClients.front(),
                             .mail_from = kSenders.front(),
                             .helo = {},
                             .receiver = {},
                             .to_ascii = {}};
    const naive::Input& input = scenario_.input;
    if (input.ip != plain.ip) add([&](Scenario& v) { v.input.ip = plain.ip; });
    if (input.mail_from != plain.mail_from) {
      add([&](Scenario& v) { v.input.mail_from = plain.mail_from; });
    }
    if (!input.helo.empty()) add([&](Scenario& v) { v.input.helo.clear(); });
    if (!input.receiver.empty()) add([&](Scenario& v) { v.input.receiver.clear(); });
    if (input.now != plain.now) add([&](Scenario& v) { v.input.now = plain.now; });
    if (input.void_limit != plain.void_limit) {
      add([&](Scenario& v) { v.input.void_limit = plain.void_limit; });
    }
  }

  const Scenario& scenario_;
  std::vector<Scenario> variants_;
};

// ---- Tapes --------------------------------------------------------------------------------------

constexpr std::size_t kTapeSize = 1600;
constexpr std::size_t kNoiseSize = 64;

std::vector<std::uint8_t> make_tape(rc::Random& random, std::size_t size) {
  std::vector<std::uint8_t> tape(size);
  for (std::size_t i = 0; i < size; i += 8) {
    std::uint64_t bits = random.next();
    for (std::size_t j = i; j < std::min(i + 8, size); ++j, bits >>= 8) {
      tape[j] = static_cast<std::uint8_t>(bits);
    }
  }
  return tape;
}

template <class Wrapper>
rc::Seq<Wrapper> simpler_wrappers(const Wrapper& wrapper) {
  std::vector<Wrapper> variants;
  for (Scenario& scenario : simpler(wrapper)) {
    variants.emplace_back();
    static_cast<Scenario&>(variants.back()) = std::move(scenario);
    variants.back().noise = wrapper.noise;
  }
  return rc::seq::fromContainer(std::move(variants));
}

template <class Wrapper>
rc::Gen<Wrapper> scenario_gen(const Profile& profile) {
  return [profile](const rc::Random& seed, int) {
    rc::Random random = seed;
    const auto tape = make_tape(random, kTapeSize);
    Choices choices(tape);
    Wrapper wrapper;
    static_cast<Scenario&>(wrapper) = make_scenario(choices, profile);
    wrapper.noise = make_tape(random, kNoiseSize);
    return rc::shrinkable::shrinkRecur(
        std::move(wrapper), [](const Wrapper& value) { return simpler_wrappers(value); });
  };
}

rc::Seq<RecordText> shorter(const RecordText& record) {
  return rc::seq::map(rc::shrink::removeChunks(record.text),
                      [](std::string text) { return RecordText{std::move(text)}; });
}

rc::Gen<RecordText> record_gen() {
  return [](const rc::Random& seed, int) {
    rc::Random random = seed;
    const auto tape = make_tape(random, kTapeSize);
    Choices choices(tape);
    return rc::shrinkable::shrinkRecur(RecordText{make_record_text(choices)},
                                       [](const RecordText& text) { return shorter(text); });
  };
}

}  // namespace

unsigned Choices::below(unsigned count) {
  if (position_ == tape_.size()) return 0;
  return tape_[position_++] % count;
}

std::string joined(const ZoneRecord& record) {
  std::string text;
  for (const std::string& string : record.strings) text += string;
  return text;
}

std::optional<std::string> to_ascii(const std::string& label) {
  static const std::map<std::string, std::string> kLabels = {{"b\xC3\xBC"
                                                              "cher",
                                                              "xn--bcher-kva"},
                                                             {"stra\xC3\x9F"
                                                              "e",
                                                              "xn--strae-oqa"}};
  const auto found = kLabels.find(label);
  if (found == kLabels.end()) return std::nullopt;
  return found->second;
}

std::string make_record(Choices& choices, const Profile& profile) {
  std::string record = "v=spf1";
  if (choices.one_in(4)) record += " exp=" + choices.of(kExplanationNames);
  const unsigned count = choices.one_in(10) ? choices.below(24) : choices.below(8);
  for (unsigned i = 0; i < count; ++i) {
    record += choices.one_in(16) ? "  " : " ";
    const std::string term = make_term(choices, profile, record);
    record += choices.one_in(24) && term.find('%') == std::string::npos ? upper(term) : term;
  }
  if (choices.below(4) != 0) record += " " + make_all(choices);
  if (choices.one_in(16)) record += " ";
  // A damaged byte may be a qualifier.
  if (!profile.only_plus && choices.one_in(24)) damage(choices, record);
  return record;
}

std::string make_record_text(Choices& choices) {
  const unsigned kind = choices.below(8);
  if (kind == 7) {
    std::string text = choices.one_in(2) ? "v=spf1 " : "";
    for (unsigned i = choices.below(40); i > 0; --i) text += static_cast<char>(choices.below(256));
    return text;
  }
  std::string text = make_record(choices);
  for (unsigned i = kind / 2; i > 0; --i) damage(choices, text);
  return text;
}

demo::Zone zone_of(const Names& names) {
  demo::Zone zone;
  for (const auto& [owner, name] : names) {
    zone.add_name(owner);
    if (name.failure) zone.set_failure(owner, *name.failure);
    if (name.alias) zone.set_alias(owner, *name.alias);
    for (const auto& [type, entry] : name.types) {
      for (const ZoneRecord& record : entry.records) zone.add(owner, type, record);
      if (entry.failure) zone.set_failure(owner, type, *entry.failure);
    }
  }
  return zone;
}

Scenario make_scenario(Choices& choices, const Profile& profile) {
  Scenario scenario;
  scenario.input = make_input(choices);
  for (const std::string& name : kNames) {
    if (name == kNames.back()) break;
    fill_name(choices, profile, name == kStart, scenario.names[name]);
  }
  add_explanations(choices, scenario.names);
  add_reverse(choices, scenario.input.ip, scenario.names);
  scenario.zone = zone_of(scenario.names);
  // The second round finds what the records of the first one lead to.
  add_wanted(choices, profile, scenario);
  add_wanted(choices, profile, scenario);
  return scenario;
}

std::vector<Scenario> simpler(const Scenario& scenario) { return Simplifier(scenario).run(); }

void showValue(const Scenario& scenario, std::ostream& out) {
  demo::Json::Object names;
  for (const auto& [owner, name] : scenario.names) names.push_back(member(owner, name_json(name)));
  out << "zone: " << to_text(demo::Json(std::move(names)))
      << "\nask: " << to_text(input_json(scenario.input)) << '\n';
}

void showValue(const RecordText& record, std::ostream& out) {
  out << to_text(byte_text(record.text));
}

}  // namespace property

namespace rc {

Gen<property::AnyScenario> Arbitrary<property::AnyScenario>::arbitrary() {
  return property::scenario_gen<property::AnyScenario>({});
}

Gen<property::PlainPtrScenario> Arbitrary<property::PlainPtrScenario>::arbitrary() {
  return property::scenario_gen<property::PlainPtrScenario>({.only_plus = true, .no_p = true});
}

Gen<property::RecordText> Arbitrary<property::RecordText>::arbitrary() {
  return property::record_gen();
}

}  // namespace rc
