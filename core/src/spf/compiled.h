// A record as the evaluator wants it: read once, when it is first needed, and kept with the answer
// that it came in.
//
// Only what can decide anything is kept. The client is known, so an ip4 or ip6 term either matches
// or is passed over: runs of those that do not match become one term. Behind the first term that
// always matches, and behind the eleventh term that looks something up, no mechanism is ever
// reached. So a record of any length becomes at most kMaxTerms terms.
#pragma once

#include <cstdint>

#include "common/facts.h"
#include "mailassay/spf.h"

namespace mailassay::inline v0::spf {

// RFC 7208 §4.6.4.
inline constexpr std::uint32_t kMaxLookups = 10;
inline constexpr std::uint32_t kMaxMxNames = 10;
inline constexpr std::uint32_t kMaxPtrNames = detail::kPtrNames;

// 11 terms with a look-up, a run of networks before and behind each, one match, redirect, exp.
inline constexpr std::uint32_t kMaxTerms = 2 * (kMaxLookups + 1) + 4;

struct CompiledTerm {
  enum class Action : std::uint8_t { pass_over, match, look_up, redirect, exp };
  enum Flag : std::uint8_t {
    kMacro = 1,        // the target has to be expanded
    kSenderMacro = 2,  // … with %{s} or %{l}
    kExpanded = 4,     // `target` is set
    kValidated = 8,    // … and holds what %{p} came to
  };
  Action action;
  TermKind kind;
  Qualifier qualifier;
  std::uint8_t flags;
  std::uint8_t prefix4;
  std::uint8_t prefix6;
  Span span;   // the word; for pass_over from the first to the last word of the run
  Span value;  // the domain-spec; empty: the current domain
  detail::Range target;
};

struct CompiledRecord {
  enum class Selection : std::uint8_t { none, one, several };  // §4.5
  detail::Attachment head;
  Selection selection;
  bool valid;
  std::uint8_t term_count;
  std::int8_t redirect;  // index of the term; -1: none, or there is an `all` (§6.1)
  std::int8_t exp;
  std::uint32_t selected;  // records with a version section
  detail::Range text;
  std::uint32_t ends;  // offset of its string ends
  std::uint32_t ends_count;
  // CompiledTerm[term_count] follows.
};

// The compiled record of the answer `row`, made if it is not there yet; its offset, 0 if the pool
// has no room for it.
std::uint32_t compiled_record(detail::Facts& facts, detail::Pool& pool, std::uint32_t row,
                              const Address& client) noexcept;

constexpr std::uint32_t term_offset(std::uint32_t record, std::uint32_t index) noexcept {
  return record + static_cast<std::uint32_t>(sizeof(CompiledRecord) + index * sizeof(CompiledTerm));
}

}  // namespace mailassay::inline v0::spf
