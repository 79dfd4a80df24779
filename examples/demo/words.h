// The demo's own words in each language. The texts of findings come from mailassay::messages.
#pragma once

#include <string>
#include <string_view>

#include "mailassay/messages.h"

namespace demo {

// Patterns hold {0} and {1}, see filled().
struct Words {
  std::string_view verdict[7];   // by spf::Verdict; {0} the domain, {1} the client
  std::string_view outcome[11];  // by Outcome
  std::string_view severity[4];  // by Severity
  std::string_view no_domain;    // stands for an empty domain
  std::string_view explanation;  // {0} the domain, {1} its text
  std::string_view client;       // what stands before the address
  std::string_view decided_by;   // {0} the term
  std::string_view no_term;      // no term decided
  std::string_view totals;       // {0} look-ups, {1} void look-ups, each as in `used`
  std::string_view used;         // {0} a count, {1} how many are allowed
  std::string_view one_lookup;
  std::string_view lookups;  // {0} a count
  std::string_view voids;    // {0} a count
  std::string_view trace_cut;
  std::string_view cause;     // marks the finding that explains the verdict
  std::string_view own_zone;  // the hint below the demo; {0} the program
};

const Words& words_of(mailassay::Language language);

// Puts two texts in the places of {0} and {1}. What is put in is not searched again.
std::string filled(std::string_view pattern, std::string_view first, std::string_view second = {});

}  // namespace demo
