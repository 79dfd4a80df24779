// One pass over what is known: facts, pool, diagnostics, trace. Rooms write into it while they
// evaluate; the next pass begins anew. The Pass itself lies at the start of the caller's memory.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "common/facts.h"
#include "common/pool.h"
#include "mailassay/limits.h"
#include "mailassay/result.h"

namespace mailassay::inline v0::detail {

struct SourceRow {
  Range owner;  // offset 0: an argument of the request, named by `argument`
  Range text;
  std::uint32_t ends;        // offset of the string ends
  std::uint32_t ends_count;  // 0: no strings
  Source::Kind kind;
  RecordType type;
  std::uint8_t argument;  // index into kArgumentSources
};
static_assert(sizeof(SourceRow) <= kSourceBytes);

struct ArgumentRow {
  Argument::Name placeholder;
  bool is_number;
  Range value;  // a text of the pool, or the number in `offset`
};

struct DiagnosticRow {
  Code code;
  std::uint8_t argument_count;
  std::int32_t source;
  Span span;
  ArgumentRow argument[3];
};
static_assert(sizeof(DiagnosticRow) <= kDiagnosticBytes);

struct StepRow {
  std::uint16_t depth;
  Step::Kind kind;
  Outcome outcome;
  std::int32_t source;
  Span span;
  Range target;
  std::int32_t question;
  std::uint32_t lookups;
  std::uint32_t voids;
};
static_assert(sizeof(StepRow) <= kStepBytes);

// Names of Source::owner for arguments of a request.
enum class ArgumentSource : std::uint8_t { mail_from, helo };

// Longer arguments are cut: a message shows 80 bytes of them, and no report should grow by the
// length of a record for each of its findings.
inline constexpr std::size_t kArgumentBytes = 255;

constexpr Argument text_argument(Argument::Name placeholder, std::string_view text) noexcept {
  return {placeholder, false, 0, text};
}
constexpr Argument number_argument(Argument::Name placeholder, std::uint32_t number) noexcept {
  return {placeholder, true, number, {}};
}

class Pass {
 public:
  // Lays a Pass out in `memory`; nullptr if that is less than scratch_minimum(limits).
  static Pass* make(std::span<std::byte> memory, const Options& options,
                    const Limits& limits) noexcept;

  // Forgets what the last pass made.
  void begin() noexcept;

  // ---- Questions --------------------------------------------------------------------------------

  // Asks as needed, or, once `open` is set, as a guess. A limit that is met is reported.
  Lookup ask(QuestionKind kind, RecordType type, std::string_view name,
             std::uint32_t& row) noexcept;

  // Called where the walk meets an open question: what comes behind it is guessed. False if there
  // is to be no guessing, so that the walk may end.
  bool go_on_guessing() noexcept {
    open = true;
    return options.guesses != 0;
  }

  // ---- Report -----------------------------------------------------------------------------------
  // While `open` is set nothing is reported: the pass ends in "pending" and its report is dropped.

  // A record of the answer to question `id`; the same text is one source however often it is used.
  std::int32_t record_source(std::uint32_t id, std::string_view text,
                             std::span<const std::uint32_t> string_ends) noexcept;
  std::int32_t argument_source(ArgumentSource argument, std::string_view text) noexcept;

  // Adds a finding and returns its index, -1 if it was not added. The first finding that is added
  // with `explains` becomes the cause of the verdict.
  std::int32_t diagnose(Code code, std::int32_t source, Span span,
                        std::initializer_list<Argument> arguments) noexcept;
  std::int32_t explain(Code code, std::int32_t source, Span span,
                       std::initializer_list<Argument> arguments) noexcept;
  std::int32_t explain(const Diagnostic& diagnostic, std::int32_t source) noexcept;

  // The verdict is set by a limit of this check.
  void meet_limit(Code code, std::initializer_list<Argument> arguments) noexcept;

  // Steps are added in pre-order and completed when their outcome is known. -1: not recorded.
  std::int32_t add_step(const StepRow& step) noexcept;
  StepRow* step(std::int32_t index) noexcept;
  // The range of a text, copied into the pass unless it lies in the pool; none if there is no room.
  Range intern(std::string_view text) noexcept;

  // Where findings of the moment point to, for those that come from below a room.
  std::int32_t here_source = -1;
  Span here;

  [[nodiscard]] Report report() const noexcept;
  [[nodiscard]] Source source_at(std::size_t index) const noexcept;
  [[nodiscard]] Diagnostic diagnostic_at(std::size_t index) const noexcept;
  [[nodiscard]] Step step_at(std::size_t index) const noexcept;
  [[nodiscard]] std::size_t table_bytes() const noexcept { return detail::table_bytes(limits); }

  const Limits limits;
  const Options options;
  Pool pool;
  Facts facts;
  bool open = false;
  bool done = false;
  bool limited = false;
  bool limits_decide = true;  // false where a limit that is met does not set the verdict
  std::int32_t decided_by = -1;
  std::uint32_t state = 0;  // offset of what the check's room keeps

 private:
  struct Layout;
  Pass(const Layout& layout, const Options& wanted, const Limits& sizes) noexcept;
  std::int32_t add_source(const SourceRow& source) noexcept;
  std::int32_t add_diagnostic(Code code, std::int32_t source, Span span,
                              std::span<const Argument> arguments) noexcept;
  std::int32_t note_cause(std::int32_t diagnostic) noexcept;
  ArgumentRow keep_argument(const Argument& argument) noexcept;

  SourceRow* sources_;
  DiagnosticRow* diagnostics_;
  StepRow* steps_;
  std::uint32_t source_count_ = 0;
  std::uint32_t diagnostic_count_ = 0;
  std::uint32_t step_count_ = 0;
  std::int32_t cause_ = -1;
  bool trace_cut_ = false;
};
static_assert(sizeof(Pass) <= kPassBytes);

}  // namespace mailassay::inline v0::detail
