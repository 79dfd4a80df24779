// Records: as long as DNS can carry, built to make a reader count, split, expand or loop.
#include "host.h"

namespace {

using hostile::fill;
using hostile::Given;
using hostile::Names;
using hostile::Outcome;
using hostile::run;
using hostile::run_record;
using hostile::times;
using mailassay::RecordType;
using mailassay::spf::Verdict;

constexpr std::size_t kLongest = 65535;

// A record of exactly `size` bytes: as many of the words as fit, spaces, and the end.
std::string record_of(std::size_t size, std::string_view words, std::string_view end = "-all") {
  std::string record = "v=spf1 ";
  record += times(words, (size - record.size() - end.size()) / words.size());
  record.append(size - record.size() - end.size(), ' ');
  return record += end;
}

// ---- Length -------------------------------------------------------------------------------------

TEST(HostileRecord, of_65535_bytes_is_evaluated) {
  const std::string record = record_of(kLongest, "ip4:198.51.100.1 ", "-all");
  const Outcome outcome = run_record(record);
  EXPECT_EQ(record.size(), kLongest);
  EXPECT_EQ(outcome.verdict, Verdict::fail);
  EXPECT_FALSE(outcome.limited);
}

TEST(HostileRecord, of_65536_bytes_is_limited) {
  const Outcome outcome = run_record(record_of(kLongest + 1, " "));
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_TRUE(outcome.limited);
  EXPECT_EQ(outcome.cause, "limit.record-bytes");
}

TEST(HostileRecord, of_65536_bytes_behind_a_term_that_matches_does_not_matter) {
  Names names;
  names.record("example.com", "v=spf1 ip4:192.0.2.9 include:long.example -all")
      .record("long.example", record_of(kLongest + 1, " "));
  EXPECT_EQ(run(names).verdict, Verdict::pass);
}

TEST(HostileRecord, that_is_too_long_but_no_spf_is_limited_all_the_same) {
  Names names;
  names.record("example.com", "v=spf1 +all").record("example.com", fill("x", kLongest + 1));
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_EQ(outcome.cause, "limit.record-bytes");
}

TEST(HostileRecord, set_that_fills_the_pool_is_limited) {
  Names names;
  names.record("example.com", "v=spf1 +all");
  for (int i = 0; i < 4; ++i) names.record("example.com", fill("other ", 60000));
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_EQ(outcome.cause, "limit.pool");
}

TEST(HostileRecord, chain_of_long_ones_meets_the_pool_and_is_no_pass) {
  Names names;
  for (int i = 0; i < 9; ++i) {
    const std::string next = i < 8 ? std::to_string(i + 1) + ".example" : "end.example";
    names.record(i == 0 ? "example.com" : std::to_string(i) + ".example",
                 record_of(60000, "ip4:198.51.100.1 ", "include:" + next));
  }
  names.record("end.example", "v=spf1 +all");
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_EQ(outcome.cause, "limit.pool");
}

// ---- Words --------------------------------------------------------------------------------------

TEST(HostileRecord, with_21000_wrong_words_reports_as_many_as_the_limit_allows) {
  const Outcome outcome = run_record(record_of(kLongest, "b! "));
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_EQ(outcome.findings.size(), mailassay::Limits{}.diagnostics);
  EXPECT_EQ(outcome.findings.back(), "limit.diagnostics");
  EXPECT_EQ(outcome.cause, "spf.mechanism-unknown");
  EXPECT_FALSE(outcome.limited);
}

TEST(HostileRecord, with_thousands_of_networks_matches_the_last) {
  const Outcome outcome =
      run_record(record_of(50000, "ip4:198.51.100.1 ip6:2001:db8::1 ", "ip4:192.0.2.0/24 -all"));
  EXPECT_EQ(outcome.verdict, Verdict::pass);
  EXPECT_LT(outcome.json.size(), 400'000U);
}

TEST(HostileRecord, with_thousands_of_alls_or_unknown_modifiers_is_read) {
  EXPECT_EQ(run_record(record_of(kLongest, "all ")).verdict, Verdict::pass);
  EXPECT_EQ(run_record(record_of(kLongest, "x=y ", "-all")).verdict, Verdict::fail);
}

TEST(HostileRecord, with_thousands_of_redirects_is_an_error) {
  const Outcome outcome = run_record(record_of(60001, "redirect=r.example "));
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_EQ(outcome.cause, "spf.modifier-repeated");
}

TEST(HostileRecord, with_thousands_of_lookups_stops_at_the_eleventh) {
  Names names;
  names.record("example.com", record_of(60000, "a:a.example ", "-all"))
      .add("a.example", RecordType::a, hostile::address("198.51.100.1"));
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_EQ(outcome.cause, "spf.lookups-exceeded");
  EXPECT_EQ(outcome.lookups, 11U);
  EXPECT_LE(outcome.questions, 2U);
}

class HostileWord : public testing::TestWithParam<std::string> {};

// Whatever a long word is made of, it is one finding (or none) and costs no second reading.
TEST_P(HostileWord, that_fills_the_record_is_read_once) {
  for (const char* begin : {"", "a:", "a/", "ip4:", "ip6:", "exists:", "redirect=", "x=", "-"}) {
    const std::string record = "v=spf1 " + fill(begin + GetParam(), 60000);
    const Outcome outcome = run_record(record);
    EXPECT_NE(outcome.verdict, Verdict::pass) << begin;
    EXPECT_NE(outcome.verdict, Verdict::temperror) << begin;
    EXPECT_LE(outcome.questions, 2U);
  }
}

INSTANTIATE_TEST_SUITE_P(fill, HostileWord,
                         testing::Values("a", ".", "/", "//", "1", "/1", ":", "=", "+", "%", "%{",
                                         "%{l", "%{l}", "%%", "%_", "%{l1r.-}", "%{l99999999999}",
                                         "%}", "}", "-", "-.", "a.", "xn--", "\x80", "\xc3\xa4",
                                         "\x7f", "\t", "\r\n", std::string(1, '\0'), "\"", "\\"),
                         hostile::pattern_name);

// ---- Macros -------------------------------------------------------------------------------------

Given long_local_part(std::string_view filling) {
  Given given;
  given.mail_from = fill(filling, 16000) + "@example.com";
  return given;
}

TEST(HostileMacro, sixteen_thousand_of_them_over_a_long_local_part_expand_to_one_name) {
  for (const char* macro : {"%{l}", "%{L}", "%{lr}", "%{l1r}", "%{l2-}", "%{s}%{l}", "%{l1}"}) {
    for (const char* filling : {"a", ".", "a.", "-", "=", "\""}) {
      const std::string record =
          "v=spf1 exists:" + fill(macro, 56000 / strlen(macro) * strlen(macro)) + ".x.example -all";
      const Outcome outcome = run_record(record, long_local_part(filling));
      EXPECT_EQ(outcome.verdict, Verdict::fail) << macro << " over " << filling;
      EXPECT_LE(outcome.questions, 2U);
      EXPECT_LT(outcome.json.size(), 700'000U);
    }
  }
}

TEST(HostileMacro, with_any_number_of_parts_is_no_overflow) {
  for (const char* digits : {"1", "65535", "4294967295", "4294967296", "99999999999999999999"}) {
    const auto record = "v=spf1 exists:%{d" + std::string(digits) + "}.x.example ?all";
    EXPECT_EQ(run_record(record).verdict, Verdict::neutral) << digits;
  }
  EXPECT_EQ(run_record("v=spf1 exists:%{d0}.x.example ?all").verdict, Verdict::permerror);
  EXPECT_EQ(run_record("v=spf1 exists:%{d" + fill("0", 5000) + "}.x.example ?all").verdict,
            Verdict::permerror);
}

TEST(HostileMacro, that_expands_to_nothing_asks_for_no_name) {
  Given given;
  given.helo = "";
  for (const char* target : {"%{h}", "%{h}.", "%{h}..", "%{h}%{h}.%{h}"}) {
    const Outcome outcome = run_record("v=spf1 exists:" + std::string(target) + " ?all", given);
    EXPECT_LE(outcome.questions, 1U) << target;
  }
}

TEST(HostileMacro, in_an_explanation_can_make_it_no_longer_than_the_limit) {
  Names names;
  names.record("example.com", "v=spf1 -all exp=why.example")
      .record("why.example", fill("%{l}%{L}", 60000));
  for (const char* filling : {"a", "\"", "."}) {
    const Outcome outcome = run(names, long_local_part(filling));
    EXPECT_EQ(outcome.verdict, Verdict::fail);
    EXPECT_EQ(outcome.explanation.size(), mailassay::Limits{}.explanation_bytes);
    EXPECT_TRUE(outcome.finds("limit.explanation"));
    EXPECT_FALSE(outcome.limited);
  }
}

TEST(HostileMacro, cannot_bring_a_line_end_into_an_explanation) {
  Names names;
  names.record("example.com", "v=spf1 -all exp=why.example")
      .record("why.example", "%{l} refused")
      .record("direct.example", "a\r\nb");
  Given given;
  given.mail_from = "\"a\r\n b\"@example.com";
  EXPECT_EQ(run(names, given).explanation, "");
  names = {};
  names.record("example.com", "v=spf1 -all exp=why.example").record("why.example", "a\r\nb");
  EXPECT_EQ(run(names).explanation, "");
}

// ---- Bytes --------------------------------------------------------------------------------------

TEST(HostileRecord, with_nul_and_8_bit_bytes_is_a_syntax_error_at_their_place) {
  for (const std::string& bytes :
       {std::string(1, '\0'), std::string("\xff\xfe"), std::string("\xe2\x80\xae")}) {
    const Outcome outcome = run_record("v=spf1 a:x" + bytes + ".example -all");
    EXPECT_EQ(outcome.verdict, Verdict::permerror);
    EXPECT_EQ(outcome.cause, "spf.character-invalid");
  }
}

TEST(HostileRecord, behind_a_nul_is_none) {
  EXPECT_EQ(run_record(std::string("\0v=spf1 +all", 12)).verdict, Verdict::none);
  EXPECT_EQ(run_record(std::string("v=spf1\0 +all", 12)).verdict, Verdict::none);
  EXPECT_EQ(run_record(std::string("v=spf1 +all\0", 12)).verdict, Verdict::permerror);
}

TEST(HostileRecord, split_into_100000_empty_strings_is_limited_or_read) {
  Names names;
  demo::ZoneRecord record = hostile::txt("v=spf1 -all");
  record.strings.resize(100'000);
  names.add("example.com", RecordType::txt, record);
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_EQ(outcome.cause, "limit.pool");
}

TEST(HostileRecord, split_into_strings_of_one_byte_is_read) {
  Names names;
  demo::ZoneRecord record;
  for (const char c : record_of(9000, "ip4:198.51.100.1 ", "-all")) {
    record.strings.emplace_back(1, c);
  }
  names.add("example.com", RecordType::txt, record);
  EXPECT_EQ(run(names).verdict, Verdict::fail);
}

TEST(HostileRecord, among_thousands_of_others_is_found) {
  Names names;
  for (int i = 0; i < 3000; ++i) names.record("example.com", "other " + std::to_string(i));
  names.record("example.com", "v=spf1 -all");
  EXPECT_EQ(run(names).verdict, Verdict::fail);
}

TEST(HostileRecord, a_thousand_times_is_one_error) {
  Names names;
  for (int i = 0; i < 1000; ++i) names.record("example.com", "v=spf1 +all");
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_EQ(outcome.cause, "spf.multiple-records");
}

// ---- Loops --------------------------------------------------------------------------------------

// Record i of a ring points to the next one by `term`.
Outcome run_ring(unsigned size, const std::string& term) {
  Names names;
  for (unsigned i = 0; i < size; ++i) {
    const std::string next = i + 1 == size ? "example.com" : std::to_string(i + 1) + ".example";
    names.record(i == 0 ? "example.com" : std::to_string(i) + ".example",
                 "v=spf1 " + term + next + (term == "include:" ? " -all" : ""));
  }
  return run(names);
}

TEST(HostileLoop, of_includes_or_redirects_ends_at_the_eleventh_lookup) {
  for (const char* term : {"include:", "redirect="}) {
    for (const unsigned size : {1U, 2U, 3U, 10U, 11U, 12U, 40U}) {
      const Outcome outcome = run_ring(size, term);
      EXPECT_EQ(outcome.verdict, Verdict::permerror) << term << size;
      EXPECT_EQ(outcome.cause, "spf.lookups-exceeded") << term << size;
      EXPECT_EQ(outcome.lookups, 11U) << term << size;
      EXPECT_LE(outcome.questions, std::min(size, 11U)) << term << size;
    }
  }
}

TEST(HostileLoop, that_doubles_at_each_level_asks_no_more_than_ten_terms_do) {
  Names names;
  names.record("example.com", "v=spf1 include:1.example include:1.example -all");
  for (int i = 1; i < 12; ++i) {
    const std::string next = std::to_string(i + 1) + ".example";
    names.record(std::to_string(i) + ".example",
                 "v=spf1 include:" + next + " include:" + next + " -all");
  }
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.cause, "spf.lookups-exceeded");
  EXPECT_LE(outcome.questions, 11U);
}

TEST(HostileLoop, of_the_explanation_with_its_own_record_is_no_loop) {
  const Outcome outcome = run_record("v=spf1 -all exp=example.com");
  EXPECT_EQ(outcome.verdict, Verdict::fail);
  EXPECT_EQ(outcome.questions, 1U);
}

}  // namespace
