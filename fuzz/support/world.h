// A small internet that the fuzzer writes: who sends, and what DNS answers to every question.
//
// Lines of text; the first byte says what the rest is. Whatever no rule claims is a TXT record, so
// that every byte string is a world. Names that are not listed do not exist, unless "@*" lists
// what every other name has. Answers depend on the question alone, never on the order.
//
//   i 192.0.2.1   client; without an address the bytes themselves are one
//   f a@example.test   h helo   r receiver
//   o bytes        knobs, one byte each (see Knobs)
//   @ name         the lines below belong to this name; "*": any name that is not listed
//   t text         TXT; "\|" ends a character-string      a 192.0.2.1   A, AAAA
//   m host, p host MX, PTR; "#" in it counts              * 600         the last record so often
//   x 300          the last string of the last TXT record so often
//   ! kind type    the name fails: status by number, type one of tap6m or every type
//   c name         canonical name                          $             validated by DNSSEC
//   u label        the answer to every to_ascii question, instead of the right one
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mailassay/address.h"
#include "mailassay/question.h"
#include "support/punycode.h"
#include "support/text.h"

namespace fuzz {

using mailassay::Address;
using mailassay::AnswerStatus;
using mailassay::Family;
using mailassay::Question;
using mailassay::QuestionKind;
using mailassay::RecordType;

struct WorldRecord {
  std::vector<std::string> strings = {};
  std::string name = {};
  std::uint16_t preference = 0;
  Address address = {};
};

struct Reply {
  AnswerStatus status = AnswerStatus::nxdomain;
  bool secure = false;
  std::string canonical_name = {};
  std::vector<WorldRecord> records = {};
  std::string label = {};  // to_ascii
};

// How the same world is asked, by the bytes of the line "o"; digits and letters read best.
struct Knobs {
  std::uint32_t guesses = 20;
  std::uint32_t order = 1;        // seed of the order in which answers come
  std::uint32_t pool = 1024;      // bytes of the smaller scratch beyond its minimum
  std::uint32_t limit = 0;        // which limit is made small …
  std::uint32_t limit_value = 1;  // … and to what
  std::uint32_t fail_after = 2;   // answers before the deadline strikes
  std::uint32_t void_lookups = 2;
  std::uint32_t labels = 0;  // 0: right; 1: wrong label; else a status
  std::uint32_t fault = 6;   // what fail_open() is called with
};

class World {
 public:
  // Sums over a whole world, so that one execution stays short.
  static constexpr std::size_t kMaxRecords = 1500;
  static constexpr std::size_t kMaxBytes = 200'000;

  explicit World(std::string_view input) {
    client = *Address::parse("192.0.2.1");
    mail_from = "user@a.test";
    helo = "mx.a.test";
    owner_ = "a.test";
    for (const std::string_view line : split(input, '\n')) read(line);
  }

  [[nodiscard]] Reply reply(const Question& question) const {
    return question.kind == QuestionKind::dns ? look_up(question.name, question.type)
                                              : convert(question.name);
  }

  Address client;
  std::string mail_from;
  std::string helo;
  std::string receiver;
  Knobs knobs;

 private:
  struct Set {
    std::optional<AnswerStatus> failure;
    std::vector<WorldRecord> records;
  };
  struct Node {
    std::optional<AnswerStatus> failure;
    bool secure = false;
    std::string canonical_name;
    std::map<RecordType, Set> sets;
  };

  void read(std::string_view line) {
    if (line.empty()) return;
    const std::string_view value = line.substr(line.substr(1).starts_with(' ') ? 2 : 1);
    const std::string bytes = unescape(value);
    switch (line[0]) {
      case 'i':
        client = address_of(bytes);
        return;
      case 'f':
        mail_from = bytes;
        return;
      case 'h':
        helo = bytes;
        return;
      case 'r':
        receiver = bytes;
        return;
      case 'o':
        return set_knobs(value);
      case '@':
        owner_ = name_of(bytes);
        nodes_[owner_];
        return;
      case 't':
        return add_text(value);
      case 'a': {
        const Address address = address_of(bytes);
        const bool ipv4 = address.family == Family::ipv4;
        return add(ipv4 ? RecordType::a : RecordType::aaaa, {.address = address});
      }
      case 'm':
        return add(RecordType::mx, {.name = bytes, .preference = 10});
      case 'p':
        return add(RecordType::ptr, {.name = bytes});
      case '*':
        return repeat_record(number_of(value));
      case 'x':
        return repeat_string(number_of(value));
      case '!':
        return fail(value);
      case 'c':
        node().canonical_name = bytes;
        return;
      case '$':
        node().secure = true;
        return;
      default:
        return add_text(line);
    }
  }

  static std::string name_of(std::string_view name) {
    if (!name.empty() && name.back() == '.') name.remove_suffix(1);
    return lower(name);
  }

  static Address address_of(std::string_view text) {
    if (const auto address = Address::parse(text)) return *address;
    Address address;
    address.family = text.size() > 4 ? Family::ipv6 : Family::ipv4;
    for (std::size_t i = 0; i < text.size() && i < address.size(); ++i) {
      address.bytes[i] = static_cast<std::uint8_t>(text[i]);
    }
    return address;
  }

  static std::size_t number_of(std::string_view text) {
    std::size_t number = 0;
    for (const char c : text) {
      if (c >= '0' && c <= '9')
        number = (number * 10 + static_cast<std::size_t>(c - '0')) % 100'000;
    }
    return number;
  }

  // Digits stand for themselves, letters for 10 and more, anything else for its byte.
  static std::uint32_t knob(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
    if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 10;
    return static_cast<unsigned char>(c);
  }

  void set_knobs(std::string_view bytes) {
    const auto at = [&](std::size_t i, std::uint32_t otherwise) {
      return i < bytes.size() ? knob(bytes[i]) : otherwise;
    };
    knobs.guesses = at(0, 20) % 21;
    knobs.order = at(1, 1);
    knobs.pool = at(2, 10) * at(2, 10) * 8;
    knobs.limit = at(3, 0) % 9;
    knobs.limit_value = at(4, 1);
    knobs.fail_after = at(5, 2);
    knobs.void_lookups = at(6, 2) % 4;
    knobs.labels = at(7, 0) % 10;
    knobs.fault = at(8, 6) % 9;
  }

  Node& node() { return nodes_[owner_]; }

  // False once the world is as large as it may be.
  bool pay(std::size_t records, std::size_t bytes) {
    if (records_ + records > kMaxRecords || bytes_ + bytes > kMaxBytes) return false;
    records_ += records;
    bytes_ += bytes;
    return true;
  }

  void add(RecordType type, WorldRecord record) {
    if (!pay(1, record.name.size())) return;
    last_type_ = type;
    node().sets[type].records.push_back(std::move(record));
  }

  void add_text(std::string_view text) {
    if (!pay(1, text.size())) return;
    WorldRecord record;
    for (std::size_t end = 0; end != text.npos;) {
      end = text.find("\\|");
      record.strings.push_back(unescape(text.substr(0, end)));
      if (end != text.npos) text.remove_prefix(end + 2);
    }
    last_type_ = RecordType::txt;
    node().sets[RecordType::txt].records.push_back(std::move(record));
  }

  void repeat_record(std::size_t times) {
    std::vector<WorldRecord>& records = node().sets[last_type_].records;
    if (records.empty()) return;
    const WorldRecord pattern = records.back();
    std::size_t size = pattern.name.size();
    for (const std::string& string : pattern.strings) size += string.size();
    for (std::size_t i = 0; i < times && pay(1, size); ++i) {
      records.push_back(pattern);
      const std::size_t place = pattern.name.find('#');
      if (place != std::string::npos) records.back().name.replace(place, 1, std::to_string(i));
    }
  }

  void repeat_string(std::size_t times) {
    std::vector<WorldRecord>& records = node().sets[RecordType::txt].records;
    if (records.empty()) return;
    std::vector<std::string>& strings = records.back().strings;
    const std::string pattern = strings.back();
    for (std::size_t i = 0; i < times && pay(0, pattern.size() + 4); ++i)
      strings.push_back(pattern);
  }

  void fail(std::string_view value) {
    const auto status = static_cast<AnswerStatus>(value.empty() ? 2 : knob(value[0]) % 9);
    const auto type = value.size() < 2 ? RecordType::none : type_of(value.back());
    (type == RecordType::none ? node().failure : node().sets[type].failure) = status;
  }

  static RecordType type_of(char c) {
    switch (c) {
      case 't':
        return RecordType::txt;
      case 'a':
        return RecordType::a;
      case '6':
        return RecordType::aaaa;
      case 'm':
        return RecordType::mx;
      case 'p':
        return RecordType::ptr;
      default:
        return RecordType::none;
    }
  }

  [[nodiscard]] Reply look_up(std::string_view name, RecordType type) const {
    auto found = nodes_.find(name_of(name));
    if (found == nodes_.end()) found = nodes_.find("*");
    if (found == nodes_.end()) return {};
    const Node& node = found->second;
    Reply reply;
    reply.status = AnswerStatus::ok;
    reply.secure = node.secure;
    reply.canonical_name = node.canonical_name;
    const auto set = node.sets.find(type);
    if (set != node.sets.end()) {
      reply.records = set->second.records;
      reply.status = set->second.failure.value_or(node.failure.value_or(AnswerStatus::ok));
    } else {
      reply.status = node.failure.value_or(AnswerStatus::ok);
    }
    return reply;
  }

  [[nodiscard]] Reply convert(std::string_view u_label) const {
    Reply reply;
    const auto a_label = a_label_ ? a_label_ : to_a_label(u_label);
    reply.status = a_label ? AnswerStatus::ok : AnswerStatus::error;
    reply.label = a_label.value_or("");
    if (knobs.labels == 1) reply.label += "a";
    if (knobs.labels > 1) reply.status = static_cast<AnswerStatus>(knobs.labels - 1);
    return reply;
  }

  std::optional<std::string> a_label_;
  std::string owner_;
  RecordType last_type_ = RecordType::txt;
  std::map<std::string, Node> nodes_;
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace fuzz
