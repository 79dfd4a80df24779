// Answers of thousands of hosts and addresses, names at the edges of DNS, and hostile senders.
#include "host.h"

namespace {

using hostile::fill;
using hostile::Given;
using hostile::host;
using hostile::Names;
using hostile::Outcome;
using hostile::run;
using hostile::run_record;
using mailassay::RecordType;
using mailassay::spf::Verdict;

constexpr const char* kReverse = "9.2.0.192.in-addr.arpa";

std::string name_of(std::size_t size) {
  std::string name = fill("a", (size - 8) % 64) + (size % 64 == 8 ? "" : ".");
  while (name.size() + 8 < size) name += fill("b", 63) + ".";
  name.resize(size - 8);
  if (name.ends_with('.')) name.back() = 'c';
  return name + ".example";
}

// ---- Many records -------------------------------------------------------------------------------

TEST(HostileAnswer, of_thousands_of_mx_hosts_is_an_error_before_any_is_asked) {
  for (const int count : {11, 600, 20000}) {
    Names names;
    names.record("example.com", "v=spf1 mx -all");
    for (int i = 0; i < count; ++i) {
      names.add("example.com", RecordType::mx, host(std::to_string(i) + ".example"));
    }
    const Outcome outcome = run(names);
    EXPECT_EQ(outcome.verdict, Verdict::permerror) << count;
    EXPECT_EQ(outcome.cause, "spf.mx-names-exceeded") << count;
    EXPECT_EQ(outcome.questions, 2U) << count;
  }
}

TEST(HostileAnswer, of_thousands_of_ptr_names_asks_for_ten_at_most) {
  for (const int count : {10, 11, 600, 20000}) {
    Names names;
    names.record("example.com", "v=spf1 ptr -all");
    for (int i = 0; i < count; ++i) {
      names.add(kReverse, RecordType::ptr, host(std::to_string(i) + ".example.com"));
    }
    const Outcome outcome = run(names);
    EXPECT_EQ(outcome.verdict, Verdict::fail) << count;
    EXPECT_EQ(outcome.questions, 12U) << count;
    EXPECT_EQ(outcome.finds("spf.ptr-names-ignored"), count > 10) << count;
  }
}

TEST(HostileAnswer, of_512_addresses_is_compared_and_of_513_is_limited) {
  for (const int count : {512, 513, 30000}) {
    Names names;
    names.record("example.com", "v=spf1 a -all");
    for (int i = 0; i < count; ++i) {
      names.add("example.com", RecordType::a, hostile::address("198.51.100.1"));
    }
    const Outcome outcome = run(names);
    EXPECT_EQ(outcome.verdict, count == 512 ? Verdict::fail : Verdict::permerror) << count;
    EXPECT_EQ(outcome.cause == "limit.addresses", count > 512) << count;
  }
}

TEST(HostileAnswer, of_513_addresses_that_holds_the_client_early_is_a_match) {
  Names names;
  names.record("example.com", "v=spf1 a -all");
  names.add("example.com", RecordType::a, hostile::address("192.0.2.9"));
  for (int i = 0; i < 600; ++i) {
    names.add("example.com", RecordType::a, hostile::address("198.51.100.1"));
  }
  EXPECT_EQ(run(names).verdict, Verdict::pass);
}

TEST(HostileAnswer, of_ten_mx_terms_with_ten_hosts_each_asks_111_questions) {
  Names names;
  std::string record = "v=spf1";
  for (int term = 0; term < 10; ++term) {
    const std::string domain = std::to_string(term) + ".example";
    record += " mx:" + domain;
    for (int i = 0; i < 10; ++i) {
      const std::string name = std::to_string(i) + "." + domain;
      names.add(domain, RecordType::mx, host(name));
      names.add(name, RecordType::a, hostile::address("198.51.100.1"));
    }
  }
  names.record("example.com", record + " -all");
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::fail);
  EXPECT_EQ(outcome.needed, 111U);
  Given narrow;
  narrow.limits.questions = 110;
  const Outcome limited = run(names, narrow);
  EXPECT_EQ(limited.verdict, Verdict::permerror);
  EXPECT_EQ(limited.cause, "limit.questions");
}

// 10 mx terms of 10 hosts, a %{p} of another domain before each: no record of RFC 7208 asks more.
TEST(HostileAnswer, that_needs_more_questions_than_the_limit_is_limited) {
  Names names;
  std::string record = "v=spf1";
  for (int i = 0; i < 10; ++i) {
    names.add(kReverse, RecordType::ptr, host(std::to_string(i) + ".ptr.example"));
  }
  for (int term = 0; term < 10; ++term) {
    const std::string domain = std::to_string(term) + ".unknown";
    record += " mx:" + std::to_string(term) + ".%{p}";
    for (int i = 0; i < 10; ++i) {
      names.add(domain, RecordType::mx, host(std::to_string(i) + "." + domain));
    }
  }
  names.record("example.com", record + " exp=%{p}.why.example -all");
  const Outcome whole = run(names);
  EXPECT_EQ(whole.verdict, Verdict::fail);
  EXPECT_EQ(whole.needed, 1U + 1 + 10 + 10 + 100 + 1);
  for (const std::uint32_t questions : {0U, 1U, 2U, 20U, 50U, 121U}) {
    Given given;
    given.limits.questions = questions;
    const Outcome outcome = run(names, given);
    EXPECT_EQ(outcome.verdict, Verdict::permerror) << questions;
    EXPECT_EQ(outcome.cause, "limit.questions") << questions;
    EXPECT_EQ(outcome.needed, questions);
  }
}

// All hosts in one chain of the table of questions: FNV-1a has no secret.
TEST(HostileAnswer, of_names_that_share_one_hash_costs_polls_and_questions_as_any_other) {
  const auto hash = [](std::string_view name, std::uint32_t value) {
    for (const char c : name) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
    return value;
  };
  const std::string common = name_of(180) + ".";
  const std::uint32_t begin = hash(common, 2166136261U ^ 1U);
  Names names;
  std::string record = "v=spf1";
  std::uint32_t tried = 0;
  for (int term = 0; term < 10; ++term) {
    const std::string domain = std::to_string(term) + ".example";
    record += " mx:" + domain;
    for (int found = 0; found < 10; ++tried) {
      const std::string end = std::to_string(tried) + ".example";
      const std::uint32_t value = hash(end, begin);
      if (((value ^ value >> 15) & 0xffff) != 0) continue;
      names.add(domain, RecordType::mx, host(common + end));
      ++found;
    }
  }
  names.record("example.com", record + " -all");
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::fail);
  EXPECT_EQ(outcome.needed, 111U);
}

TEST(HostileAnswer, of_the_same_name_in_many_spellings_is_one_question) {
  Names names;
  names.record("example.com", "v=spf1 a:X.EXAMPLE a:x.example a:x.example. a:X.example. -all")
      .add("x.example", RecordType::a, hostile::address("198.51.100.1"));
  EXPECT_EQ(run(names).questions, 2U);
}

// ---- Names at the edges -------------------------------------------------------------------------

TEST(HostileName, of_253_bytes_is_asked_and_a_longer_one_loses_labels_on_the_left) {
  for (const std::size_t size : {252U, 253U, 254U, 255U, 1000U, 60000U}) {
    const std::string name = name_of(size);
    ASSERT_EQ(name.size(), size);
    std::string asked;
    const Outcome outcome = run([&](const mailassay::Question& question, hostile::Check& check) {
      if (question.type == RecordType::a) asked = question.name;
      const std::string record = "v=spf1 exists:" + name + " -all";
      const std::string_view strings[] = {record};
      mailassay::DnsRecord text;
      text.strings = strings;
      check.answer(question.id, question.type == RecordType::txt ? hostile::answer_with({&text, 1})
                                                                 : mailassay::DnsAnswer{});
    });
    EXPECT_EQ(outcome.verdict, Verdict::fail) << size;
    EXPECT_LE(asked.size(), 253U) << size;
    EXPECT_GT(asked.size(), 180U) << size;
    EXPECT_TRUE(name.ends_with(asked)) << size;
  }
}

TEST(HostileName, with_a_label_of_63_bytes_is_asked_and_of_64_is_not) {
  for (const char* term : {"a:", "mx:", "exists:", "include:"}) {
    const Outcome good =
        run_record("v=spf1 " + std::string(term) + fill("a", 63) + ".example ?all");
    const Outcome bad = run_record("v=spf1 " + std::string(term) + fill("a", 64) + ".example ?all");
    EXPECT_EQ(good.questions, 2U) << term;
    EXPECT_EQ(bad.questions, 1U) << term;
    EXPECT_TRUE(bad.finds("spf.target-invalid")) << term;
  }
}

TEST(HostileName, of_a_host_that_dns_cannot_carry_is_passed_over) {
  Names names;
  names.record("example.com", "v=spf1 mx ptr -all");
  const std::string bad[] = {"",
                             ".",
                             "..",
                             "a..b.example",
                             ".a.example",
                             fill("a", 64) + ".example",
                             name_of(254),
                             fill("a.", 60000),
                             std::string(1, '\0')};
  for (const std::string& name : bad) {
    names.add("example.com", RecordType::mx, host(name));
    names.add(kReverse, RecordType::ptr, host(name + ".example.com"));
  }
  const Outcome outcome = run(names);
  EXPECT_EQ(outcome.verdict, Verdict::fail);
  EXPECT_LE(outcome.questions, 8U);
}

// ---- Senders ------------------------------------------------------------------------------------

TEST(HostileSender, of_16_kib_is_checked_and_of_one_byte_more_is_limited) {
  Names names;
  names.record("example.com", "v=spf1 -all");
  Given given;
  given.mail_from = fill("a", 16 * 1024 - 12) + "@example.com";
  ASSERT_EQ(given.mail_from.size(), 16U * 1024);
  EXPECT_EQ(run(names, given).verdict, Verdict::fail);
  given.mail_from = "b" + given.mail_from;
  EXPECT_EQ(run(names, given).cause, "limit.identity");
  given.mail_from = "user@example.com";
  given.helo = fill("h", 16 * 1024);
  EXPECT_EQ(run(names, given).verdict, Verdict::fail);
  given.helo += "h";
  const Outcome outcome = run(names, given);
  EXPECT_EQ(outcome.verdict, Verdict::permerror);
  EXPECT_TRUE(outcome.limited);
  EXPECT_EQ(outcome.cause, "limit.identity");
  EXPECT_EQ(outcome.questions, 0U);
}

class HostileSenderText : public testing::TestWithParam<std::string> {};

TEST_P(HostileSenderText, as_mail_from_and_as_helo_gives_a_verdict_and_asks_little) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{300}, std::size_t{16000}}) {
    for (const char* end : {"", "@", "@example.com", "@.example.com", "@example.com.", ".example",
                            "@xn--.example", "@1.2.3.4", "@[1.2.3.4]", ">", "@example.com\r\n"}) {
      Given given;
      given.mail_from = fill(GetParam(), size) + end;
      EXPECT_LE(run_record("v=spf1 exists:%{s}.%{l}.%{o}.x -all", given).questions, 40U);
      given.helo = given.mail_from;
      given.mail_from = "";
      EXPECT_LE(run_record("v=spf1 exists:%{h}.x -all", given).questions, 2U);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(fill, HostileSenderText,
                         testing::Values("a", "@", ".", "<", ">", "\"", "\\", ":", "@a:", "@a,",
                                         "\r\n", "\x80", "\xc3\xa4", "\xc3\xa4.", "\xe3\x80\x82",
                                         "\xef\xbc\x8e", "\xf0\x9f\x92\xa9.", "%{s}", "%",
                                         std::string(1, '\0'), " ", "xn--a.", "-."),
                         hostile::pattern_name);

// Each label is its own question; only those that can still fit a name of 253 bytes are asked.
TEST(HostileSender, of_thousands_of_different_u_labels_asks_few_questions) {
  Given given;
  given.mail_from = "user@";
  for (unsigned i = 0; i < 4000; ++i) {
    given.mail_from += "\xc3\xa4" + std::to_string(i % 10) + static_cast<char>('a' + i / 10 % 20);
    given.mail_from += i % 7 == 0 ? "-x." : ".";
    if (given.mail_from.size() > 16000) break;
  }
  given.mail_from += "example";
  const auto answer = [](const mailassay::Question& question, hostile::Check& check) {
    check.answer(question.id, mailassay::LabelAnswer{mailassay::AnswerStatus::error, {}});
  };
  const Outcome outcome = run(answer, given);
  EXPECT_EQ(outcome.verdict, Verdict::none);
  EXPECT_LE(outcome.questions, 21U);
  EXPECT_LE(outcome.polls, 3U);
}

}  // namespace
