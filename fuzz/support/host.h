// Runs one SPF check against a world, as a host would that is slow, muddled or hostile to itself:
// answers in any order, wrong and repeated ones in between, buffers freed at once, a check moved
// while it runs, a deadline that strikes early. The duties of the question interface are checked on
// the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "mailassay/spf.h"
#include "support/report.h"
#include "support/require.h"
#include "support/text.h"
#include "support/world.h"

namespace fuzz {

using mailassay::DnsAnswer;
using mailassay::DnsRecord;
using mailassay::LabelAnswer;
using mailassay::Limits;
using mailassay::Options;
using mailassay::Progress;
using mailassay::Status;

// One way to run a check.
struct Way {
  std::uint32_t guesses = 0;
  Limits limits = {};
  std::size_t bytes = 0;         // of scratch; 0: scratch_bytes(limits)
  std::size_t misalignment = 0;  // where the scratch begins
  std::uint8_t fill = 0xaa;      // what stood in it
  // 0: every batch whole and in the order of its ids; else one answer at a time, by this seed.
  std::uint32_t order = 0;
  bool muddle = false;           // wrong ids, second answers, moves
  bool json = false;             // write the report as JSON and read it again
  bool in_loop = false;          // answers inside the loop over new_questions()
  std::int64_t fail_after = -1;  // answers until fail_open(fault); -1: never
  AnswerStatus fault = AnswerStatus::timeout;
};

using Asked = std::tuple<QuestionKind, RecordType, std::string>;

// What is left of a run when its memory is gone.
struct Run {
  spf::Verdict verdict = spf::Verdict::temperror;
  std::uint32_t lookups = 0;
  std::uint32_t voids = 0;
  bool limited = false;
  bool asked_ptr = false;
  std::string explanation;
  std::string canonical;
  std::string json;
  std::string field;
  std::set<Asked> asked;
  std::set<Asked> needed;
  std::size_t count = 0;  // questions, the repeated ones too
};

class Host {
 public:
  Host(const World& world, const Way& way)
      : world_(world),
        way_(way),
        size_(way.bytes != 0 ? way.bytes : mailassay::scratch_bytes(way.limits)),
        memory_(new std::byte[way.misalignment + size_]),
        random_(way.order) {
    std::memset(memory_.get(), way.fill, way.misalignment + size_);
  }

  Run run() {
    spf::Check check = begin();
    FUZZ_REQUIRE(check.status() == Status::ok);
    FUZZ_REQUIRE(check.result().verdict == spf::Verdict::temperror);
    std::size_t polls = 1;
    while (check.poll() == Progress::pending) {
      take_questions(check);
      require_pending(check);
      if (way_.fail_after >= 0 && answers_ >= static_cast<std::size_t>(way_.fail_after)) {
        strike(check);
      } else {
        answer_some(check);
      }
      ++polls;
      FUZZ_REQUIRE(polls <= answers_ + 1);
    }
    return finish(check);
  }

 private:
  spf::Check begin() {
    const HeapText mail_from(world_.mail_from);
    const HeapText helo(world_.helo);
    const HeapText receiver(world_.receiver);
    const spf::Request request = {.client = world_.client,
                                  .mail_from = mail_from.view(),
                                  .helo = helo.view(),
                                  .receiver = receiver.view(),
                                  .now = 1700000000,
                                  .void_lookups = world_.knobs.void_lookups};
    return {request,
            {memory_.get() + way_.misalignment, size_},
            {.guesses = way_.guesses},
            way_.limits};
  }

  // ---- Questions --------------------------------------------------------------------------------

  void take_questions(spf::Check& check) {
    const std::uint32_t next = static_cast<std::uint32_t>(names_.size());
    if (way_.muddle && check.questions().size() > next) {  // asked, but not given out yet
      FUZZ_REQUIRE(check.answer(next, DnsAnswer{}) == Status::unknown_question);
    }
    for (const Question& question : check.new_questions()) {
      FUZZ_REQUIRE(question.id == names_.size());
      FUZZ_REQUIRE(!question.answered);
      require_question(question);
      names_.push_back(question.name);
      copies_.emplace_back(question.name);
      replies_.emplace_back();
      open_.push_back(question.id);
      if (way_.in_loop && random() % 2 == 0) answer(check, question.id);
    }
    FUZZ_REQUIRE(check.new_questions().empty());
  }

  void require_question(const Question& question) const {
    FUZZ_REQUIRE(!question.name.empty());
    for (const char c : question.name) FUZZ_REQUIRE(c == to_lower(c));
    if (question.kind == QuestionKind::to_ascii) {
      FUZZ_REQUIRE(question.name.find('.') == std::string_view::npos);
      return;
    }
    FUZZ_REQUIRE(question.name.size() <= 253);
    for (const std::string_view label : split(question.name, '.')) {
      FUZZ_REQUIRE(!label.empty() && label.size() <= 63);
    }
    // A guess tells the owner nothing about the sender: its name was read, not made.
    if (question.needed) return;
    FUZZ_REQUIRE(question.type != RecordType::ptr);
    FUZZ_REQUIRE(!way_.muddle || heard_.find(question.name) != std::string::npos);
  }

  // All names and texts that the host gave away, for the guesses made of them.
  void hear(const Question& question, const Reply& reply) {
    heard_ += question.name;
    for (const WorldRecord& record : reply.records) {
      heard_ += '\n' + lower(record.name) + '\n';
      for (const std::string& string : record.strings) heard_ += lower(string);
    }
  }

  // Pending: at least one needed question is open, and guesses keep to their number.
  void require_pending(const spf::Check& check) const {
    bool waits = way_.in_loop;  // the needed ones may have been answered just now
    std::uint32_t guesses = 0;
    std::size_t open = 0;
    for (const Question& question : check.questions()) {
      waits = waits || (question.needed && !question.answered);
      guesses += question.needed ? 0 : 1;
      open += question.answered ? 0 : 1;
      FUZZ_REQUIRE(question.name == copies_[question.id]);
      FUZZ_REQUIRE(question.name.data() == names_[question.id].data());
    }
    FUZZ_REQUIRE(waits);
    FUZZ_REQUIRE(guesses <= way_.guesses);
    FUZZ_REQUIRE(way_.guesses > 0 || way_.in_loop || open == 1);
  }

  // ---- Answers ----------------------------------------------------------------------------------

  std::uint32_t random() {
    random_ = random_ * 1664525U + 1013904223U;
    return random_ >> 8U;
  }

  void answer_some(spf::Check& check) {
    if (way_.order == 0) {
      for (const std::uint32_t id : std::vector<std::uint32_t>(open_)) answer(check, id);
      return;
    }
    if (open_.empty()) return;
    answer(check, open_[random() % open_.size()]);
  }

  void answer(spf::Check& check, std::uint32_t id) {
    const Question question = check.questions()[id];
    replies_[id] = world_.reply(question);
    if (way_.muddle) {
      hear(question, replies_[id]);
      give_wrong_answers(check, question);
    }
    FUZZ_REQUIRE(give(check, question, replies_[id]) == Status::ok);
    FUZZ_REQUIRE(check.questions()[id].answered);
    open_.erase(std::find(open_.begin(), open_.end(), id));
    ++answers_;
    if (way_.muddle) give_second_answer(check, question);
  }

  // Everything in heap blocks that are gone when this returns.
  static Status give(spf::Check& check, const Question& question, const Reply& reply) {
    if (question.kind == QuestionKind::to_ascii) {
      const HeapText label(reply.label);
      return check.answer(question.id, LabelAnswer{reply.status, label.view()});
    }
    std::string all;
    std::size_t strings = 0;
    for (const WorldRecord& record : reply.records) {
      all += record.name;
      strings += record.strings.size();
      for (const std::string& string : record.strings) all += string;
    }
    const HeapText block(all);
    const auto views = std::make_unique<std::string_view[]>(strings);
    std::vector<DnsRecord> records;
    std::string_view rest = block.view();
    const auto take = [&rest](std::size_t size) {
      const std::string_view taken = rest.substr(0, size);
      rest.remove_prefix(size);
      return taken;
    };
    std::size_t count = 0;
    for (const WorldRecord& record : reply.records) {
      DnsRecord& added = records.emplace_back();
      added.name = take(record.name.size());
      added.preference = record.preference;
      added.address = record.address;
      added.strings = {views.get() + count, record.strings.size()};
      for (const std::string& string : record.strings) views[count++] = take(string.size());
    }
    const HeapText canonical(reply.canonical_name);
    return check.answer(question.id,
                        DnsAnswer{reply.status, reply.secure, canonical.view(), records});
  }

  // Answers that must not change anything.
  void give_wrong_answers(spf::Check& check, const Question& question) const {
    FUZZ_REQUIRE(check.answer(question.id + 100'000, DnsAnswer{}) == Status::unknown_question);
    FUZZ_REQUIRE(check.answer(static_cast<std::uint32_t>(names_.size()), LabelAnswer{}) ==
                 Status::unknown_question);
    const bool dns = question.kind == QuestionKind::dns;
    FUZZ_REQUIRE((dns ? check.answer(question.id, LabelAnswer{})
                      : check.answer(question.id, DnsAnswer{})) == Status::wrong_kind);
    if (question.type != RecordType::a && question.type != RecordType::aaaa) return;
    DnsRecord record;
    record.address.family = question.type == RecordType::a ? Family::ipv6 : Family::ipv4;
    DnsAnswer wrong;
    wrong.records = {&record, 1};
    FUZZ_REQUIRE(check.answer(question.id, wrong) == Status::wrong_record);
  }

  // An answer that would give a pass, were it heard.
  void give_second_answer(spf::Check& check, const Question& question) const {
    if (question.kind != QuestionKind::dns) return;
    const std::string_view text = "v=spf1 +all";
    DnsRecord record;
    record.strings = {&text, 1};
    record.name = "a.test";
    record.address = world_.client;
    DnsAnswer late;
    late.records = {&record, 1};
    FUZZ_REQUIRE(check.answer(question.id, late) == Status::ok);
  }

  void strike(spf::Check& check) {
    for (const Question& question : check.questions()) {
      if (question.answered) continue;
      ++answers_;
      if (question.id < replies_.size()) replies_[question.id] = Reply{.status = way_.fault};
    }
    FUZZ_REQUIRE(check.fail_open(way_.fault) == Status::ok);
    open_.clear();
    for (const Question& question : check.questions()) FUZZ_REQUIRE(question.answered);
  }

  // ---- The end ----------------------------------------------------------------------------------

  Run finish(spf::Check& original) {
    spf::Check moved(std::move(original));
    FUZZ_REQUIRE(original.status() == Status::moved_from);  // NOLINT(bugprone-use-after-move)
    FUZZ_REQUIRE(original.poll() == Progress::misused);
    FUZZ_REQUIRE(moved.poll() == Progress::done);
    FUZZ_REQUIRE(moved.new_questions().empty());
    FUZZ_REQUIRE(moved.scratch_used() <= size_);
    // A question may have been asked in the last pass, beside the verdict.
    replies_.resize(moved.questions().size());

    const spf::Result result = moved.result();
    const Report report(result, replies_);
    require_sources(report);
    require_steps(report);
    require_verdict(report);
    require_messages(report);
    require_evidence(report, is_report_cut(result));

    Run run = copy_result(result);
    run.canonical = canonical_text(report);
    if (way_.json) run.json = require_json(report);
    run.field = require_field(result);
    copy_questions(report, run);
    require_late_answers_inert(moved, run);
    return run;
  }

  // The report was cut by a limit, or there was no room for its parts.
  [[nodiscard]] bool is_report_cut(const spf::Result& result) const {
    return result.trace_cut || result.sources.size() >= way_.limits.sources;
  }

  static Run copy_result(const spf::Result& result) {
    Run run;
    run.verdict = result.verdict;
    run.lookups = result.lookups;
    run.voids = result.void_lookups;
    run.limited = result.limited;
    run.explanation = result.explanation;
    return run;
  }

  void copy_questions(const Report& report, Run& run) const {
    run.count = report.questions.size();
    for (const Question& question : report.questions) {
      Asked asked{question.kind, question.type, std::string(question.name)};
      run.asked_ptr = run.asked_ptr || question.type == RecordType::ptr;
      if (question.needed) {
        FUZZ_REQUIRE(run.needed.insert(asked).second);
      }
      run.asked.insert(std::move(asked));
    }
    FUZZ_REQUIRE(run.needed.size() <= way_.limits.questions);
    FUZZ_REQUIRE(run.count - run.needed.size() <= way_.guesses);
  }

  void require_late_answers_inert(spf::Check& check, const Run& run) const {
    for (const Question& question : check.questions()) {
      if (question.id >= names_.size()) break;
      give_second_answer(check, question);
    }
    FUZZ_REQUIRE(check.fail_open(AnswerStatus::failed) == Status::ok);
    FUZZ_REQUIRE(check.poll() == Progress::done);
    const spf::Result result = check.result();
    FUZZ_REQUIRE(canonical_text(Report(result, replies_)) == run.canonical);
  }

  const World& world_;
  const Way& way_;
  std::size_t size_;
  std::unique_ptr<std::byte[]> memory_;
  std::uint32_t random_;
  std::size_t answers_ = 0;
  std::vector<std::string_view> names_;  // as the check gave them out, by id
  std::vector<std::string> copies_;
  std::string heard_;
  std::vector<Reply> replies_;
  std::vector<std::uint32_t> open_;
};

inline Run run_check(const World& world, const Way& way) { return Host(world, way).run(); }

}  // namespace fuzz
