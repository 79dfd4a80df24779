// A world made by a hostile owner, and a check of it that counts what it costs. Every run is held
// to the bounds that hold for all input: polls, questions, spans, and a verdict with its reason.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "demo/zone.h"
#include "mailassay/mailassay.h"

namespace hostile {

// "text" as often as it takes to fill `size` bytes exactly.
inline std::string fill(std::string_view text, std::size_t size) {
  std::string filled;
  filled.reserve(size + text.size());
  while (filled.size() < size) filled += text;
  filled.resize(size);
  return filled;
}

inline std::string times(std::string_view text, std::size_t count) {
  std::string repeated;
  for (std::size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

// One record's text as character-strings of 255 bytes, as DNS carries it.
inline demo::ZoneRecord txt(std::string_view text) {
  demo::ZoneRecord record;
  for (std::size_t at = 0; at < text.size(); at += 255) {
    record.strings.emplace_back(text.substr(at, 255));
  }
  return record;
}

inline demo::ZoneRecord host(std::string name) {
  demo::ZoneRecord record;
  record.name = std::move(name);
  return record;
}

inline demo::ZoneRecord address(std::string_view text) {
  demo::ZoneRecord record;
  record.address = *mailassay::Address::parse(text);
  return record;
}

struct Names {
  demo::Zone zone;

  Names& record(std::string owner, std::string_view text) {
    zone.add(std::move(owner), mailassay::RecordType::txt, txt(text));
    return *this;
  }
  Names& add(std::string owner, mailassay::RecordType type, demo::ZoneRecord record) {
    zone.add(std::move(owner), type, std::move(record));
    return *this;
  }
};

struct Given {
  std::string_view client = "192.0.2.9";
  std::string mail_from = "user@example.com";
  std::string helo = "mail.example.net";
  mailassay::Options options = {};
  mailassay::Limits limits = {};

  [[nodiscard]] mailassay::spf::Request request() const {
    mailassay::spf::Request request;
    request.client = *mailassay::Address::parse(client);
    request.mail_from = mail_from;
    request.helo = helo;
    return request;
  }
};

inline mailassay::DnsAnswer answer_with(std::span<const mailassay::DnsRecord> records) {
  mailassay::DnsAnswer answer;
  answer.records = records;
  return answer;
}

inline mailassay::DnsAnswer answer_with(mailassay::AnswerStatus status) {
  mailassay::DnsAnswer answer;
  answer.status = status;
  return answer;
}

// For parameters that no test name can hold.
inline std::string pattern_name(const testing::TestParamInfo<std::string>& info) {
  return "pattern_" + std::to_string(info.index);
}

// What came of a check, copied out of its memory.
struct Outcome {
  mailassay::spf::Verdict verdict = mailassay::spf::Verdict::temperror;
  bool limited = false;
  std::string cause;                  // name of the finding that explains the verdict
  std::vector<std::string> findings;  // names of all
  std::string explanation;
  std::string json;
  std::uint32_t lookups = 0;
  unsigned polls = 0;
  std::size_t questions = 0;
  std::size_t needed = 0;

  [[nodiscard]] bool finds(std::string_view name) const {
    for (const std::string& finding : findings) {
      if (finding == name) return true;
    }
    return false;
  }
};

using Check = mailassay::spf::Check;
using Host = std::function<void(const mailassay::Question&, Check&)>;

inline Host zone_host(const Names& names) {
  return [&names](const mailassay::Question& question, Check& check) {
    names.zone.answer(check, question);
  };
}

// Whatever is pending waits for a question that is open and needed.
inline bool waits_for_something(const Check& check) {
  for (const mailassay::Question& question : check.questions()) {
    if (question.needed && !question.answered) return true;
  }
  return false;
}

inline void expect_spans_inside(const mailassay::Report& report) {
  const auto inside = [&report](std::int32_t source, mailassay::Span span) {
    if (source < 0) return true;
    const auto index = static_cast<std::size_t>(source);
    return index < report.sources.size() && span.begin <= span.end &&
           span.end <= report.sources[index].text.size();
  };
  for (const mailassay::Diagnostic& found : report.diagnostics) {
    EXPECT_TRUE(inside(found.source, found.span)) << mailassay::name(found.code);
  }
  for (const mailassay::Step& step : report.trace) EXPECT_TRUE(inside(step.source, step.span));
}

inline Outcome read_outcome(const Check& check) {
  const mailassay::spf::Result result = check.result();
  expect_spans_inside(result);
  Outcome outcome;
  outcome.verdict = result.verdict;
  outcome.limited = result.limited;
  outcome.explanation = result.explanation;
  outcome.lookups = result.lookups;
  for (const mailassay::Diagnostic& found : result.diagnostics) {
    outcome.findings.emplace_back(mailassay::name(found.code));
  }
  if (result.cause >= 0)
    outcome.cause = outcome.findings.at(static_cast<std::size_t>(result.cause));
  for (const mailassay::Question& question : result.questions) {
    ++outcome.questions;
    outcome.needed += question.needed ? 1U : 0U;
  }
  outcome.json.resize(mailassay::write_json(result, {}));
  EXPECT_EQ(mailassay::write_json(result, outcome.json), outcome.json.size());
  return outcome;
}

// What holds for every input: DESIGN.md §1 and §2.
inline void expect_bounded(const Outcome& outcome, const Given& given) {
  EXPECT_LE(outcome.polls, given.limits.questions + 1);
  EXPECT_LE(outcome.needed, given.limits.questions);
  EXPECT_LE(outcome.questions, outcome.needed + given.options.guesses);
  EXPECT_LE(outcome.findings.size(), given.limits.diagnostics);
  for (const char c : outcome.explanation) EXPECT_TRUE(c >= ' ' && c <= '~');
  const bool error = outcome.verdict == mailassay::spf::Verdict::permerror ||
                     outcome.verdict == mailassay::spf::Verdict::temperror ||
                     outcome.verdict == mailassay::spf::Verdict::none;
  EXPECT_TRUE(!error || !outcome.cause.empty()) << "an error without a reason";
  EXPECT_TRUE(!outcome.limited || outcome.cause.starts_with("limit.")) << outcome.cause;
}

// Runs a check to its end. Questions that the host leaves open fail as soon as nothing new is
// asked.
inline Outcome run(const Host& answer, const Given& given = {}) {
  std::vector<std::byte> memory(mailassay::scratch_bytes(given.limits));
  Check check(given.request(), memory, given.options, given.limits);
  unsigned polls = 1;
  while (check.poll() == mailassay::Progress::pending) {
    EXPECT_TRUE(waits_for_something(check));
    if (++polls > 2 * (given.limits.questions + given.limits.guesses) + 2) break;
    const std::size_t asked = check.new_questions().size();
    for (const mailassay::Question& question : check.new_questions()) answer(question, check);
    if (asked == 0) check.fail_open(mailassay::AnswerStatus::failed);
  }
  EXPECT_EQ(check.poll(), mailassay::Progress::done);
  Outcome outcome = read_outcome(check);
  outcome.polls = polls;
  return outcome;
}

// A host that answers everything from the names; so each poll but the last brings an answer.
inline Outcome run(const Names& names, const Given& given = {}) {
  const Outcome outcome = run(zone_host(names), given);
  expect_bounded(outcome, given);
  Given sequential = given;
  sequential.options.guesses = 0;
  const Outcome one_by_one = run(zone_host(names), sequential);
  expect_bounded(one_by_one, sequential);
  EXPECT_EQ(one_by_one.verdict, outcome.verdict);
  EXPECT_EQ(one_by_one.lookups, outcome.lookups);
  EXPECT_EQ(one_by_one.needed, outcome.needed);
  return outcome;
}

inline Outcome run_record(std::string_view record, const Given& given = {}) {
  Names names;
  names.record("example.com", record);
  return run(names, given);
}

}  // namespace hostile
