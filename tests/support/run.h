// Runs one SPF check against a zone, for tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "demo/json.h"
#include "demo/zone.h"
#include "mailassay/mailassay.h"

namespace test {

// A check with the memory it lives in, and everything a request refers to.
struct Ran {
  std::unique_ptr<std::vector<std::byte>> memory;
  std::unique_ptr<mailassay::spf::Check> check;
  mailassay::Progress progress = mailassay::Progress::pending;
  unsigned polls = 0;
  unsigned answers = 0;

  [[nodiscard]] mailassay::spf::Result result() const { return check->result(); }
};

inline demo::Zone zone(std::string_view json) {
  return demo::Zone::from_json(demo::Json::parse(json));
}

struct Setup {
  std::string_view client = "192.0.2.9";
  std::string_view mail_from = "user@example.com";
  std::string_view helo = "mail.example.net";
  std::string_view receiver = "";
  std::uint64_t now = 1700000000;
  mailassay::Options options = {};
  mailassay::Limits limits = {};
};

inline Ran start(const Setup& setup = {}) {
  Ran run;
  run.memory = std::make_unique<std::vector<std::byte>>(mailassay::scratch_bytes(setup.limits));
  run.check = std::make_unique<mailassay::spf::Check>(
      mailassay::spf::Request{.client = *mailassay::Address::parse(setup.client),
                              .mail_from = setup.mail_from,
                              .helo = setup.helo,
                              .receiver = setup.receiver,
                              .now = setup.now},
      *run.memory, setup.options, setup.limits);
  return run;
}

// Answers everything from the zone; labels are answered by `to_ascii` where the test gives one.
inline Ran finish(Ran run, const demo::Zone& names, std::string_view to_ascii = {}) {
  while ((run.progress = run.check->poll()) == mailassay::Progress::pending) {
    ++run.polls;
    for (const mailassay::Question& question : run.check->new_questions()) {
      ++run.answers;
      if (question.kind == mailassay::QuestionKind::to_ascii && !to_ascii.empty()) {
        run.check->answer(question.id,
                          mailassay::LabelAnswer{mailassay::AnswerStatus::ok, to_ascii});
      } else {
        names.answer(*run.check, question);
      }
    }
  }
  ++run.polls;
  return run;
}

inline Ran run(std::string_view zone_json, const Setup& setup = {}) {
  return finish(start(setup), zone(zone_json));
}

// The names of all findings in their order.
inline std::vector<std::string> findings(const mailassay::Report& report) {
  std::vector<std::string> names;
  for (const mailassay::Diagnostic& diagnostic : report.diagnostics) {
    names.emplace_back(mailassay::name(diagnostic.code));
  }
  return names;
}

// "name", "type" of all questions in their order, as "name/TYPE", a guess that was not needed with
// a question mark behind it.
inline std::vector<std::string> questions(const mailassay::Report& report) {
  std::vector<std::string> asked;
  for (const mailassay::Question& question : report.questions) {
    asked.push_back(std::string(question.name) + "/" + std::string(mailassay::name(question.type)) +
                    (question.needed ? "" : "?"));
  }
  return asked;
}

// The text that a finding points at.
inline std::string pointed_at(const mailassay::Report& report, std::size_t index) {
  const mailassay::Diagnostic diagnostic = report.diagnostics[index];
  if (diagnostic.source < 0) return "";
  const auto source = report.sources[static_cast<std::size_t>(diagnostic.source)];
  return std::string(mailassay::slice(source.text, diagnostic.span));
}

// What a writer of the core writes.
template <class Write>
std::string written(Write write) {
  std::string text(write(std::span<char>()), '\0');
  write(std::span<char>(text));
  return text;
}

}  // namespace test
