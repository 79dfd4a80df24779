// The zone of the demo, the C++ adapter and the fuzzers: the semantics of the vector format.
#include "demo/zone.h"

#include <gtest/gtest.h>

#include <string>

#include "mailassay/spf.h"

namespace {

using demo::Json;
using demo::Zone;
using demo::ZoneAnswer;
using demo::ZoneRecord;
using mailassay::AnswerStatus;
using mailassay::RecordType;

Zone zone_of(std::string_view json) { return Zone::from_json(Json::parse(json)); }

AnswerStatus status_of(const Zone& zone, std::string_view name, RecordType type) {
  return zone.lookup(name, type).status;
}

// The name exists, but has no record of the type.
bool is_no_data(const Zone& zone, std::string_view name, RecordType type) {
  const ZoneAnswer answer = zone.lookup(name, type);
  return answer.status == AnswerStatus::ok && answer.records.empty();
}

std::string problem_of(std::string_view json) {
  try {
    zone_of(json);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Zone, answers_each_type_with_its_members) {
  const Zone zone = zone_of(R"({"example.com": {
    "TXT": ["one", ["tw", "o"], []], "A": ["192.0.2.1"], "AAAA": ["2001:db8::1"],
    "MX": [[10, "mx.example.com"]], "NS": ["ns.example.com"], "PTR": ["host.example.com"]}})");
  const auto texts = zone.lookup("example.com", RecordType::txt).records;
  ASSERT_EQ(texts.size(), 3u);
  EXPECT_EQ(texts[0].strings, std::vector<std::string>{"one"});
  EXPECT_EQ(texts[1].strings, (std::vector<std::string>{"tw", "o"}));
  EXPECT_TRUE(texts[2].strings.empty());
  EXPECT_EQ(zone.lookup("example.com", RecordType::a).records.at(0).address,
            *mailassay::Address::parse("192.0.2.1"));
  EXPECT_EQ(zone.lookup("example.com", RecordType::aaaa).records.at(0).address,
            *mailassay::Address::parse("2001:db8::1"));
  EXPECT_EQ(zone.lookup("example.com", RecordType::mx).records.at(0).preference, 10);
  EXPECT_EQ(zone.lookup("example.com", RecordType::mx).records.at(0).name, "mx.example.com");
  EXPECT_EQ(zone.lookup("example.com", RecordType::ns).records.at(0).name, "ns.example.com");
  EXPECT_EQ(zone.lookup("example.com", RecordType::ptr).records.at(0).name, "host.example.com");
}

TEST(Zone, code_points_of_a_string_are_bytes) {
  const Zone zone = zone_of(R"({"example.com": {"TXT": ["\u0000\u00ff\u00c3\u00bc"]}})");
  EXPECT_EQ(zone.lookup("example.com", RecordType::txt).records.at(0).strings.at(0),
            std::string("\0\xFF\xC3\xBC", 4));
}

TEST(Zone, names_ignore_case_and_the_final_dot) {
  const Zone zone = zone_of(R"({"Www.Example.com": {"A": ["192.0.2.1"]}})");
  for (const char* name : {"www.example.com", "WWW.EXAMPLE.COM", "www.example.com."}) {
    EXPECT_EQ(zone.lookup(name, RecordType::a).records.size(), 1u) << name;
  }
}

TEST(Zone, a_listed_name_without_the_type_has_no_data) {
  const Zone zone = zone_of(R"({"example.com": {"A": ["192.0.2.1"]}, "bare.example.net": {}})");
  EXPECT_TRUE(is_no_data(zone, "example.com", RecordType::txt));
  EXPECT_TRUE(is_no_data(zone, "bare.example.net", RecordType::txt));
}

TEST(Zone, an_empty_list_of_records_is_no_data) {
  EXPECT_TRUE(is_no_data(zone_of(R"({"example.com": {"A": []}})"), "example.com", RecordType::a));
}

TEST(Zone, an_empty_non_terminal_has_no_data) {
  const Zone zone = zone_of(R"({"a.b.example.com": {"A": ["192.0.2.1"]}})");
  for (const char* name : {"b.example.com", "example.com", "com", "B.Example.Com.", ""}) {
    EXPECT_TRUE(is_no_data(zone, name, RecordType::a)) << name;
  }
}

TEST(Zone, other_names_do_not_exist) {
  const Zone zone = zone_of(R"({"a.b.example.com": {"A": ["192.0.2.1"]}})");
  // Neither a common ending without a dot, nor a name below a listed one, makes a name exist.
  for (const char* name : {"xample.com", "ample.com", "c.example.com", "x.a.b.example.com",
                           "example.comx", "example", "net"}) {
    EXPECT_EQ(status_of(zone, name, RecordType::a), AnswerStatus::nxdomain) << name;
  }
  EXPECT_EQ(status_of(Zone(), "", RecordType::a), AnswerStatus::nxdomain);
}

TEST(Zone, a_hyphen_sorts_before_the_dot_and_hides_nothing) {
  const Zone zone = zone_of(R"({"x-example.com": {}, "a.example.com": {}, "-.com": {}})");
  EXPECT_TRUE(is_no_data(zone, "example.com", RecordType::a));
  EXPECT_TRUE(is_no_data(zone, "com", RecordType::a));
}

TEST(Zone, failures_of_a_name_or_a_type) {
  const Zone zone = zone_of(R"({
    "s.example.com": "SERVFAIL", "t.example.com": "TIMEOUT", "r.example.com": "REFUSED",
    "b.example.com": "BOGUS", "n.example.com": "NXDOMAIN",
    "half.example.com": {"TXT": "SERVFAIL", "MX": "NXDOMAIN", "A": ["192.0.2.7"]}})");
  EXPECT_EQ(status_of(zone, "s.example.com", RecordType::txt), AnswerStatus::servfail);
  EXPECT_EQ(status_of(zone, "t.example.com", RecordType::a), AnswerStatus::timeout);
  EXPECT_EQ(status_of(zone, "r.example.com", RecordType::mx), AnswerStatus::refused);
  EXPECT_EQ(status_of(zone, "b.example.com", RecordType::aaaa), AnswerStatus::bogus);
  EXPECT_EQ(status_of(zone, "n.example.com", RecordType::ptr), AnswerStatus::nxdomain);
  EXPECT_EQ(status_of(zone, "half.example.com", RecordType::txt), AnswerStatus::servfail);
  EXPECT_EQ(status_of(zone, "half.example.com", RecordType::mx), AnswerStatus::nxdomain);
  EXPECT_EQ(zone.lookup("half.example.com", RecordType::a).records.size(), 1u);
}

TEST(Zone, aliases_are_followed_to_records_failures_and_nothing) {
  const Zone zone = zone_of(R"({
    "one.example.com": {"CNAME": "TWO.example.com."},
    "two.example.com": {"CNAME": "end.example.net"},
    "end.example.net": {"A": ["192.0.2.1"], "MX": "TIMEOUT"},
    "gone.example.com": {"CNAME": "missing.example.org"},
    "down.example.com": {"CNAME": "servers.example.com"}, "servers.example.com": "SERVFAIL"})");
  const ZoneAnswer found = zone.lookup("one.example.com", RecordType::a);
  EXPECT_EQ(found.records.size(), 1u);
  EXPECT_EQ(found.canonical_name, "end.example.net");
  EXPECT_EQ(zone.lookup("end.example.net", RecordType::a).canonical_name, "");
  EXPECT_TRUE(is_no_data(zone, "one.example.com", RecordType::txt));
  EXPECT_EQ(status_of(zone, "one.example.com", RecordType::mx), AnswerStatus::timeout);
  EXPECT_EQ(status_of(zone, "gone.example.com", RecordType::a), AnswerStatus::nxdomain);
  EXPECT_EQ(status_of(zone, "down.example.com", RecordType::a), AnswerStatus::servfail);
}

TEST(Zone, records_beside_an_alias_go_before_it) {
  const Zone zone = zone_of(R"({
    "example.com": {"CNAME": "other.example.net", "TXT": ["own"], "MX": "SERVFAIL"},
    "other.example.net": {"TXT": ["foreign"], "A": ["192.0.2.1"]}})");
  EXPECT_EQ(zone.lookup("example.com", RecordType::txt).records.at(0).strings.at(0), "own");
  EXPECT_EQ(status_of(zone, "example.com", RecordType::mx), AnswerStatus::servfail);
  EXPECT_EQ(zone.lookup("example.com", RecordType::a).records.size(), 1u);
}

TEST(Zone, loops_of_aliases_end_in_an_error) {
  const Zone zone = zone_of(R"({
    "self.example.com": {"CNAME": "self.example.com"},
    "x.example.com": {"CNAME": "y.example.com"}, "y.example.com": {"CNAME": "x.example.com"}})");
  EXPECT_EQ(status_of(zone, "self.example.com", RecordType::a), AnswerStatus::error);
  EXPECT_EQ(status_of(zone, "x.example.com", RecordType::a), AnswerStatus::error);
}

TEST(Zone, sixteen_aliases_are_followed_and_seventeen_are_not) {
  Zone zone;
  for (unsigned i = 0; i <= Zone::kMaxAliases; ++i) {
    zone.set_alias("n" + std::to_string(i) + ".example.com",
                   "n" + std::to_string(i + 1) + ".example.com");
  }
  zone.add("n17.example.com", RecordType::txt, {.strings = {"end"}, .name = {}, .address = {}});
  EXPECT_EQ(zone.lookup("n1.example.com", RecordType::txt).records.size(), 1u);
  EXPECT_EQ(status_of(zone, "n0.example.com", RecordType::txt), AnswerStatus::error);
}

TEST(Zone, secure_covers_negative_answers_and_the_whole_chain) {
  const Zone zone = zone_of(R"({
    "signed.example.com": {"A": ["192.0.2.1"], "MX": "NXDOMAIN", "TXT": "BOGUS", "secure": true},
    "plain.example.com": {"A": ["192.0.2.1"], "secure": false},
    "good.example.com": {"CNAME": "signed.example.com", "secure": true},
    "mixed.example.com": {"CNAME": "signed.example.com"},
    "leak.example.com": {"CNAME": "plain.example.com", "secure": true},
    "gone.example.com": {"CNAME": "missing.example.com", "secure": true}})");
  const auto is_secure = [&zone](const char* name, RecordType type) {
    return zone.lookup(name, type).secure;
  };
  EXPECT_TRUE(is_secure("signed.example.com", RecordType::a));
  EXPECT_TRUE(is_secure("signed.example.com", RecordType::ptr));
  EXPECT_TRUE(is_secure("signed.example.com", RecordType::mx));
  EXPECT_FALSE(is_secure("signed.example.com", RecordType::txt));
  EXPECT_FALSE(is_secure("plain.example.com", RecordType::a));
  EXPECT_TRUE(is_secure("good.example.com", RecordType::a));
  EXPECT_FALSE(is_secure("mixed.example.com", RecordType::a));
  EXPECT_FALSE(is_secure("leak.example.com", RecordType::a));
  EXPECT_FALSE(is_secure("gone.example.com", RecordType::a));
}

TEST(Zone, types_that_no_check_asks_for_are_left_out) {
  const Zone zone = zone_of(R"({"_25._tcp.mx.example.com": {"TLSA": [[3, 1, 1, "ab"]]},
    "example.com": {"CAA": "SERVFAIL", "TYPE65280": [], "SPF": ["v=spf1 -all"]}})");
  EXPECT_TRUE(is_no_data(zone, "_25._tcp.mx.example.com", RecordType::a));
  EXPECT_TRUE(is_no_data(zone, "example.com", RecordType::txt));
}

TEST(Zone, errors_name_the_owner_and_the_type) {
  EXPECT_EQ(problem_of(R"({"example.com": {"A": ["2001:db8::1"]}})"),
            "example.com A: \"2001:db8::1\" is no IPv4 address");
  EXPECT_EQ(problem_of(R"({"example.com": {"MX": [[70000, "a"]]}})"),
            "example.com MX: an MX preference lies between 0 and 65535");
  EXPECT_EQ(problem_of(R"({"example.com": {"TXT": ["\u20ac"]}})").find("example.com TXT: "), 0u);
  EXPECT_EQ(problem_of(R"({"example.com": "BROKEN"})").find("example.com: \"BROKEN\""), 0u);
  for (const char* json :
       {"[]", R"({"a": 1})", R"({"a": {"txt": ["x"]}})", R"({"a": {"A": ["192.0.2.256"]}})",
        R"({"a": {"MX": ["mx"]}})", R"({"a": {"MX": [[1]]}})", R"({"a": {"TXT": [1]}})",
        R"({"a": {"TXT": [["x", 1]]}})", R"({"a": {"CNAME": ["x"]}})", R"({"a": {"secure": 1}})",
        R"({"a": {"TXT": {}}})", R"({"a": {"": []}})"}) {
    EXPECT_NE(problem_of(json), "accepted") << json;
  }
}

TEST(Zone, lookups_in_a_large_zone_do_not_walk_it) {
  Zone zone;
  for (int i = 0; i < 20'000; ++i) {
    zone.add("h" + std::to_string(i) + ".deep.example.com", RecordType::a,
             {.strings = {}, .name = {}, .address = *mailassay::Address::parse("192.0.2.1")});
  }
  // 20,000 walks over 20,000 names would take minutes.
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(is_no_data(zone, "deep.example.com", RecordType::a));
    ASSERT_EQ(status_of(zone, "x" + std::to_string(i) + ".example.com", RecordType::a),
              AnswerStatus::nxdomain);
  }
}

TEST(Zone, runs_a_check_to_its_end) {
  const Zone zone = zone_of(R"({"example.com": {"TXT": [["v=spf1 a:mail.", "example.com -all"]]},
                                "mail.example.com": {"A": ["192.0.2.1"]}})");
  std::vector<std::byte> memory(mailassay::scratch_bytes());
  mailassay::spf::Check check({.client = *mailassay::Address::parse("192.0.2.1"),
                               .mail_from = "a@example.com",
                               .helo = {},
                               .receiver = {}},
                              memory);
  while (check.poll() == mailassay::Progress::pending) {
    for (const mailassay::Question& question : check.new_questions()) {
      ASSERT_EQ(zone.answer(check, question), mailassay::Status::ok);
    }
  }
  EXPECT_EQ(check.result().verdict, mailassay::spf::Verdict::pass);
}

TEST(Zone, other_questions_are_unsupported) {
  std::vector<std::byte> memory(mailassay::scratch_bytes());
  mailassay::spf::Check check({.client = *mailassay::Address::parse("192.0.2.1"),
                               .mail_from = "a@b\xC3\xBC"
                                            "cher.example",
                               .helo = {},
                               .receiver = {}},
                              memory);
  ASSERT_EQ(check.poll(), mailassay::Progress::pending);
  for (const mailassay::Question& question : check.new_questions()) {
    EXPECT_EQ(question.kind, mailassay::QuestionKind::to_ascii);
    EXPECT_EQ(Zone().answer(check, question), mailassay::Status::ok);
  }
  EXPECT_EQ(check.poll(), mailassay::Progress::done);
  EXPECT_EQ(check.result().verdict, mailassay::spf::Verdict::temperror);
}

}  // namespace
