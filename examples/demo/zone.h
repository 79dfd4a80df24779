// DNS data in memory: the zone objects of the vector format, and an answer for every question.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "demo/json.h"
#include "mailassay/check.h"
#include "mailassay/question.h"

namespace demo {

// One resource record; only the members of its type are set.
struct ZoneRecord {
  std::vector<std::string> strings = {};  // TXT: the character-strings, any bytes
  std::string name = {};                  // MX, PTR, NS: the host
  std::uint16_t preference = 0;           // MX
  mailassay::Address address = {};        // A, AAAA
};

struct ZoneAnswer {
  mailassay::AnswerStatus status = mailassay::AnswerStatus::nxdomain;
  bool secure = false;         // every name on the way was marked secure
  std::string canonical_name;  // the name after CNAMEs; empty: the name asked for
  std::vector<ZoneRecord> records;
};

// Names to records. Owners and look-ups ignore case and a final dot. A name that is listed but
// lacks the type asked for, or that only has listed names below it, answers "no data"; any other
// name does not exist.
class Zone {
 public:
  // A resolver that follows a longer chain of CNAMEs than this gives up with `error`.
  static constexpr unsigned kMaxAliases = 16;

  Zone() = default;

  // Reads one zone object of the vector format. Record types that no check asks for (TLSA, CAA …)
  // are accepted and left out. Throws std::runtime_error that names the owner and the type.
  static Zone from_json(const Json& names);

  // Lists a name, so that it exists even without records.
  void add_name(std::string owner);
  void add(std::string owner, mailassay::RecordType type, ZoneRecord record);
  // Records and failures that are set for a type go before the alias.
  void set_alias(std::string owner, std::string target);
  // Marks all answers at `owner`, the negative ones too, as validated by DNSSEC.
  void set_secure(std::string owner);
  // All look-ups at `owner`, or those of one type, fail with `status`.
  void set_failure(std::string owner, mailassay::AnswerStatus status);
  void set_failure(std::string owner, mailassay::RecordType type, mailassay::AnswerStatus status);

  // Logarithmic in the number of names.
  [[nodiscard]] ZoneAnswer lookup(std::string_view name, mailassay::RecordType type) const;

  // Answers a dns question of `check`; any other kind is answered with `unsupported`.
  mailassay::Status answer(mailassay::CheckBase& check, const mailassay::Question& question) const;

 private:
  struct RecordSet {
    std::optional<mailassay::AnswerStatus> failure;
    std::vector<ZoneRecord> records;
  };
  struct Node {
    std::optional<mailassay::AnswerStatus> failure;
    std::optional<std::string> alias;
    bool secure = false;
    std::map<mailassay::RecordType, RecordSet> sets;
  };

  Node& node(std::string_view owner);
  [[nodiscard]] bool has_names_below(const std::string& key) const;

  // Keyed by the name spelt backwards, so that the names below one stand right behind it.
  std::map<std::string, Node> nodes_;
};

}  // namespace demo
