// Runs the core over a scenario through its public interface and keeps all of the result, so that
// runs can be compared after the check and its memory are gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators.h"
#include "mailassay/mailassay.h"

namespace property {

// In which order a batch of questions is answered, and how many before the next poll.
enum class Order {
  batch,       // all new questions, in the order of their ids
  one_random,  // one open question, chosen by `RunOptions::noise`, then a poll
  one_needed,  // the first needed open question, then a poll: guesses only when they become needed
};

struct RunOptions {
  std::uint32_t guesses = 0;
  Order order = Order::batch;
  std::vector<std::uint8_t> noise = {};
  // Answers given in place of the zone's.
  std::map<naive::AskedQuestion, mailassay::AnswerStatus> faults = {};
  mailassay::Limits limits = {};            // none larger than the default
  std::optional<std::size_t> scratch = {};  // bytes; unset: scratch_bytes(limits)
  // What the memory holds before the check, and the host's buffers after each answer.
  std::uint8_t fill = 0;
  // Sends a second answer, and answers to ids that were never given out.
  bool misuse_ids = false;
};

struct AskedByCore {
  mailassay::QuestionKind kind;
  naive::AskedQuestion question;
  bool needed;
};

struct Finding {
  std::int32_t source;
  mailassay::Span span;
};

struct StepTaken {
  std::uint16_t depth;
  std::int32_t source;
  mailassay::Span span;
  std::int32_t question;
};

struct SourceText {
  std::string text;
  std::vector<std::uint32_t> string_ends;
};

// A result without views.
struct CoreRun {
  mailassay::Progress progress;
  mailassay::spf::Verdict verdict;
  std::uint32_t lookups;
  std::uint32_t void_lookups;
  std::string explanation;
  bool limited;
  std::int32_t cause;
  std::int32_t decided_by;
  std::vector<SourceText> sources;
  std::vector<Finding> diagnostics;
  std::vector<StepTaken> trace;
  std::vector<AskedByCore> questions;  // in the order of their ids
  std::string json;
  // All of the result but its questions: their ids depend on what was guessed, and so each step
  // shows the name and type instead.
  std::string report;
  std::uint32_t polls = 0;
  std::uint32_t answers = 0;
  // A rule of the question-and-answer protocol that was broken; empty: none.
  std::string protocol_error;

  [[nodiscard]] std::string verdict_name() const {
    return std::string(mailassay::spf::name(verdict));
  }
  // The dns questions that the verdict needed, in the order of their ids.
  [[nodiscard]] std::vector<naive::AskedQuestion> needed() const;
  [[nodiscard]] std::vector<naive::AskedQuestion> asked() const;
};

CoreRun run_core(const Scenario& scenario, const RunOptions& options);

}  // namespace property
