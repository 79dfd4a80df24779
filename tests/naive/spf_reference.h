// A second, independent reading of RFC 7208, for comparison with the core: plain recursion, one
// question after the other, strings copied freely, exceptions for what ends an evaluation. It is
// written from the standard's text and shares no code with the core; of the core's headers it uses
// only the types that the zone speaks (record types, answer states, address bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "demo/zone.h"
#include "mailassay/question.h"

namespace naive {

// The arguments of check_host() (RFC 7208 §4.1) and the host's settings.
struct Input {
  std::string ip;         // dotted quad or RFC 4291 §2.2
  std::string mail_from;  // reverse-path as UTF-8; empty or "<>": null
  std::string helo;
  std::string receiver;  // %{r}; empty: "unknown"
  std::uint64_t now = 1700000000;
  unsigned void_limit = 2;  // RFC 7208 §4.6.4
  // One lower-case U-label to its A-label; nothing if it has none. Unset: no label has one.
  std::function<std::optional<std::string>(std::string)> to_ascii;
};

using AskedQuestion = std::pair<std::string, mailassay::RecordType>;

struct Outcome {
  std::string verdict;  // as RFC 7208 §2.6 names it
  unsigned lookups = 0;
  unsigned void_lookups = 0;
  std::string explanation;
  // Distinct questions in the order in which a strictly sequential evaluation meets them.
  std::vector<AskedQuestion> asked;
};

// Throws std::invalid_argument if `input.ip` is no address; everything else is a verdict.
Outcome check_host(const Input& input, const demo::Zone& zone);

// One record by itself.
struct ParsedRecord {
  bool valid = false;
  // The first offending term as [begin, end); meaningful if not valid.
  std::size_t error_begin = 0;
  std::size_t error_end = 0;
  // Canonical terms; empty if not valid.
  std::vector<std::string> terms;
};

ParsedRecord parse_record(std::string_view text);

// RFC 7208 §4.5: what makes a TXT record an SPF record.
bool has_version(std::string_view text);

}  // namespace naive
