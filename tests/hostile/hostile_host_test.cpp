// Hosts and resolvers that are slow, forgetful, confused or worse. Misuse is a Status and changes
// nothing; everything else is a verdict.
#include "host.h"

#include <memory>

namespace {

using hostile::answer_with;
using hostile::Check;
using hostile::Given;
using hostile::Names;
using hostile::Outcome;
using hostile::run;
using mailassay::AnswerStatus;
using mailassay::DnsAnswer;
using mailassay::DnsRecord;
using mailassay::LabelAnswer;
using mailassay::Progress;
using mailassay::Question;
using mailassay::RecordType;
using mailassay::Status;
using mailassay::spf::Verdict;

DnsRecord address_record(std::string_view text) {
  DnsRecord record;
  record.address = *mailassay::Address::parse(text);
  return record;
}

// A check that waits for TXT of example.com and, behind it, for A of a.example.
struct Waiting {
  std::vector<std::byte> memory = std::vector<std::byte>(mailassay::scratch_bytes());
  Check check = Check(Given().request(), memory);

  explicit Waiting(std::string_view text = "v=spf1 a:a.example -all") {
    EXPECT_EQ(check.poll(), Progress::pending);
    const std::string_view strings[] = {text};
    DnsRecord record;
    record.strings = strings;
    for (const Question& question : check.new_questions()) {
      check.answer(question.id, answer_with({&record, 1}));
    }
    EXPECT_EQ(check.poll(), Progress::pending);
    for (const Question& question : check.new_questions()) EXPECT_EQ(question.name, "a.example");
  }

  Verdict finish(std::string_view client_or_other) {
    const DnsRecord record = address_record(client_or_other);
    EXPECT_EQ(check.answer(1, answer_with({&record, 1})), Status::ok);
    EXPECT_EQ(check.poll(), Progress::done);
    return check.result().verdict;
  }
};

TEST(HostileHost, that_never_answers_ends_in_temperror) {
  const Outcome outcome = run([](const Question&, Check&) {});
  EXPECT_EQ(outcome.verdict, Verdict::temperror);
  EXPECT_EQ(outcome.cause, "dns.server-failure");
  EXPECT_LE(outcome.polls, 3U);
}

TEST(HostileHost, that_never_answers_ends_drive_too) {
  for (const std::uint32_t guesses : {0U, 20U}) {
    std::vector<std::byte> memory(mailassay::scratch_bytes());
    Check check(Given().request(), memory, {.guesses = guesses});
    unsigned asked = 0;
    EXPECT_EQ(mailassay::drive(check, [&asked](const Question&, Check&) { ++asked; }),
              Progress::done);
    EXPECT_EQ(asked, 1U);
    EXPECT_EQ(check.result().verdict, Verdict::temperror);
  }
}

// A fault of a host name of ptr is no error, so the walk goes on behind each of them.
TEST(HostileHost, that_answers_only_every_other_question_ends) {
  Names names;
  names.record("example.com", "v=spf1 ptr exists:%{p}.x.example -all");
  for (int i = 0; i < 10; ++i) {
    names.add("9.2.0.192.in-addr.arpa", RecordType::ptr,
              hostile::host(std::to_string(i) + ".example.com"));
  }
  unsigned count = 0;
  const Outcome outcome = run([&](const Question& question, Check& check) {
    if (++count % 2 == 1) names.zone.answer(check, question);
  });
  EXPECT_LE(outcome.polls, 2 * outcome.questions + 1);
}

TEST(HostileHost, whose_every_answer_is_a_fault_gives_no_pass) {
  for (const AnswerStatus status :
       {AnswerStatus::servfail, AnswerStatus::refused, AnswerStatus::error, AnswerStatus::bogus,
        AnswerStatus::timeout, AnswerStatus::failed, AnswerStatus::unsupported}) {
    const Outcome outcome = run([status](const Question& question, Check& check) {
      const DnsRecord record = address_record("192.0.2.9");
      DnsAnswer answer = answer_with({&record, 1});
      answer.status = status;
      check.answer(question.id, answer);
    });
    EXPECT_EQ(outcome.verdict, Verdict::temperror) << mailassay::name(status);
    EXPECT_NE(outcome.cause, "");
  }
}

TEST(HostileHost, that_fails_what_is_open_with_ok_or_nxdomain_makes_no_record_of_it) {
  Waiting waiting;
  EXPECT_EQ(waiting.check.fail_open(AnswerStatus::ok), Status::ok);
  EXPECT_EQ(waiting.check.poll(), Progress::done);
  EXPECT_EQ(waiting.check.result().verdict, Verdict::temperror);
}

TEST(HostileHost, that_answers_twice_is_heard_once) {
  Waiting waiting;
  const DnsRecord client = address_record("192.0.2.9");
  const DnsRecord other = address_record("198.51.100.1");
  EXPECT_EQ(waiting.check.answer(1, answer_with({&other, 1})), Status::ok);
  EXPECT_EQ(waiting.check.answer(1, answer_with({&client, 1})), Status::ok);
  EXPECT_EQ(waiting.check.answer(0, DnsAnswer{}), Status::ok);
  EXPECT_EQ(waiting.check.poll(), Progress::done);
  EXPECT_EQ(waiting.check.result().verdict, Verdict::fail);
  EXPECT_EQ(waiting.check.answer(1, answer_with({&client, 1})), Status::ok);
  EXPECT_EQ(waiting.check.poll(), Progress::done);
  EXPECT_EQ(waiting.check.result().verdict, Verdict::fail);
}

TEST(HostileHost, that_answers_with_the_wrong_kind_is_told_so_and_changes_nothing) {
  Waiting waiting;
  EXPECT_EQ(waiting.check.answer(1, LabelAnswer{AnswerStatus::ok, "xn--4ca"}), Status::wrong_kind);
  EXPECT_EQ(waiting.check.poll(), Progress::pending);
  EXPECT_EQ(waiting.finish("192.0.2.9"), Verdict::pass);
}

TEST(HostileHost, that_answers_with_the_wrong_family_is_told_so_and_changes_nothing) {
  Waiting waiting;
  DnsRecord records[] = {address_record("192.0.2.9"), address_record("2001:db8::1")};
  EXPECT_EQ(waiting.check.answer(1, answer_with(records)), Status::wrong_record);
  EXPECT_EQ(waiting.check.poll(), Progress::pending);
  EXPECT_EQ(waiting.finish("198.51.100.1"), Verdict::fail);
}

TEST(HostileHost, that_answers_ids_it_never_got_is_told_so_and_changes_nothing) {
  Waiting waiting;
  const DnsRecord client = address_record("192.0.2.9");
  for (const std::uint32_t id : {2U, 3U, 159U, 160U, 65535U, 65536U, 65537U, 0xffffffffU}) {
    EXPECT_EQ(waiting.check.answer(id, answer_with({&client, 1})), Status::unknown_question);
    EXPECT_EQ(waiting.check.answer(id, LabelAnswer{}), Status::unknown_question);
  }
  EXPECT_EQ(waiting.finish("198.51.100.1"), Verdict::fail);
}

TEST(HostileHost, that_answers_before_it_was_asked_is_told_so) {
  std::vector<std::byte> memory(mailassay::scratch_bytes());
  Check check(Given().request(), memory);
  EXPECT_EQ(check.answer(0, DnsAnswer{}), Status::unknown_question);
  EXPECT_EQ(check.poll(), Progress::pending);
  EXPECT_EQ(check.answer(0, DnsAnswer{}), Status::unknown_question) << "asked, but not given out";
  EXPECT_EQ(check.new_questions().size(), 1U);
}

TEST(HostileHost, that_polls_without_answering_learns_nothing_new) {
  Waiting waiting;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(waiting.check.poll(), Progress::pending);
    EXPECT_TRUE(waiting.check.new_questions().empty());
  }
  EXPECT_EQ(waiting.check.questions().size(), 2U);
  EXPECT_EQ(waiting.finish("192.0.2.9"), Verdict::pass);
}

TEST(HostileHost, whose_buffers_die_after_the_answer_does_no_harm) {
  Names names;
  names.record("example.com", "v=spf1 include:b.example exists:%{l}.x.example -all exp=why.example")
      .record("b.example", "v=spf1 mx -all")
      .record("why.example", "%{s} is refused")
      .add("b.example", RecordType::mx, hostile::host("mx.b.example"));
  // Zone::answer() makes its buffers anew for each answer; here the request dies as well.
  std::vector<std::byte> memory(mailassay::scratch_bytes());
  auto given = std::make_unique<Given>();
  Check check(given->request(), memory);
  given->mail_from.assign(given->mail_from.size(), '?');
  given.reset();
  mailassay::drive(check, hostile::zone_host(names));
  EXPECT_EQ(check.result().verdict, Verdict::fail);
  EXPECT_EQ(check.result().explanation, "user@example.com is refused");
}

// Guesses are answered at once, what the verdict waits for only when nothing else is left.
TEST(HostileHost, that_answers_what_matters_last_gets_the_same_verdict_for_more_questions) {
  Names names;
  names.record("example.com", "v=spf1 include:a.example include:b.example mx -all")
      .record("a.example", "v=spf1 a:x.example include:c.example ?all")
      .record("b.example", "v=spf1 redirect=c.example")
      .record("c.example", "v=spf1 a:y.example -all exp=why.example")
      .add("example.com", RecordType::mx, hostile::host("mx.example.com"))
      .add("x.example", RecordType::a, hostile::address("198.51.100.1"))
      .add("y.example", RecordType::a, hostile::address("198.51.100.1"))
      .add("mx.example.com", RecordType::a, hostile::address("192.0.2.9"));
  const Outcome expected = run(names);
  std::vector<std::byte> memory(mailassay::scratch_bytes());
  Check check(Given().request(), memory);
  while (check.poll() == Progress::pending) {
    bool guessed = false;
    for (const Question& question : check.new_questions()) {
      guessed = guessed || !question.needed;
      if (!question.needed) names.zone.answer(check, question);
    }
    for (const Question& question : check.questions()) {
      if (!guessed && !question.answered) names.zone.answer(check, question);
    }
  }
  const Outcome outcome = hostile::read_outcome(check);
  EXPECT_EQ(outcome.verdict, Verdict::pass);
  EXPECT_EQ(outcome.lookups, expected.lookups);
  EXPECT_EQ(outcome.needed, expected.needed);
  EXPECT_EQ(outcome.explanation, "");
}

// ---- Answers that no resolver should give -------------------------------------------------------

TEST(HostileHost, that_answers_with_names_of_any_length_is_read_up_to_what_dns_can_carry) {
  for (const std::size_t size : {0U, 1U, 253U, 254U, 255U, 256U, 65535U, 1000000U}) {
    const std::string name = hostile::fill("a.", size);
    DnsRecord record;
    record.name = name;
    DnsAnswer answer = answer_with({&record, 1});
    answer.canonical_name = name;
    Waiting waiting("v=spf1 mx:a.example -all");
    EXPECT_EQ(waiting.check.answer(1, answer), Status::ok);
    waiting.check.poll();
    waiting.check.fail_open(AnswerStatus::timeout);
    EXPECT_EQ(waiting.check.poll(), Progress::done) << size;
    EXPECT_NE(waiting.check.result().verdict, Verdict::pass);
  }
}

TEST(HostileHost, that_answers_with_a_hundred_thousand_empty_records_is_limited_or_read) {
  const std::vector<DnsRecord> records(100'000);
  for (const char* term : {"a", "mx", "ptr", "exists"}) {
    std::string record = "v=spf1 " + std::string(term) + ":a.example -all";
    unsigned answers = 0;
    const Outcome outcome = run([&](const Question& question, Check& check) {
      ++answers;
      if (question.type != RecordType::txt) {
        check.answer(question.id, answer_with(records));
        return;
      }
      const std::string_view strings[] = {record};
      DnsRecord text;
      text.strings = strings;
      check.answer(question.id, answer_with({&text, 1}));
    });
    EXPECT_LE(answers, 2U) << term;
    EXPECT_NE(outcome.verdict, Verdict::temperror) << term;
  }
}

TEST(HostileHost, that_answers_a_txt_question_with_70000_empty_records_gives_no_pass) {
  std::vector<DnsRecord> records(70'000);
  const std::string_view strings[] = {"v=spf1 +all"};
  records.front().strings = strings;
  records.back().strings = strings;
  for (const std::uint32_t pool : {128U * 1024, 4U * 1024 * 1024}) {
    Given given;
    given.limits.pool = pool;
    const Outcome outcome =
        run([&](const Question& question,
                Check& check) { check.answer(question.id, answer_with(records)); },
            given);
    EXPECT_EQ(outcome.verdict, Verdict::permerror) << pool;
  }
}

// ---- Labels -------------------------------------------------------------------------------------

Outcome run_label(const std::string& answer) {
  Given given;
  given.mail_from = "user@\xc3\xa4.example";
  return run(
      [&answer](const Question& question, Check& check) {
        if (question.kind == mailassay::QuestionKind::to_ascii) {
          check.answer(question.id, LabelAnswer{AnswerStatus::ok, answer});
        } else {
          check.answer(question.id, answer_with(AnswerStatus::nxdomain));
        }
      },
      given);
}

TEST(HostileHost, that_answers_another_label_than_the_one_asked_is_not_believed) {
  EXPECT_EQ(run_label("xn--4ca").findings.front(), "dns.domain-missing");
  for (const std::string& wrong :
       {std::string(), std::string("a"), std::string("xn--"), std::string("xn--nda"),
        std::string("XN--"), std::string("xn--4ca."), std::string("xn--4ca.evil"),
        std::string("xn--a-4ca"), std::string("xn--") + hostile::fill("9", 59),
        std::string("xn--") + hostile::fill("z", 60), std::string("xn--") + hostile::fill("a", 59),
        std::string("xn--4ca\0", 8), hostile::fill("xn--", 100000), std::string("\xc3\xa4")}) {
    const Outcome outcome = run_label(wrong);
    EXPECT_EQ(outcome.verdict, Verdict::none) << wrong.substr(0, 80);
    EXPECT_EQ(outcome.cause, "spf.sender-invalid") << wrong.substr(0, 80);
    EXPECT_EQ(outcome.questions, 1U) << wrong.substr(0, 80);
  }
}

// ---- The check itself ---------------------------------------------------------------------------

TEST(HostileHost, that_uses_a_check_it_moved_away_is_told_so) {
  Waiting waiting;
  Check second(std::move(waiting.check));
  Check& moved = waiting.check;
  EXPECT_EQ(moved.status(), Status::moved_from);
  EXPECT_EQ(moved.poll(), Progress::misused);
  EXPECT_EQ(moved.answer(1, DnsAnswer{}), Status::moved_from);
  EXPECT_EQ(moved.fail_open(AnswerStatus::timeout), Status::moved_from);
  EXPECT_TRUE(moved.new_questions().empty());
  EXPECT_TRUE(moved.questions().empty());
  EXPECT_EQ(moved.result().verdict, Verdict::temperror);
  EXPECT_EQ(second.status(), Status::ok);
  second.fail_open(AnswerStatus::timeout);
  EXPECT_EQ(second.poll(), Progress::done);
}

TEST(HostileHost, that_asks_for_the_result_too_early_gets_a_temperror_and_no_report) {
  const Waiting waiting;
  const mailassay::spf::Result result = waiting.check.result();
  EXPECT_EQ(result.verdict, Verdict::temperror);
  EXPECT_TRUE(result.diagnostics.empty());
  EXPECT_TRUE(result.trace.empty());
  EXPECT_EQ(result.diagnostics[0].code, mailassay::Code::none);
  EXPECT_EQ(result.questions[7].name, "");
}

// ---- Limits that nobody should set --------------------------------------------------------------

// Each limit by itself as small and as large as it goes, in memory that does not grow with it.
TEST(HostileHost, that_sets_limits_at_their_extremes_gets_misuse_or_a_verdict) {
  Names names;
  names.record("example.com", "v=spf1 a mx include:b.example exists:%{l}.x -all exp=why.example")
      .record("b.example", "v=spf1 a:x.example ptr ?all")
      .record("why.example", "%{s} is refused")
      .add("example.com", RecordType::mx, hostile::host("mx.example.com"))
      .add("mx.example.com", RecordType::a, hostile::address("198.51.100.1"));
  constexpr std::uint32_t mailassay::Limits::* kMembers[] = {&mailassay::Limits::pool,
                                                             &mailassay::Limits::guess_pool,
                                                             &mailassay::Limits::questions,
                                                             &mailassay::Limits::guesses,
                                                             &mailassay::Limits::trace_steps,
                                                             &mailassay::Limits::diagnostics,
                                                             &mailassay::Limits::sources,
                                                             &mailassay::Limits::record_bytes,
                                                             &mailassay::Limits::addresses,
                                                             &mailassay::Limits::identity_bytes,
                                                             &mailassay::Limits::explanation_bytes};
  std::vector<std::byte> memory(256 * 1024);
  for (const auto member : kMembers) {
    for (const std::uint32_t value :
         {0U, 1U, 2U, 3U, 0xffffU, 0x10000U, 0x7fffffffU, 0xffffffffU}) {
      for (const std::uint32_t guesses : {0U, 1U, 0xffffffffU}) {
        Given given;
        given.limits.*member = value;
        Check check(given.request(), memory, {.guesses = guesses}, given.limits);
        const Progress progress = mailassay::drive(check, hostile::zone_host(names));
        EXPECT_EQ(progress == Progress::misused, check.status() == Status::scratch_too_small);
        EXPECT_NE(check.result().verdict, Verdict::pass);
        EXPECT_GT(mailassay::write_json(check.result(), {}), 0U);
      }
    }
  }
}

TEST(HostileHost, whose_output_is_too_small_gets_the_size_and_no_byte_more) {
  Names names;
  names.record("example.com", "v=spf1 foo bar a:%{x} -all");
  std::vector<std::byte> memory(mailassay::scratch_bytes());
  Check check(Given().request(), memory);
  mailassay::drive(check, hostile::zone_host(names));
  const mailassay::spf::Result result = check.result();
  const auto expect_bounded = [&](auto write) {
    const std::size_t whole = write(std::span<char>());
    for (std::size_t size = 0; size <= whole + 1; ++size) {
      std::string out(size + 1, '#');
      EXPECT_EQ(write(std::span<char>(out.data(), size)), whole);
      EXPECT_EQ(out.back(), '#');
    }
  };
  expect_bounded([&](std::span<char> out) { return mailassay::write_json(result, out); });
  expect_bounded([&](std::span<char> out) { return mailassay::spf::received_spf(result, out); });
  expect_bounded([&](std::span<char> out) {
    return mailassay::render("{found} in {domain}", result.diagnostics[0], out);
  });
  expect_bounded(
      [](std::span<char> out) { return mailassay::escape_text("\xe2\x80\xae\n", 0, out); });
}

}  // namespace
