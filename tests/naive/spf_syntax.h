// The grammar of RFC 7208 §12, read literally: what the reference evaluator walks over.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace naive {

// A family and its bytes; IPv4 uses four.
struct Ip {
  bool v6 = false;
  std::array<unsigned char, 16> bytes{};
};

// Nothing if `text` is no address of that family (ip4-network, RFC 4291 §2.2).
std::optional<Ip> parse_ip4(std::string_view text);
std::optional<Ip> parse_ip6(std::string_view text);

// A macro-expand that names a letter: "%{" macro-letter transformers *delimiter "}".
struct Macro {
  char letter = 0;      // lower case
  bool escape = false;  // written in upper case (§7.3)
  std::string digits;
  bool reverse = false;
  std::string delimiters;
};

// One element of a macro-string: literal text ("%%", "%_" and "%-" already replaced) or a macro.
struct Piece {
  std::string literal;
  std::optional<Macro> macro;
  bool expand = false;  // stems from a macro-expand, so it may stand as a domain-end
};

struct MacroRules {
  bool space = false;             // explain-string: SP is allowed
  bool exp_letters = false;       // c, r and t are allowed
  bool zero_transformer = false;  // "0" is allowed where digits are only grammar
};

// Nothing if `text` breaks the grammar under these rules.
std::optional<std::vector<Piece>> parse_macro_string(std::string_view text, MacroRules rules);
std::optional<std::vector<Piece>> parse_domain_spec(std::string_view text);

struct Term {
  std::size_t begin = 0;  // offsets in the record
  std::size_t end = 0;
  bool modifier = false;
  char qualifier = '+';
  std::string name;                          // lower case
  std::string rest;                          // everything behind the name, as written
  std::optional<std::vector<Piece>> domain;  // the domain-spec, if there is one
  unsigned prefix4 = 32;
  unsigned prefix6 = 128;
  Ip network;  // ip4, ip6
};

// Nothing if `text`, a run without spaces, is neither a directive nor a modifier.
std::optional<Term> parse_term(std::string_view text);

struct Record {
  std::vector<Term> terms;
  bool valid = true;
  std::size_t error_begin = 0;
  std::size_t error_end = 0;
};

Record read_record(std::string_view text);

std::string lower(std::string_view text);

}  // namespace naive
