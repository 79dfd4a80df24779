#include "core_run.h"

#include <algorithm>
#include <span>
#include <sstream>
#include <string_view>

namespace property {
namespace {

using mailassay::AnswerStatus;
using mailassay::DnsAnswer;
using mailassay::DnsRecord;
using mailassay::LabelAnswer;
using mailassay::Progress;
using mailassay::Question;
using mailassay::QuestionKind;
using mailassay::spf::Check;

// The host: answers from the zone out of buffers that it overwrites afterwards.
class Host {
 public:
  Host(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario), options_(options) {}

  mailassay::Status answer(Check& check, const Question& question) {
    if (question.kind == QuestionKind::to_ascii) return answer_label(check, question);
    return answer_dns(check, question);
  }

 private:
  mailassay::Status answer_label(Check& check, const Question& question) {
    std::string label = to_ascii(std::string(question.name)).value_or("");
    const auto status = check.answer(question.id, LabelAnswer{AnswerStatus::ok, label});
    overwrite(label);
    return status;
  }

  mailassay::Status answer_dns(Check& check, const Question& question) {
    demo::ZoneAnswer answer = scenario_.zone.lookup(question.name, question.type);
    const auto fault = options_.faults.find({std::string(question.name), question.type});
    if (fault != options_.faults.end()) {
      answer = {};
      answer.status = fault->second;
    }
    return give(check, question.id, std::move(answer));
  }

  mailassay::Status give(Check& check, std::uint32_t id, demo::ZoneAnswer answer) {
    std::vector<std::vector<std::string_view>> strings(answer.records.size());
    std::vector<DnsRecord> records(answer.records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      const demo::ZoneRecord& from = answer.records[i];
      strings[i].assign(from.strings.begin(), from.strings.end());
      records[i] = {strings[i], from.name, from.preference, from.address};
    }
    const auto status =
        check.answer(id, DnsAnswer{answer.status, answer.secure, answer.canonical_name, records});
    // DESIGN.md §1: the host's buffers may die right after the call.
    for (demo::ZoneRecord& record : answer.records) {
      for (std::string& string : record.strings) overwrite(string);
      overwrite(record.name);
    }
    overwrite(answer.canonical_name);
    std::fill(records.begin(), records.end(), DnsRecord{});
    for (auto& views : strings) std::fill(views.begin(), views.end(), std::string_view());
    return status;
  }

  void overwrite(std::string& text) const {
    std::fill(text.begin(), text.end(), static_cast<char>(options_.fill));
  }

  const Scenario& scenario_;
  const RunOptions& options_;
};

// One check from its first poll to the end.
class Driver {
 public:
  Driver(const Scenario& scenario, const RunOptions& options, Check& check, CoreRun& run)
      : host_(scenario, options),
        options_(options),
        check_(check),
        run_(run),
        noise_(options.noise) {}

  void drive() {
    run_.progress = poll();
    while (run_.progress == Progress::pending && run_.protocol_error.empty()) {
      collect();
      expect_open_question();
      if (!run_.protocol_error.empty()) return;
      answer_some();
      run_.progress = poll();
    }
  }

 private:
  Progress poll() {
    ++run_.polls;
    return check_.poll();
  }

  // New questions; each one comes once, and its id is the next number.
  void collect() {
    for (const Question& question : check_.new_questions()) {
      if (question.id != next_id_) fail("ids do not count up");
      ++next_id_;
      open_.push_back(question.id);
    }
    if (!check_.new_questions().empty()) fail("a question came twice");
  }

  // DESIGN.md §1: "Pending means that at least one needed question is open."
  void expect_open_question() {
    const bool needed = std::any_of(open_.begin(), open_.end(), [&](std::uint32_t id) {
      return check_.questions()[id].needed;
    });
    if (!needed) fail("pending without a needed open question");
  }

  void answer_some() {
    if (options_.order == Order::batch) {
      for (const std::uint32_t id : open_) answer(id);
      open_.clear();
      return;
    }
    const std::size_t place = options_.order == Order::one_random
                                  ? noise_.below(static_cast<unsigned>(open_.size()))
                                  : first_needed();
    const std::uint32_t id = open_[place];
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(place));
    answer(id);
  }

  std::size_t first_needed() {
    const auto found = std::find_if(open_.begin(), open_.end(), [&](std::uint32_t id) {
      return check_.questions()[id].needed;
    });
    return static_cast<std::size_t>(found - open_.begin());
  }

  void answer(std::uint32_t id) {
    const Question question = check_.questions()[id];
    ++run_.answers;
    if (host_.answer(check_, question) != mailassay::Status::ok) fail("an answer was refused");
    if (options_.misuse_ids) misuse(id);
  }

  // "A second or late answer is ignored and is no misuse; an id never given out is."
  void misuse(std::uint32_t id) {
    const DnsAnswer other{AnswerStatus::servfail, false, {}, {}};
    const bool dns = check_.questions()[id].kind == QuestionKind::dns;
    if (dns && check_.answer(id, other) != mailassay::Status::ok) fail("second answer refused");
    for (const std::uint32_t unknown : {next_id_ + 1000, 0xFFFFFFFFU}) {
      if (check_.answer(unknown, other) != mailassay::Status::unknown_question) {
        fail("an unknown id was taken");
      }
    }
  }

  void fail(const char* rule) { run_.protocol_error = rule; }

  Host host_;
  const RunOptions& options_;
  Check& check_;
  CoreRun& run_;
  Choices noise_;
  std::vector<std::uint32_t> open_;
  std::uint32_t next_id_ = 0;
};

std::ostream& operator<<(std::ostream& out, mailassay::Span span) {
  return out << '[' << span.begin << ',' << span.end << ')';
}

void write_diagnostic(std::ostream& out, const mailassay::Diagnostic& diagnostic) {
  out << mailassay::name(diagnostic.code) << ' ' << mailassay::name(diagnostic.severity) << ' '
      << diagnostic.source << ' ' << diagnostic.span;
  for (const mailassay::Argument& argument : diagnostic.arguments()) {
    out << ' ' << mailassay::name(argument.placeholder) << '=';
    if (argument.is_number) {
      out << argument.number;
    } else {
      out << '"' << argument.text << '"';
    }
  }
  out << '\n';
}

void write_step(std::ostream& out, const mailassay::spf::Result& result,
                const mailassay::Step& step) {
  out << step.depth << ' ' << mailassay::name(step.kind) << ' ' << mailassay::name(step.outcome)
      << ' ' << step.source << ' ' << step.span << " \"" << step.target << "\" " << step.lookups
      << ' ' << step.voids;
  if (step.question >= 0) {
    const Question question = result.questions[static_cast<std::size_t>(step.question)];
    out << ' ' << question.name << ' ' << mailassay::name(question.type);
  }
  out << '\n';
}

std::string report_of(const mailassay::spf::Result& result) {
  std::ostringstream out;
  out << mailassay::spf::name(result.verdict) << ' ' << mailassay::spf::name(result.identity) << ' '
      << result.local_part << '@' << result.domain << ' ' << result.lookups << ' '
      << result.void_lookups << " \"" << result.explanation << "\" cause " << result.cause
      << " decided by " << result.decided_by << " limited " << result.limited << " cut "
      << result.trace_cut << '\n';
  for (const mailassay::Source& source : result.sources) {
    out << mailassay::name(source.kind) << ' ' << source.owner << " \"" << source.text << "\"\n";
  }
  for (const mailassay::Diagnostic& diagnostic : result.diagnostics) {
    write_diagnostic(out, diagnostic);
  }
  for (const mailassay::Step& step : result.trace) write_step(out, result, step);
  return out.str();
}

std::string json_of(const mailassay::spf::Result& result) {
  std::string json(mailassay::write_json(result, {}), '\0');
  mailassay::write_json(result, json);
  return json;
}

void keep_lists(const mailassay::spf::Result& result, CoreRun& run) {
  for (const mailassay::Source& source : result.sources) {
    run.sources.push_back(
        {std::string(source.text), {source.string_ends.begin(), source.string_ends.end()}});
  }
  for (const mailassay::Diagnostic& diagnostic : result.diagnostics) {
    run.diagnostics.push_back({diagnostic.source, diagnostic.span});
  }
  for (const mailassay::Step& step : result.trace) {
    run.trace.push_back({step.depth, step.source, step.span, step.question});
  }
  for (const Question& question : result.questions) {
    run.questions.push_back(
        {question.kind, {std::string(question.name), question.type}, question.needed});
  }
}

void keep(const mailassay::spf::Result& result, CoreRun& run) {
  run.verdict = result.verdict;
  run.lookups = result.lookups;
  run.void_lookups = result.void_lookups;
  run.explanation = result.explanation;
  run.limited = result.limited;
  run.cause = result.cause;
  run.decided_by = result.decided_by;
  keep_lists(result, run);
  run.json = json_of(result);
  run.report = report_of(result);
}

std::vector<naive::AskedQuestion> dns_questions(const CoreRun& run, bool only_needed) {
  std::vector<naive::AskedQuestion> questions;
  for (const AskedByCore& asked : run.questions) {
    if (asked.kind != QuestionKind::dns || (only_needed && !asked.needed)) continue;
    questions.push_back(asked.question);
  }
  return questions;
}

}  // namespace

std::vector<naive::AskedQuestion> CoreRun::needed() const { return dns_questions(*this, true); }
std::vector<naive::AskedQuestion> CoreRun::asked() const { return dns_questions(*this, false); }

CoreRun run_core(const Scenario& scenario, const RunOptions& options) {
  alignas(16) static std::byte memory[mailassay::scratch_bytes()];
  std::fill(std::begin(memory), std::end(memory), std::byte{options.fill});
  const std::size_t scratch = options.scratch.value_or(mailassay::scratch_bytes(options.limits));
  const naive::Input& input = scenario.input;
  // The strings of the request die before the first poll.
  std::string mail_from = input.mail_from;
  std::string helo = input.helo;
  std::string receiver = input.receiver;
  Check check({.client = mailassay::Address::parse(input.ip).value(),
               .mail_from = mail_from,
               .helo = helo,
               .receiver = receiver,
               .now = input.now,
               .void_lookups = input.void_limit},
              std::span(memory).first(scratch), {.guesses = options.guesses}, options.limits);
  for (std::string* text : {&mail_from, &helo, &receiver}) {
    std::fill(text->begin(), text->end(), static_cast<char>(options.fill));
  }
  CoreRun run{};
  Driver(scenario, options, check, run).drive();
  keep(check.result(), run);
  return run;
}

}  // namespace property
