// The texts of the public enumerations. They appear in JSON and are append-only.
#include "mailassay/check.h"
#include "mailassay/diagnostics.h"
#include "mailassay/question.h"
#include "mailassay/result.h"

namespace mailassay::inline v0 {
namespace {

struct CodeRow {
  Code code;
  Severity severity;
  std::string_view name;
};

constexpr CodeRow kCodes[] = {
#define MAILASSAY_DIAGNOSTIC(identifier, code, name, severity) \
  {Code::identifier, Severity::severity, name},
#include "mailassay/diagnostics.def"
};

// The catalogue is sorted by code (core/messages/check.py).
const CodeRow* find(Code code) noexcept {
  std::size_t low = 0;
  std::size_t high = sizeof(kCodes) / sizeof(kCodes[0]);
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (kCodes[middle].code < code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const bool found = low < sizeof(kCodes) / sizeof(kCodes[0]) && kCodes[low].code == code;
  return found ? &kCodes[low] : nullptr;
}

template <class Enum, std::size_t size>
constexpr std::string_view pick(const std::string_view (&names)[size], Enum value) noexcept {
  const auto index = static_cast<std::size_t>(value);
  return index < size ? names[index] : std::string_view();
}

constexpr std::string_view kSeverities[] = {"error", "warning", "notice", "info"};
constexpr std::string_view kStatuses[] = {"ok",         "scratch-too-small", "unknown-question",
                                          "wrong-kind", "wrong-record",      "moved-from"};
constexpr std::string_view kQuestionKinds[] = {"dns", "to_ascii"};
constexpr std::string_view kAnswerStatuses[] = {
    "ok", "nxdomain", "servfail", "refused", "error", "bogus", "timeout", "failed", "unsupported"};
constexpr std::string_view kSourceKinds[] = {"record", "header", "policy", "argument"};
constexpr std::string_view kArgumentNames[] = {
    "found",  "domain",   "meant",   "name",     "count", "host", "limit", "value",    "tag",
    "policy", "provider", "address", "protocol", "bits",  "date", "type",  "mechanism"};
constexpr std::string_view kOutcomes[] = {"none",      "match",     "no-match", "pass",
                                          "fail",      "softfail",  "neutral",  "temperror",
                                          "permerror", "not-found", "failed"};
constexpr std::string_view kStepKinds[] = {"record", "term", "host", "signature", "walk"};
constexpr std::string_view kProgress[] = {"pending", "done", "misused"};

}  // namespace

std::string_view name(Code code) noexcept {
  const CodeRow* row = find(code);
  return row != nullptr ? row->name : std::string_view();
}

Severity severity(Code code) noexcept {
  const CodeRow* row = find(code);
  return row != nullptr ? row->severity : Severity::info;
}

std::string_view name(Severity severity) noexcept { return pick(kSeverities, severity); }
std::string_view name(Status status) noexcept { return pick(kStatuses, status); }
std::string_view name(QuestionKind kind) noexcept { return pick(kQuestionKinds, kind); }
std::string_view name(AnswerStatus status) noexcept { return pick(kAnswerStatuses, status); }
std::string_view name(Source::Kind kind) noexcept { return pick(kSourceKinds, kind); }
std::string_view name(Argument::Name placeholder) noexcept {
  return pick(kArgumentNames, placeholder);
}
std::string_view name(Outcome outcome) noexcept { return pick(kOutcomes, outcome); }
std::string_view name(Step::Kind kind) noexcept { return pick(kStepKinds, kind); }
std::string_view name(Progress progress) noexcept { return pick(kProgress, progress); }

std::string_view name(RecordType type) noexcept {
  switch (type) {
    case RecordType::none:
      return "";
    case RecordType::a:
      return "A";
    case RecordType::ns:
      return "NS";
    case RecordType::ptr:
      return "PTR";
    case RecordType::mx:
      return "MX";
    case RecordType::txt:
      return "TXT";
    case RecordType::aaaa:
      return "AAAA";
  }
  return "";
}

}  // namespace mailassay::inline v0
