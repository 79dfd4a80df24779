// Reading follows the vector format line by line; a look-up walks aliases, one map access each.
#include "demo/zone.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace demo {
namespace {

using mailassay::AnswerStatus;
using mailassay::RecordType;

std::string lower(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Lower case, without the final dot.
std::string normal(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return lower(name);
}

std::string key_of(std::string_view name) {
  std::string key = normal(name);
  std::reverse(key.begin(), key.end());
  return key;
}

AnswerStatus failure_of(const std::string& word) {
  if (word == "SERVFAIL") return AnswerStatus::servfail;
  if (word == "TIMEOUT") return AnswerStatus::timeout;
  if (word == "REFUSED") return AnswerStatus::refused;
  if (word == "BOGUS") return AnswerStatus::bogus;
  if (word == "NXDOMAIN") return AnswerStatus::nxdomain;
  throw std::runtime_error("\"" + word +
                           "\" is no failure; write a list of records in [ ], or one of SERVFAIL, "
                           "TIMEOUT, REFUSED, BOGUS and NXDOMAIN");
}

// RecordType::none for a type that no check asks for.
RecordType type_of(const std::string& word) {
  for (const RecordType type : {RecordType::a, RecordType::aaaa, RecordType::mx, RecordType::ns,
                                RecordType::ptr, RecordType::txt}) {
    if (word == mailassay::name(type)) return type;
  }
  // A type in lower case would be left out silently, and its owner would search for long.
  const bool is_type = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!is_type) throw std::runtime_error("this is no record type; types are in capital letters");
  return RecordType::none;
}

ZoneRecord text_record(const Json& value) {
  ZoneRecord record;
  if (value.is_string()) {
    record.strings.push_back(bytes_of(value.as_string()));
    return record;
  }
  for (const Json& string : value.as_array()) {
    record.strings.push_back(bytes_of(string.as_string()));
  }
  return record;
}

ZoneRecord address_record(const Json& value, mailassay::Family family) {
  const std::string& text = value.as_string();
  const auto address = mailassay::Address::parse(text);
  if (!address || address->family != family) {
    throw std::runtime_error("\"" + text + "\" is no IPv" +
                             (family == mailassay::Family::ipv4 ? "4" : "6") + " address");
  }
  ZoneRecord record;
  record.address = *address;
  return record;
}

ZoneRecord mx_record(const Json& value) {
  if (!value.is_array() || value.as_array().size() != 2) {
    throw std::runtime_error("an MX record is written [10, \"mail.example.com\"]");
  }
  const Json::Array& pair = value.as_array();
  const std::int64_t preference = pair[0].as_integer();
  if (preference < 0 || preference > std::numeric_limits<std::uint16_t>::max()) {
    throw std::runtime_error("an MX preference lies between 0 and 65535");
  }
  ZoneRecord record;
  record.preference = static_cast<std::uint16_t>(preference);
  record.name = bytes_of(pair[1].as_string());
  return record;
}

ZoneRecord host_record(const Json& value) {
  ZoneRecord record;
  record.name = bytes_of(value.as_string());
  return record;
}

ZoneRecord record_of(RecordType type, const Json& value) {
  switch (type) {
    case RecordType::txt:
      return text_record(value);
    case RecordType::a:
      return address_record(value, mailassay::Family::ipv4);
    case RecordType::aaaa:
      return address_record(value, mailassay::Family::ipv6);
    case RecordType::mx:
      return mx_record(value);
    default:
      return host_record(value);
  }
}

// Adds what one member of a name's object says.
void read_member(Zone& zone, const std::string& owner, const Json::Member& member) {
  const Json& value = member.value;
  if (member.name == "secure") {
    if (value.as_bool()) zone.set_secure(owner);
    return;
  }
  if (member.name == "CNAME") return zone.set_alias(owner, bytes_of(value.as_string()));
  const RecordType type = type_of(member.name);
  if (type == RecordType::none) return;
  if (value.is_string()) return zone.set_failure(owner, type, failure_of(value.as_string()));
  for (const Json& record : value.as_array()) zone.add(owner, type, record_of(type, record));
}

void read_name(Zone& zone, const Json::Member& name, std::string& place) {
  place = name.name;
  const std::string owner = bytes_of(name.name);
  if (name.value.is_string()) return zone.set_failure(owner, failure_of(name.value.as_string()));
  zone.add_name(owner);
  for (const Json::Member& member : name.value.as_object()) {
    place = name.name + " " + member.name;
    read_member(zone, owner, member);
  }
}

}  // namespace

Zone Zone::from_json(const Json& names) {
  Zone zone;
  std::string place = "zone";
  try {
    for (const Json::Member& name : names.as_object()) read_name(zone, name, place);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(place + ": " + error.what());
  }
  return zone;
}

Zone::Node& Zone::node(std::string_view owner) { return nodes_[key_of(owner)]; }

void Zone::add_name(std::string owner) { node(owner); }

void Zone::add(std::string owner, RecordType type, ZoneRecord record) {
  node(owner).sets[type].records.push_back(std::move(record));
}

void Zone::set_alias(std::string owner, std::string target) {
  node(owner).alias = std::move(target);
}

void Zone::set_secure(std::string owner) { node(owner).secure = true; }

void Zone::set_failure(std::string owner, AnswerStatus status) { node(owner).failure = status; }

void Zone::set_failure(std::string owner, RecordType type, AnswerStatus status) {
  node(owner).sets[type].failure = status;
}

bool Zone::has_names_below(const std::string& key) const {
  const std::string prefix = key.empty() ? key : key + '.';
  const auto next = nodes_.lower_bound(prefix);
  return next != nodes_.end() && next->first.starts_with(prefix);
}

ZoneAnswer Zone::lookup(std::string_view name, RecordType type) const {
  ZoneAnswer answer;
  bool secure = true;
  std::string key = key_of(name);
  for (unsigned aliases = 0; aliases <= kMaxAliases; ++aliases) {
    const auto found = nodes_.find(key);
    if (found == nodes_.end()) {
      if (has_names_below(key)) answer.status = AnswerStatus::ok;
      return answer;
    }
    const Node& node = found->second;
    secure = secure && node.secure;
    const auto set = node.sets.find(type);
    if (!node.failure && set == node.sets.end() && node.alias) {
      answer.canonical_name = normal(*node.alias);
      key = key_of(*node.alias);
      continue;
    }
    answer.status = node.failure.value_or(AnswerStatus::ok);
    if (!node.failure && set != node.sets.end()) {
      answer.status = set->second.failure.value_or(AnswerStatus::ok);
      if (answer.status == AnswerStatus::ok) answer.records = set->second.records;
    }
    answer.secure =
        secure && (answer.status == AnswerStatus::ok || answer.status == AnswerStatus::nxdomain);
    return answer;
  }
  answer.status = AnswerStatus::error;
  return answer;
}

mailassay::Status Zone::answer(mailassay::CheckBase& check,
                               const mailassay::Question& question) const {
  if (question.kind != mailassay::QuestionKind::dns) {
    return check.answer(question.id, mailassay::LabelAnswer{AnswerStatus::unsupported, {}});
  }
  const ZoneAnswer found = lookup(question.name, question.type);
  std::vector<std::vector<std::string_view>> strings;
  strings.reserve(found.records.size());
  std::vector<mailassay::DnsRecord> records;
  records.reserve(found.records.size());
  for (const ZoneRecord& record : found.records) {
    strings.emplace_back(record.strings.begin(), record.strings.end());
    records.push_back({strings.back(), record.name, record.preference, record.address});
  }
  return check.answer(
      question.id, mailassay::DnsAnswer{found.status, found.secure, found.canonical_name, records});
}

}  // namespace demo
