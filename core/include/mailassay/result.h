// What every check reports beside its verdict: sources, diagnostics, trace, questions.
// All views live until the next poll() of the check or the end of its memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mailassay/config.h"
#include "mailassay/diagnostics.h"
#include "mailassay/question.h"

namespace mailassay::inline v0 {

namespace detail {
class Pass;
}

// Half-open byte offsets into a text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return end - begin; }
  friend bool operator==(const Span&, const Span&) noexcept = default;
};

// The part of `text` that `span` names; empty if the span does not lie inside.
constexpr std::string_view slice(std::string_view text, Span span) noexcept {
  if (span.begin > span.end || span.end > text.size()) return {};
  return {text.data() + span.begin, std::size_t{span.end} - span.begin};
}

// A text that diagnostics and steps point into. Sources are numbered by their place in the list.
struct Source {
  enum class Kind : std::uint8_t { record, header, policy, argument };
  Kind kind = Kind::record;
  RecordType type = RecordType::none;  // record: its DNS type
  std::string_view owner = {};         // record: its name; argument: "mail_from", "helo"
  std::string_view text = {};          // as it was given, strings joined
  std::span<const std::uint32_t> string_ends = {};  // record: where each character-string ends
};
std::string_view name(Source::Kind kind) noexcept;

// A value for a placeholder of a message, from outside: show it as text (see render.h). A text is
// cut at 255 bytes; the span of its diagnostic is not.
struct Argument {
  enum class Name : std::uint8_t {
    found,
    domain,
    meant,
    name,
    count,
    host,
    limit,
    value,
    tag,
    policy,
    provider,
    address,
    protocol,
    bits,
    date,
    type,
    mechanism,
  };
  Name placeholder = Name::found;
  bool is_number = false;
  std::uint32_t number = 0;
  std::string_view text = {};
};
std::string_view name(Argument::Name placeholder) noexcept;

// One finding. `source` is -1 where there is nothing to point at; an empty span marks the place
// where something is missing.
struct Diagnostic {
  Code code = Code::none;
  Severity severity = Severity::info;
  std::uint8_t argument_count = 0;
  std::int32_t source = -1;
  Span span = {};
  std::array<Argument, 3> argument = {};

  [[nodiscard]] std::span<const Argument> arguments() const noexcept MAILASSAY_LIFETIME_BOUND {
    return {argument.data(), argument_count};
  }
};

// What came of a step. A record ends in a verdict; a term or a host matches or does not.
enum class Outcome : std::uint8_t {
  none,  // nothing came of it, or nothing was to come: exp whose text was taken
  match,
  no_match,
  pass,
  fail,
  softfail,
  neutral,
  temperror,
  permerror,
  not_found,  // host: no such name, or no address
  failed,     // host: the look-up failed and the host is passed over
};
std::string_view name(Outcome outcome) noexcept;

// One step of the evaluation. Steps are in pre-order; with `depth` they form a tree. A step may
// cover several terms: a run of ip4 and ip6 terms that do not match is one.
struct Step {
  enum class Kind : std::uint8_t { record, term, host, signature, walk };
  std::uint16_t depth = 0;
  Kind kind = Kind::record;
  Outcome outcome = Outcome::none;
  std::int32_t source = -1;  // -1: the step has no text
  Span span = {};
  std::string_view target = {};  // the name that was looked up
  std::int32_t question = -1;    // the id of its own look-up; -1: none
  std::uint32_t lookups = 0;     // look-up terms counted in this step and below it
  std::uint32_t voids = 0;       // void look-ups counted in this step and below it
};
std::string_view name(Step::Kind kind) noexcept;

// A sequence whose elements are made from the check's memory when they are read.
template <class T>
class List {
 public:
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    T operator*() const noexcept { return List(pass_, index_ + 1)[index_]; }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator old = *this;
      ++index_;
      return old;
    }
    friend bool operator==(const Iterator&, const Iterator&) noexcept = default;

   private:
    friend class List;
    Iterator(const detail::Pass* pass, std::size_t index) noexcept : pass_(pass), index_(index) {}
    const detail::Pass* pass_ = nullptr;
    std::size_t index_ = 0;
  };

  List() = default;
  List(const detail::Pass* pass, std::size_t size) noexcept : pass_(pass), size_(size) {}
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  // An index beyond the end gives an empty element.
  T operator[](std::size_t index) const noexcept;
  [[nodiscard]] Iterator begin() const noexcept { return {pass_, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {pass_, size_}; }

 private:
  const detail::Pass* pass_ = nullptr;
  std::size_t size_ = 0;
};

template <>
Source List<Source>::operator[](std::size_t index) const noexcept;
template <>
Diagnostic List<Diagnostic>::operator[](std::size_t index) const noexcept;
template <>
Step List<Step>::operator[](std::size_t index) const noexcept;
template <>
Question List<Question>::operator[](std::size_t index) const noexcept;

// What every result holds beside its verdict.
struct Report {
  std::int32_t cause = -1;       // the diagnostic that explains the verdict; -1: none does
  std::int32_t decided_by = -1;  // the step that decided; -1: none did
  bool limited = false;          // a limit of this check, not of the standard, set the verdict
  bool trace_cut = false;        // further steps were left out of the trace
  List<Source> sources = {};
  List<Question> questions = {};
  List<Diagnostic> diagnostics = {};
  List<Step> trace = {};
};

}  // namespace mailassay::inline v0
