// Generated SPF records, zones and requests. Every choice is read from a tape of bytes, so that a
// fuzzer can hand in its input as well. What fails is made smaller by leaving out names, records
// and terms of the finished zone. Names and addresses are few, so that includes, loops, matches,
// void look-ups and failures really meet.
#pragma once

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "demo/zone.h"
#include "mailassay/question.h"
#include "spf_reference.h"

namespace property {

// Reads choices from a tape. Zero is the simplest choice; a tape that has run out gives zeros.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> tape) : tape_(tape) {}

  // A number from 0 to `count` - 1; `count` is 1 to 256.
  unsigned below(unsigned count);
  // True once in `count`; false when the tape has run out.
  bool one_in(unsigned count) { return below(count) == count - 1; }
  template <class List>
  const auto& of(const List& list) {
    return list[below(static_cast<unsigned>(std::size(list)))];
  }

 private:
  std::span<const std::uint8_t> tape_;
  std::size_t position_ = 0;
};

// What a zone is made of, in a form that can be changed and shown.
struct TypeEntry {
  std::optional<mailassay::AnswerStatus> failure;
  std::vector<demo::ZoneRecord> records;
};

struct NameEntry {
  std::optional<mailassay::AnswerStatus> failure;
  std::optional<std::string> alias;
  std::map<mailassay::RecordType, TypeEntry> types;
};

using Names = std::map<std::string, NameEntry>;

demo::Zone zone_of(const Names& names);

// One evaluation: who asks, and all of DNS.
struct Scenario {
  naive::Input input;
  Names names;
  demo::Zone zone;  // made from `names`
};

// What a scenario must keep out.
struct Profile {
  bool only_plus = false;  // ptr and include have the qualifier "+", and no byte is damaged
  bool no_p = false;       // no %{p}
};

std::string make_record(Choices& choices, const Profile& profile = {});
Scenario make_scenario(Choices& choices, const Profile& profile = {});

// A record as make_record() gives it, or damaged, or any bytes.
std::string make_record_text(Choices& choices);

// The text of a TXT record, its strings joined.
std::string joined(const demo::ZoneRecord& record);

// One lower-case U-label to its A-label, for the few labels that occur here.
std::optional<std::string> to_ascii(const std::string& label);

// The scenario without one of its parts, for every part that can be left out.
std::vector<Scenario> simpler(const Scenario& scenario);

// Shown as a zone object of the vector format and the request, ready to become a vector.
void showValue(const Scenario& scenario, std::ostream& out);

// Wrappers under which RapidCheck finds the generators; `noise` serves what a property itself
// draws.
struct AnyScenario : Scenario {
  std::vector<std::uint8_t> noise;
};
struct PlainPtrScenario : Scenario {
  std::vector<std::uint8_t> noise;
};
struct RecordText {
  std::string text;
};
void showValue(const RecordText& record, std::ostream& out);

}  // namespace property

namespace rc {

template <>
struct Arbitrary<property::AnyScenario> {
  static Gen<property::AnyScenario> arbitrary();
};

template <>
struct Arbitrary<property::PlainPtrScenario> {
  static Gen<property::PlainPtrScenario> arbitrary();
};

template <>
struct Arbitrary<property::RecordText> {
  static Gen<property::RecordText> arbitrary();
};

}  // namespace rc
