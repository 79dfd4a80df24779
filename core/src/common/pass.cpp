#include "common/pass.h"

#include <new>

#include "common/ascii.h"

namespace mailassay::inline v0::detail {
namespace {

constexpr std::string_view kArgumentSources[] = {"mail_from", "helo"};

// Offsets have 32 bits, so no pool is larger than this.
constexpr std::size_t kMaxPool = std::size_t{1} << 30;

std::uint32_t capped(std::size_t room, std::uint32_t limit) noexcept {
  const std::size_t wanted = limit < kMaxPool ? limit : kMaxPool;
  return static_cast<std::uint32_t>(room < wanted ? room : wanted);
}

// The kinds of rows that stand before the pool, in their order.
template <class T>
T* carve(std::byte*& place, std::size_t bytes) noexcept {
  T* rows = reinterpret_cast<T*>(place);
  place += bytes;
  return rows;
}

}  // namespace

struct Pass::Layout {
  QuestionRow* questions;
  StepRow* steps;
  DiagnosticRow* diagnostics;
  SourceRow* sources;
  std::uint16_t* slots;
  std::byte* pool;
  std::uint32_t capacity;
  std::uint32_t guess_capacity;
};

Pass* Pass::make(std::span<std::byte> memory, const Options& options,
                 const Limits& limits) noexcept {
  if (memory.size() < scratch_minimum(limits)) return nullptr;
  const auto misaligned = reinterpret_cast<std::uintptr_t>(memory.data()) % kAlignment;
  std::byte* const base = memory.data() + (misaligned == 0 ? 0 : kAlignment - misaligned);
  std::byte* place = base + kPassBytes;

  Layout layout{};
  layout.questions = carve<QuestionRow>(place, kQuestionBytes * question_rows(limits));
  layout.steps = carve<StepRow>(place, kStepBytes * limits.trace_steps);
  layout.diagnostics = carve<DiagnosticRow>(place, kDiagnosticBytes * limits.diagnostics);
  layout.sources = carve<SourceRow>(place, kSourceBytes * limits.sources);
  layout.slots = carve<std::uint16_t>(place, sizeof(std::uint16_t) * question_slots(limits));
  layout.pool = place;

  // The pool's size must not depend on where the memory lies, so the alignment is always paid.
  const std::size_t room = memory.size() - detail::table_bytes(limits);
  const std::uint32_t pool = limits.pool > kPoolFloor ? limits.pool : kPoolFloor;
  if (memory.size() >= scratch_bytes(limits)) {
    layout.capacity = capped(room, pool);
    layout.guess_capacity = capped(room - layout.capacity, limits.guess_pool);
  } else {
    layout.guess_capacity = capped(room / 4, limits.guess_pool);
    layout.capacity = capped(room - layout.guess_capacity, pool);
  }
  return new (base) Pass(layout, options, limits);
}

Pass::Pass(const Layout& layout, const Options& wanted, const Limits& sizes) noexcept
    : limits(sizes),
      options(wanted),
      pool(layout.pool, layout.capacity, layout.guess_capacity),
      facts(pool, layout.questions, layout.slots, static_cast<std::uint32_t>(question_slots(sizes)),
            sizes, wanted.guesses),
      sources_(layout.sources),
      diagnostics_(layout.diagnostics),
      steps_(layout.steps) {}

void Pass::begin() noexcept {
  pool.drop_pass();
  open = false;
  limited = false;
  limits_decide = true;
  decided_by = -1;
  here_source = -1;
  here = {};
  source_count_ = 0;
  diagnostic_count_ = 0;
  step_count_ = 0;
  cause_ = -1;
  trace_cut_ = false;
}

Lookup Pass::ask(QuestionKind kind, RecordType type, std::string_view name,
                 std::uint32_t& row) noexcept {
  const Lookup lookup = facts.ask(kind, type, name, !open, row);
  if (lookup == Lookup::over_pool) {
    meet_limit(Code::limit_pool, {number_argument(Argument::Name::limit, pool.capacity())});
  } else if (lookup == Lookup::over_questions) {
    meet_limit(Code::limit_questions, {number_argument(Argument::Name::limit, limits.questions)});
  } else if (lookup == Lookup::over_record) {
    meet_limit(Code::limit_record_bytes,
               {number_argument(Argument::Name::count, facts.row(row).total),
                number_argument(Argument::Name::limit, limits.record_bytes)});
  }
  return lookup;
}

// ---- Report -------------------------------------------------------------------------------------

std::int32_t Pass::add_source(const SourceRow& source) noexcept {
  for (std::uint32_t i = 0; i < source_count_; ++i) {
    if (sources_[i].text.offset == source.text.offset && sources_[i].kind == source.kind) {
      return static_cast<std::int32_t>(i);
    }
  }
  if (source_count_ == limits.sources) return -1;
  sources_[source_count_] = source;
  return static_cast<std::int32_t>(source_count_++);
}

std::int32_t Pass::record_source(std::uint32_t id, std::string_view text,
                                 std::span<const std::uint32_t> string_ends) noexcept {
  if (open) return -1;
  const std::uint32_t ends = string_ends.empty() ? 0 : pool.offset_of(string_ends.data());
  return add_source({facts.row(id).name, pool.find(text), ends,
                     static_cast<std::uint32_t>(string_ends.size()), Source::Kind::record,
                     facts.row(id).type, 0});
}

std::int32_t Pass::argument_source(ArgumentSource argument, std::string_view text) noexcept {
  if (open) return -1;
  return add_source({{},
                     pool.find(text),
                     0,
                     0,
                     Source::Kind::argument,
                     RecordType::none,
                     static_cast<std::uint8_t>(argument)});
}

Range Pass::intern(std::string_view text) noexcept {
  if (text.empty()) return {};
  const Range found = pool.find(text);
  if (found.offset != 0) return found;
  const Range copy = pool.borrow(text.size());
  if (copy.offset != 0) pool.write(copy.offset, text);
  return copy;
}

ArgumentRow Pass::keep_argument(const Argument& argument) noexcept {
  if (argument.is_number) return {argument.placeholder, true, {argument.number, 0}};
  return {argument.placeholder, false, intern(head(argument.text, kArgumentBytes))};
}

std::int32_t Pass::add_diagnostic(Code code, std::int32_t source, Span span,
                                  std::span<const Argument> arguments) noexcept {
  if (open || diagnostic_count_ == limits.diagnostics) return -1;
  DiagnosticRow& row = diagnostics_[diagnostic_count_];
  row = {};
  row.source = -1;
  if (diagnostic_count_ + 1 == limits.diagnostics) {  // the last row says that there are more
    row.code = Code::limit_diagnostics;
    row.argument[row.argument_count++] =
        keep_argument(number_argument(Argument::Name::limit, limits.diagnostics));
    ++diagnostic_count_;
    return -1;
  }
  row.code = code;
  row.source = source;
  row.span = span;
  for (const Argument& argument : arguments) {
    if (row.argument_count < 3) row.argument[row.argument_count++] = keep_argument(argument);
  }
  return static_cast<std::int32_t>(diagnostic_count_++);
}

std::int32_t Pass::diagnose(Code code, std::int32_t source, Span span,
                            std::initializer_list<Argument> arguments) noexcept {
  return add_diagnostic(code, source, span, {arguments.begin(), arguments.size()});
}

std::int32_t Pass::explain(Code code, std::int32_t source, Span span,
                           std::initializer_list<Argument> arguments) noexcept {
  return note_cause(diagnose(code, source, span, arguments));
}

std::int32_t Pass::explain(const Diagnostic& diagnostic, std::int32_t source) noexcept {
  return note_cause(
      add_diagnostic(diagnostic.code, source, diagnostic.span, diagnostic.arguments()));
}

std::int32_t Pass::note_cause(std::int32_t diagnostic) noexcept {
  if (cause_ < 0) cause_ = diagnostic;
  return diagnostic;
}

void Pass::meet_limit(Code code, std::initializer_list<Argument> arguments) noexcept {
  if (open || !limits_decide) return;
  limited = true;
  explain(code, here_source, here, arguments);
}

std::int32_t Pass::add_step(const StepRow& step) noexcept {
  if (open) return -1;
  if (step_count_ == limits.trace_steps) {
    if (!trace_cut_) {
      diagnose(Code::limit_trace, -1, {},
               {number_argument(Argument::Name::limit, limits.trace_steps)});
    }
    trace_cut_ = true;
    return -1;
  }
  steps_[step_count_] = step;
  return static_cast<std::int32_t>(step_count_++);
}

StepRow* Pass::step(std::int32_t index) noexcept { return index < 0 ? nullptr : &steps_[index]; }

Report Pass::report() const noexcept {
  Report report;
  report.cause = cause_;
  report.decided_by = decided_by;
  report.limited = limited;
  report.trace_cut = trace_cut_;
  report.sources = {this, source_count_};
  report.questions = {this, facts.count()};
  report.diagnostics = {this, diagnostic_count_};
  report.trace = {this, step_count_};
  return report;
}

Source Pass::source_at(std::size_t index) const noexcept {
  if (index >= source_count_) return {};
  const SourceRow& row = sources_[index];
  Source source;
  source.kind = row.kind;
  source.type = row.type;
  source.text = pool.text(row.text);
  source.owner = row.owner.offset != 0 ? pool.text(row.owner) : kArgumentSources[row.argument];
  if (row.ends_count != 0) {
    source.string_ends = {reinterpret_cast<const std::uint32_t*>(pool.at(row.ends)),
                          row.ends_count};
  }
  return source;
}

Diagnostic Pass::diagnostic_at(std::size_t index) const noexcept {
  if (index >= diagnostic_count_) return {};
  const DiagnosticRow& row = diagnostics_[index];
  Diagnostic diagnostic;
  diagnostic.code = row.code;
  diagnostic.severity = severity(row.code);
  diagnostic.source = row.source;
  diagnostic.span = row.span;
  diagnostic.argument_count = row.argument_count;
  for (std::size_t i = 0; i < row.argument_count; ++i) {
    const ArgumentRow& argument = row.argument[i];
    diagnostic.argument[i] = argument.is_number
                                 ? number_argument(argument.placeholder, argument.value.offset)
                                 : text_argument(argument.placeholder, pool.text(argument.value));
  }
  return diagnostic;
}

Step Pass::step_at(std::size_t index) const noexcept {
  if (index >= step_count_) return {};
  const StepRow& row = steps_[index];
  return {row.depth,    row.kind,    row.outcome, row.source, row.span, pool.text(row.target),
          row.question, row.lookups, row.voids};
}

}  // namespace mailassay::inline v0::detail

namespace mailassay::inline v0 {

template <>
Source List<Source>::operator[](std::size_t index) const noexcept {
  return index < size_ ? pass_->source_at(index) : Source{};
}

template <>
Diagnostic List<Diagnostic>::operator[](std::size_t index) const noexcept {
  return index < size_ ? pass_->diagnostic_at(index) : Diagnostic{};
}

template <>
Step List<Step>::operator[](std::size_t index) const noexcept {
  return index < size_ ? pass_->step_at(index) : Step{};
}

template <>
Question List<Question>::operator[](std::size_t index) const noexcept {
  const bool known = index < size_ && index < pass_->facts.count();
  return known ? pass_->facts.question(static_cast<std::uint32_t>(index)) : Question{};
}

}  // namespace mailassay::inline v0
