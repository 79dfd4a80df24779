#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mailassay/mailassay.h"
#include "support/run.h"

namespace {

using mailassay::AnswerStatus;
using mailassay::DnsAnswer;
using mailassay::DnsRecord;
using mailassay::LabelAnswer;
using mailassay::Options;
using mailassay::Progress;
using mailassay::slice;
using mailassay::Status;
using mailassay::spf::Verdict;
using test::Ran;
using test::run;
using test::start;
using test::zone;
using List = std::vector<std::string>;

// RFC 7208 §7.4, through the text of an explanation.
std::string expanded(std::string_view text, std::string_view client) {
  const std::string names =
      R"({"email.example.com": {"TXT": ["v=spf1 -all exp=why.example.com"]},
          "why.example.com": {"TXT": [")" +
      std::string(text) + R"("]},
          "3.2.0.192.in-addr.arpa": {"PTR": ["mx.example.org"]},
          "mx.example.org": {"A": ["192.0.2.3"]}})";
  const Ran done = run(names, {.client = client, .mail_from = "strong-bad@email.example.com"});
  return std::string(done.result().explanation);
}

TEST(SpfMacro, the_examples_of_the_standard) {
  const std::vector<std::pair<const char*, const char*>> examples = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
      {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
      {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
      {"%{p}", "mx.example.org"},
      {"%{h}", "mail.example.net"},
      {"%{c}", "192.0.2.3"},
      {"%{r}", "unknown"},
      {"%{t}", "1700000000"},
  };
  for (const auto& [text, wanted] : examples)
    EXPECT_EQ(expanded(text, "192.0.2.3"), wanted) << text;
  EXPECT_EQ(expanded("%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01"),
            "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com");
  EXPECT_EQ(expanded("%{c}", "2001:DB8::CB01"), "2001:db8::cb01");
}

TEST(SpfCheck, a_run_of_networks_is_one_step) {
  const Ran done = run(
      R"({"example.com": {"TXT": ["v=spf1 ip4:192.0.2.1 ip6:::1 a ip4:192.0.2.9 ~all"]},
          "other.example.com": {}})");
  const auto result = done.result();
  EXPECT_EQ(result.verdict, Verdict::pass);
  ASSERT_EQ(result.trace.size(), 4U);
  EXPECT_EQ(slice(result.sources[0].text, result.trace[1].span), "ip4:192.0.2.1 ip6:::1");
  EXPECT_EQ(result.trace[1].outcome, mailassay::Outcome::no_match);
  EXPECT_EQ(slice(result.sources[0].text, result.trace[3].span), "ip4:192.0.2.9");
  EXPECT_EQ(result.decided_by, 3);
  EXPECT_EQ(result.void_lookups, 1U);
  EXPECT_EQ(test::findings(result), List{"spf.void-lookup"});
}

TEST(SpfCheck, every_fault_of_a_record_is_reported_and_the_first_is_the_cause) {
  const Ran done = run(R"({"example.com": {"TXT": ["v=spf1 foo mx ip4:300.1.1.1 -all"]}})");
  const auto result = done.result();
  EXPECT_EQ(result.verdict, Verdict::permerror);
  EXPECT_EQ(test::findings(result), (List{"spf.mechanism-unknown", "spf.ip-invalid"}));
  EXPECT_EQ(result.cause, 0);
  EXPECT_EQ(test::pointed_at(result, 1), "300.1.1.1");
  EXPECT_EQ(result.lookups, 0U);
}

TEST(SpfCheck, a_broken_include_names_both_records) {
  const Ran done = run(R"({"example.com": {"TXT": ["v=spf1 include:b.example -all"]},
                           "b.example": {"TXT": ["v=spf1 nonsense"]}})");
  const auto result = done.result();
  EXPECT_EQ(test::findings(result), (List{"spf.mechanism-unknown", "spf.include-broken"}));
  EXPECT_EQ(result.sources[1].owner, "b.example");
  EXPECT_EQ(result.diagnostics[0].source, 1);
  EXPECT_EQ(result.diagnostics[1].source, 0);
  EXPECT_EQ(test::pointed_at(result, 1), "include:b.example");
}

TEST(SpfCheck, each_error_of_evaluation_has_its_finding) {
  const auto finding = [](const char* record, const char* more) {
    const std::string names =
        R"({"example.com": {"TXT": [")" + std::string(record) + "\"]}" + more + "}";
    const Ran done = run(names);
    const auto result = done.result();
    EXPECT_GE(result.cause, 0) << record;
    return std::string(name(result.diagnostics[static_cast<std::size_t>(result.cause)].code)) +
           " " + test::pointed_at(result, static_cast<std::size_t>(result.cause));
  };
  EXPECT_EQ(finding("v=spf1 include:no.example", ""), "spf.include-nxdomain include:no.example");
  EXPECT_EQ(finding("v=spf1 redirect=x.example", R"(,"x.example":{"A":["192.0.2.1"]})"),
            "spf.include-no-record redirect=x.example");
  EXPECT_EQ(finding("v=spf1 include:x.example", R"(,"x.example":"SERVFAIL")"),
            "dns.server-failure include:x.example");
  EXPECT_EQ(finding("v=spf1 a:x.example", R"(,"x.example":"BOGUS")"), "dnssec.bogus a:x.example");
  EXPECT_EQ(finding("v=spf1 include:%{h1}", ""), "spf.target-invalid include:%{h1}");
  EXPECT_EQ(finding("v=spf1 a:x.y a:y.y a:z.y", ""), "spf.void-lookups-exceeded a:z.y");
  EXPECT_EQ(finding("v=spf1 include:example.com", ""), "spf.lookups-exceeded include:example.com");
  EXPECT_EQ(finding("v=spf1 mx:m.example", R"(,"m.example":{"MX":[[1,"a.b"],[1,"b.b"],[1,"c.b"],
            [1,"d.b"],[1,"e.b"],[1,"f.b"],[1,"g.b"],[1,"h.b"],[1,"i.b"],[1,"j.b"],[1,"k.b"]]})"),
            "spf.mx-names-exceeded mx:m.example");
}

TEST(SpfCheck, none_says_what_is_missing) {
  EXPECT_EQ(test::findings(run("{}").result()), List{"dns.domain-missing"});
  EXPECT_EQ(test::findings(run(R"({"example.com":{"A":["192.0.2.1"]}})").result()),
            List{"spf.missing"});
  const Ran literal = run("{}", {.mail_from = "user@[192.0.2.1]"});
  EXPECT_EQ(test::findings(literal.result()), List{"spf.sender-invalid"});
  EXPECT_EQ(test::pointed_at(literal.result(), 0), "[192.0.2.1]");
  EXPECT_EQ(literal.result().sources[0].owner, "mail_from");
}

TEST(SpfCheck, guesses_ask_ahead_and_change_nothing_else) {
  const char* names =
      R"({"example.com": {"TXT": ["v=spf1 a:one.example mx include:b.example -all"]},
      "one.example": {"A": ["198.51.100.1"]},
      "b.example": {"TXT": ["v=spf1 exists:%{i}.b.example a:two.example -all"]}})";
  const Ran fast = run(names);
  const Ran slow = run(names, {.options = {.guesses = 0}});
  EXPECT_EQ(test::questions(slow.result()),
            (List{"example.com/TXT", "one.example/A", "example.com/MX", "b.example/TXT",
                  "192.0.2.9.b.example/A", "two.example/A"}));
  EXPECT_EQ(test::questions(fast.result()),
            (List{"example.com/TXT", "one.example/A", "example.com/MX", "b.example/TXT",
                  "192.0.2.9.b.example/A", "two.example/A"}));
  EXPECT_EQ(fast.polls, 4U);
  EXPECT_EQ(slow.polls, 7U);
  EXPECT_EQ(fast.result().verdict, slow.result().verdict);
  EXPECT_EQ(fast.result().lookups, slow.result().lookups);
}

TEST(SpfCheck, a_guess_that_turns_out_useless_stays_a_guess) {
  const Ran done = run(R"({"example.com": {"TXT": ["v=spf1 a:one.example include:b.example -all"]},
      "one.example": {"A": ["192.0.2.9"]}, "b.example": "SERVFAIL"})");
  EXPECT_EQ(done.result().verdict, Verdict::pass);
  EXPECT_EQ(test::questions(done.result()),
            (List{"example.com/TXT", "one.example/A", "b.example/TXT?"}));
}

TEST(SpfCheck, an_explanation_is_never_asked_for_ahead) {
  const auto names = zone(R"({"example.com": {"TXT": ["v=spf1 a:one.example redirect=b.example"]},
      "b.example": {"TXT": ["v=spf1 -all exp=why.example"]}})");
  Ran check = start();
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(check.check->poll(), Progress::pending);
    for (const auto& question : check.check->new_questions()) {
      if (question.name != "one.example") names.answer(*check.check, question);
    }
  }
  EXPECT_EQ(check.check->questions().size(), 3U);
}

TEST(SpfCheck, names_made_with_macros_exists_and_ptr_are_never_guessed) {
  Ran check = start();
  ASSERT_EQ(check.check->poll(), Progress::pending);
  const std::string_view record[] = {
      "v=spf1 a:one.example exists:two.example a:%{l}.example ptr include:%{d2} mx:m.example"};
  const DnsRecord text{.strings = record};
  for (const auto& question : check.check->new_questions()) {
    check.check->answer(question.id, DnsAnswer{.records = {&text, 1}});
  }
  ASSERT_EQ(check.check->poll(), Progress::pending);
  List asked;
  for (const auto& question : check.check->new_questions()) asked.emplace_back(question.name);
  EXPECT_EQ(asked, (List{"one.example", "m.example"}));
}

// §4.6.4: whoever owns an address owns its reverse names, so they must cost a record nothing.
TEST(SpfCheck, any_number_of_reverse_names_costs_no_more_than_ten) {
  demo::Zone names = zone(R"({"example.com": {"TXT": ["v=spf1 ptr exists:%{p}.example -all"]}})");
  for (int i = 0; i < 512; ++i) {
    const std::string label = std::to_string(i) + std::string(59, 'x');
    names.add("9.2.0.192.in-addr.arpa", mailassay::RecordType::ptr,
              {.name = label + "." + label + "." + label + ".evil.example"});
  }
  const Ran done = test::finish(start(), names);
  EXPECT_EQ(done.result().verdict, Verdict::fail);
  EXPECT_FALSE(done.result().limited);
  EXPECT_LT(done.check->scratch_used(), mailassay::scratch_minimum() + 8192);
}

TEST(SpfCheck, a_host_name_too_long_for_dns_counts_as_a_host) {
  demo::Zone names = zone(R"({"example.com": {"TXT": ["v=spf1 mx +all"]}})");
  for (int i = 0; i < 10; ++i) {
    names.add("example.com", mailassay::RecordType::mx,
              {.name = std::to_string(i) + ".example", .preference = 1});
  }
  EXPECT_EQ(test::finish(start(), names).result().verdict, Verdict::pass);
  names.add("example.com", mailassay::RecordType::mx,
            {.name = std::string(300, 'x'), .preference = 1});
  EXPECT_EQ(test::finish(start(), names).result().verdict, Verdict::permerror);
}

TEST(SpfCheck, a_question_passed_over_counts_as_given_out) {
  Ran check = start();
  ASSERT_EQ(check.check->poll(), Progress::pending);
  const auto fresh = check.check->new_questions();
  auto position = fresh.begin();
  ++position;
  EXPECT_EQ(check.check->answer(0, DnsAnswer{.status = AnswerStatus::nxdomain}), Status::ok);
  EXPECT_EQ(check.check->poll(), Progress::done);
}

TEST(SpfCheck, wrong_use_is_told_and_changes_nothing) {
  Ran check = start();
  EXPECT_EQ(check.check->answer(0, DnsAnswer{}), Status::unknown_question);
  ASSERT_EQ(check.check->poll(), Progress::pending);
  EXPECT_EQ(check.check->answer(0, DnsAnswer{}), Status::unknown_question) << "not given out yet";
  for (const auto& question : check.check->new_questions()) EXPECT_EQ(question.id, 0U);
  EXPECT_TRUE(check.check->new_questions().empty());
  EXPECT_EQ(check.check->answer(0, LabelAnswer{}), Status::wrong_kind);
  EXPECT_EQ(check.check->answer(7, DnsAnswer{}), Status::unknown_question);
  EXPECT_EQ(check.check->answer(0, DnsAnswer{.status = AnswerStatus::nxdomain}), Status::ok);
  EXPECT_EQ(check.check->answer(0, DnsAnswer{.status = AnswerStatus::servfail}), Status::ok);
  EXPECT_EQ(check.check->poll(), Progress::done);
  EXPECT_EQ(check.result().verdict, Verdict::none);
  EXPECT_EQ(check.check->answer(0, DnsAnswer{.status = AnswerStatus::servfail}), Status::ok);
  EXPECT_EQ(check.check->poll(), Progress::done);
  EXPECT_EQ(check.result().verdict, Verdict::none);
}

TEST(SpfCheck, an_address_of_the_wrong_family_is_misuse) {
  Ran check = start();
  check.check->poll();
  const std::string_view record[] = {"v=spf1 a:one.example"};
  const DnsRecord text{.strings = record};
  for (const auto& question : check.check->new_questions()) {
    check.check->answer(question.id, DnsAnswer{.records = {&text, 1}});
  }
  check.check->poll();
  const DnsRecord six{.address = *mailassay::Address::parse("::1")};
  for (const auto& question : check.check->new_questions()) {
    EXPECT_EQ(check.check->answer(question.id, DnsAnswer{.records = {&six, 1}}),
              Status::wrong_record);
  }
  EXPECT_EQ(check.check->poll(), Progress::pending);
}

TEST(SpfCheck, too_little_memory_is_misuse_and_no_pass) {
  std::vector<std::byte> memory(mailassay::scratch_minimum() - 1);
  mailassay::spf::Check check({}, memory);
  EXPECT_EQ(check.status(), Status::scratch_too_small);
  EXPECT_EQ(check.poll(), Progress::misused);
  EXPECT_EQ(check.result().verdict, Verdict::temperror);
  EXPECT_EQ(check.answer(0, DnsAnswer{}), Status::scratch_too_small);
  EXPECT_TRUE(check.new_questions().empty());
}

TEST(SpfCheck, a_moved_check_goes_on_and_the_old_one_says_so) {
  Ran check = start();
  ASSERT_EQ(check.check->poll(), Progress::pending);
  mailassay::spf::Check moved(std::move(*check.check));
  EXPECT_EQ(check.check->status(), Status::moved_from);
  EXPECT_EQ(check.check->poll(), Progress::misused);
  moved.fail_open(AnswerStatus::timeout);
  EXPECT_EQ(moved.poll(), Progress::done);
  EXPECT_EQ(moved.result().verdict, Verdict::temperror);
}

TEST(SpfCheck, the_deadline_of_the_host_is_a_temperror_with_a_cause) {
  Ran check = start();
  check.check->poll();
  check.check->fail_open(AnswerStatus::timeout);
  EXPECT_EQ(check.check->poll(), Progress::done);
  EXPECT_EQ(check.result().verdict, Verdict::temperror);
  EXPECT_EQ(test::findings(check.result()), List{"dns.server-failure"});
  EXPECT_EQ(check.result().diagnostics[0].argument[1].text, "timeout");
}

TEST(SpfCheck, a_deadline_claims_no_answer) {
  Ran check = start();
  check.check->poll();
  check.check->fail_open(AnswerStatus::nxdomain);
  EXPECT_EQ(check.check->poll(), Progress::done);
  EXPECT_EQ(check.result().verdict, Verdict::temperror);
}

TEST(SpfCheck, a_label_that_cannot_be_converted_here_is_no_none) {
  const Ran done = run("{}", {.mail_from = "a@bücher.example"});
  EXPECT_EQ(done.result().verdict, Verdict::temperror);
  EXPECT_EQ(test::findings(done.result()), List{"spf.label-not-converted"});
  const Ran wrong = test::finish(start({.mail_from = "a@bücher.example"}), zone("{}"), "xn--wrong");
  EXPECT_EQ(wrong.result().verdict, Verdict::none);
}

TEST(SpfCheck, angle_brackets_and_source_routes_are_dropped) {
  const char* names = R"({"example.com": {"TXT": ["v=spf1 +all"]}})";
  for (const char* path : {"<a@example.com>", "@r.example:a@example.com",
                           "@r.example,@s.example:"
                           "a@example.com",
                           "@example.com", "example.com", "a@example.com."}) {
    EXPECT_EQ(run(names, {.mail_from = path}).result().verdict, Verdict::pass) << path;
  }
  for (const char* path : {"@example.com:", "@example.com:user", "a@", "@", ".", "a@.example.com",
                           "a@example..com", "a@example.com.."}) {
    EXPECT_EQ(run(names, {.mail_from = path}).result().verdict, Verdict::none) << path;
  }
  const Ran null = run(R"({"mail.example.net": {"TXT": ["v=spf1 +all"]}})", {.mail_from = "<>"});
  EXPECT_EQ(null.result().verdict, Verdict::pass);
  EXPECT_EQ(null.result().identity, mailassay::spf::Identity::helo);
  EXPECT_EQ(null.result().local_part, "postmaster");
}

TEST(SpfCheck, strings_of_a_record_are_joined_and_their_ends_kept) {
  const Ran done = run(R"({"example.com": {"TXT": [["v=spf1 ip4:192.0", "", ".2.9 -all"]]}})");
  EXPECT_EQ(done.result().verdict, Verdict::pass);
  const auto source = done.result().sources[0];
  EXPECT_EQ(source.text, "v=spf1 ip4:192.0.2.9 -all");
  EXPECT_EQ((std::vector<std::uint32_t>(source.string_ends.begin(), source.string_ends.end())),
            (std::vector<std::uint32_t>{16, 16, 25}));
}

TEST(SpfCheck, exhausted_limits_are_verdicts_that_say_so) {
  const char* names = R"({"example.com": {"TXT": ["v=spf1 a mx +all"], "A": ["192.0.2.1",
      "192.0.2.2", "192.0.2.9"], "MX": [[1, "a.example.com"]]}})";
  mailassay::Limits limits;
  limits.addresses = 2;
  const Ran addresses = run(names, {.limits = limits});
  EXPECT_EQ(addresses.result().verdict, Verdict::permerror);
  EXPECT_TRUE(addresses.result().limited);
  EXPECT_EQ(test::findings(addresses.result()), List{"limit.addresses"});

  limits = {};
  limits.questions = 2;
  const Ran questions = run(names, {.client = "192.0.2.7", .limits = limits});
  EXPECT_TRUE(questions.result().limited);
  EXPECT_EQ(test::findings(questions.result()), List{"limit.questions"});

  limits = {};
  limits.record_bytes = 15;
  const Ran record = run(names, {.limits = limits});
  EXPECT_TRUE(record.result().limited);
  EXPECT_EQ(test::findings(record.result()), List{"limit.record-bytes"});

  limits = {};
  limits.identity_bytes = 10;
  const Ran identity = run(names, {.limits = limits});
  EXPECT_TRUE(identity.result().limited);
  EXPECT_EQ(test::findings(identity.result()), List{"limit.identity"});

  limits = {};
  limits.trace_steps = 1;
  const Ran trace = run(names, {.limits = limits});
  EXPECT_FALSE(trace.result().limited);
  EXPECT_TRUE(trace.result().trace_cut);
  EXPECT_EQ(trace.result().verdict, Verdict::pass);
  EXPECT_EQ(test::findings(trace.result()), List{"limit.trace"});
}

TEST(SpfCheck, limits_beyond_all_measure_are_cut) {
  mailassay::Limits limits;
  limits.pool = limits.guess_pool = limits.addresses = limits.record_bytes = 0xffffffff;
  limits.questions = limits.guesses = 0xffffffff;
  std::vector<std::byte> memory(mailassay::scratch_minimum(limits) + (std::size_t{1} << 20));
  mailassay::spf::Check check({.client = *mailassay::Address::parse("192.0.2.9"),
                               .mail_from = "user@example.com",
                               .helo = "mail.example.net"},
                              memory, {.guesses = 0xffffffff}, limits);
  const auto names = zone(R"({"example.com": {"TXT": ["v=spf1 a:a.example mx -all"]}})");
  const auto answer = [&](const mailassay::Question& question, auto& asked) {
    names.answer(asked, question);
  };
  EXPECT_EQ(mailassay::drive(check, answer), Progress::done);
  EXPECT_EQ(check.result().verdict, Verdict::fail);
}

TEST(SpfCheck, a_pool_of_any_size_holds_what_a_check_cannot_do_without) {
  for (const std::uint32_t pool : {0U, 1U, 111U, 191U, 192U, 300U}) {
    for (const std::uint32_t guess_pool : {0U, 37U, 10000U}) {
      mailassay::Limits limits;
      limits.pool = pool;
      limits.guess_pool = guess_pool;
      EXPECT_GE(mailassay::scratch_bytes(limits), mailassay::scratch_minimum(limits));
      const Ran done = run("{}", {.client = "2001:db8::9", .limits = limits});
      const auto result = done.result();
      ASSERT_EQ(done.progress, Progress::done);
      EXPECT_EQ(result.limited, result.verdict == Verdict::permerror);
      EXPECT_EQ(result.client, *mailassay::Address::parse("2001:db8::9")) << pool;
      EXPECT_TRUE(result.helo.empty() || result.helo == "mail.example.net") << pool;
    }
  }
}

TEST(SpfCheck, the_limit_of_an_identity_is_met_by_identities_alone) {
  mailassay::Limits limits;
  limits.identity_bytes = 6;  // less than the client's text and the receiver's name have
  const Ran fits =
      run(R"({"b.cc": {"TXT": ["v=spf1 +all"]}})",
          {.client = "2001:db8::9", .mail_from = "a@b.cc", .helo = "", .limits = limits});
  EXPECT_EQ(fits.result().verdict, Verdict::pass);
  const Ran over = run("{}", {.mail_from = "ab@b.cc", .helo = "", .limits = limits});
  EXPECT_TRUE(over.result().limited);
  EXPECT_EQ(over.result().diagnostics[0].argument[0].number, 7U);
}

TEST(SpfCheck, further_findings_are_counted_out) {
  mailassay::Limits limits;
  limits.diagnostics = 3;
  const Ran done = run(R"({"example.com": {"TXT": ["v=spf1 a1 a2 a3 a4"]}})", {.limits = limits});
  EXPECT_EQ(test::findings(done.result()),
            (List{"spf.mechanism-unknown", "spf.mechanism-unknown", "limit.diagnostics"}));
}

TEST(SpfCheck, a_long_explanation_is_cut_and_says_so) {
  mailassay::Limits limits;
  limits.explanation_bytes = 5;
  const Ran done = run(R"({"example.com": {"TXT": ["v=spf1 -all exp=why.example.com"]},
                           "why.example.com": {"TXT": ["Too long a text"]}})",
                       {.limits = limits});
  EXPECT_EQ(done.result().explanation, "Too l");
  EXPECT_FALSE(done.result().limited);
  EXPECT_EQ(test::findings(done.result()), List{"limit.explanation"});
}

TEST(ReceivedSpf, a_pass_names_the_mechanism) {
  const Ran done = run(R"({"example.com": {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"]}})",
                       {.receiver = "mx.example.org"});
  const auto result = done.result();
  EXPECT_EQ(test::written([&](std::span<char> out) { return received_spf(result, out); }),
            "Received-SPF: pass (mx.example.org:\r\n"
            " domain of example.com designates 192.0.2.9 as permitted sender)\r\n"
            " receiver=mx.example.org;\r\n"
            " identity=mailfrom;\r\n"
            " client-ip=192.0.2.9;\r\n"
            " envelope-from=\"user@example.com\";\r\n"
            " helo=mail.example.net;\r\n"
            " mechanism=\"ip4:192.0.2.0/24\";\r\n");
}

TEST(ReceivedSpf, what_is_not_known_is_left_out) {
  const std::string sender(20000, 'x');
  const Ran done = run("{}", {.mail_from = sender, .receiver = "mx.example.org"});
  const auto result = done.result();
  EXPECT_EQ(test::written([&](std::span<char> out) { return received_spf(result, out); }),
            "Received-SPF: permerror (mx.example.org:\r\n"
            " error in processing the domain of the sender)\r\n"
            " receiver=mx.example.org;\r\n"
            " identity=mailfrom;\r\n"
            " client-ip=192.0.2.9;\r\n"
            " helo=mail.example.net;\r\n"
            " problem=limit.identity;\r\n");
}

TEST(ReceivedSpf, nothing_from_outside_leaves_its_place) {
  const Ran done = run(R"({"example.com": {"TXT": ["v=spf1 foo"]}})",
                       {.mail_from = "a\"\\\r\nX: y(\x80@example.com",
                        .helo = "evil;\r\nInjected: yes\")",
                        .receiver = "r)(\\\n"});
  const auto result = done.result();
  const std::string field =
      test::written([&](std::span<char> out) { return received_spf(result, out); });
  EXPECT_NE(field.find("envelope-from=\"a\\\"\\\\??X: y(?@example.com\";"), std::string::npos);
  EXPECT_NE(field.find("helo=\"evil;??Injected: yes\\\")\";"), std::string::npos);
  EXPECT_NE(field.find("(r\\)\\(\\\\?:"), std::string::npos);
  EXPECT_NE(field.find("problem=spf.mechanism-unknown;"), std::string::npos);
}

}  // namespace
