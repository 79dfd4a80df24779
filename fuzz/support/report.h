// What must hold of every result of an SPF check, whatever the input: its indexes and spans, the
// shape of the trace, the texts that leave the program (JSON, Received-SPF, messages), and that
// "pass" rests on evidence that the host really delivered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mailassay/json.h"
#include "mailassay/messages.h"
#include "mailassay/render.h"
#include "mailassay/spf.h"
#include "support/json.h"
#include "support/require.h"
#include "support/text.h"
#include "support/world.h"

namespace fuzz {

namespace spf = mailassay::spf;
using mailassay::Argument;
using mailassay::Code;
using mailassay::Diagnostic;
using mailassay::Outcome;
using mailassay::Source;
using mailassay::Span;
using mailassay::Step;

template <class T>
std::vector<T> copy_of(const mailassay::List<T>& list) {
  std::vector<T> result;
  for (const T& item : list) result.push_back(item);
  return result;
}

// A result taken apart once, and the answers that the host gave, by the id of the question.
struct Report {
  Report(const spf::Result& from, const std::vector<Reply>& given)
      : result(from),
        sources(copy_of(from.sources)),
        diagnostics(copy_of(from.diagnostics)),
        trace(copy_of(from.trace)),
        questions(copy_of(from.questions)),
        replies(given) {}

  const spf::Result& result;
  std::vector<Source> sources;
  std::vector<Diagnostic> diagnostics;
  std::vector<Step> trace;
  std::vector<Question> questions;
  const std::vector<Reply>& replies;
};

// ---- Indexes, spans, counters -------------------------------------------------------------------

inline void require_index(std::int32_t index, std::size_t size) {
  FUZZ_REQUIRE(index == -1 || (index >= 0 && static_cast<std::size_t>(index) < size));
}

inline void require_span(Span span, std::int32_t source, const Report& report) {
  require_index(source, report.sources.size());
  FUZZ_REQUIRE(span.begin <= span.end);
  if (source < 0) return;
  FUZZ_REQUIRE(span.end <= report.sources[static_cast<std::size_t>(source)].text.size());
}

inline void require_sources(const Report& report) {
  for (const Source& source : report.sources) {
    FUZZ_REQUIRE(!mailassay::name(source.kind).empty() && !source.owner.empty());
    std::uint32_t end = 0;
    for (const std::uint32_t next : source.string_ends) {
      FUZZ_REQUIRE(next >= end && next <= source.text.size());
      end = next;
    }
    FUZZ_REQUIRE(source.string_ends.empty() || end == source.text.size());
    if (source.kind != Source::Kind::record) continue;
    FUZZ_REQUIRE(source.type == RecordType::txt && spf::has_version(source.text));
  }
}

inline void require_steps(const Report& report) {
  std::vector<std::size_t> path;  // the steps above the current one
  std::vector<std::uint32_t> lookups(report.trace.size());
  std::vector<std::uint32_t> voids(report.trace.size());
  for (std::size_t i = 0; i < report.trace.size(); ++i) {
    const Step& step = report.trace[i];
    FUZZ_REQUIRE(step.depth <= path.size());
    FUZZ_REQUIRE(i == 0 || step.depth > 0);
    path.resize(step.depth);
    require_span(step.span, step.source, report);
    require_index(step.question, report.questions.size());
    if (!path.empty()) {
      lookups[path.back()] += step.lookups;
      voids[path.back()] += step.voids;
    }
    path.push_back(i);
  }
  for (std::size_t i = 0; i < report.trace.size(); ++i) {
    FUZZ_REQUIRE(report.trace[i].lookups >= lookups[i] && report.trace[i].voids >= voids[i]);
    FUZZ_REQUIRE(report.result.trace_cut || report.trace[i].lookups <= lookups[i] + 1);
  }
  if (report.trace.empty()) return;
  FUZZ_REQUIRE(report.trace[0].kind == Step::Kind::record);
  FUZZ_REQUIRE(report.trace[0].lookups == report.result.lookups);
  FUZZ_REQUIRE(report.trace[0].voids == report.result.void_lookups);
}

inline bool is_error(spf::Verdict verdict) {
  return verdict == spf::Verdict::permerror || verdict == spf::Verdict::temperror;
}

inline void require_verdict(const Report& report) {
  const spf::Result& result = report.result;
  require_index(result.cause, report.diagnostics.size());
  require_index(result.decided_by, report.trace.size());
  FUZZ_REQUIRE(result.lookups <= 11);
  const bool unexplained = !is_error(result.verdict) && result.verdict != spf::Verdict::none;
  FUZZ_REQUIRE(!unexplained || result.cause == -1);
  FUZZ_REQUIRE(!result.limited || result.verdict == spf::Verdict::permerror);
  FUZZ_REQUIRE(result.explanation.empty() || result.verdict == spf::Verdict::fail);
  for (const char c : result.explanation) FUZZ_REQUIRE(is_printable(c));
}

// ---- Texts --------------------------------------------------------------------------------------

inline void require_no_controls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    FUZZ_REQUIRE(byte >= 0x20 && byte != 0x7f);
    const bool c1 =
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    FUZZ_REQUIRE(!c1);
    // U+202A to U+202E, U+2066 to U+2069: they turn the direction of writing.
    const std::string_view next = text.substr(i, 3);
    FUZZ_REQUIRE(!(next >= "\xE2\x80\xAA" && next <= "\xE2\x80\xAE"));
    FUZZ_REQUIRE(!(next >= "\xE2\x81\xA6" && next <= "\xE2\x81\xA9"));
  }
}

inline void require_filled(std::string_view pattern, const Diagnostic& diagnostic) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{' || (i > 0 && pattern[i - 1] == '%')) continue;
    const std::size_t end = pattern.find_first_not_of("abcdefghijklmnopqrstuvwxyz", i + 1);
    if (end == pattern.npos || pattern[end] != '}') continue;
    bool found = false;
    for (const Argument& argument : diagnostic.arguments()) {
      found = found || mailassay::name(argument.placeholder) == pattern.substr(i + 1, end - i - 1);
    }
    FUZZ_REQUIRE(found);
  }
}

inline void require_messages(const Report& report) {
  for (const Diagnostic& diagnostic : report.diagnostics) {
    FUZZ_REQUIRE(!mailassay::name(diagnostic.code).empty());
    FUZZ_REQUIRE(diagnostic.severity == mailassay::severity(diagnostic.code));
    require_span(diagnostic.span, diagnostic.source, report);
    for (const Argument& argument : diagnostic.arguments()) {
      require_no_controls(format_exactly(
          [&](std::span<char> out) { return mailassay::escape_text(argument.text, 0, out); }));
    }
    for (const auto language : {mailassay::Language::en, mailassay::Language::de}) {
      const std::string_view pattern = mailassay::text(diagnostic.code, language);
      FUZZ_REQUIRE(!pattern.empty());
      require_filled(pattern, diagnostic);
      require_no_controls(format_exactly(
          [&](std::span<char> out) { return mailassay::render(pattern, diagnostic, out); }));
    }
  }
}

// One field, folded: no line but the first begins with anything but a space.
inline std::string require_field(const spf::Result& result) {
  std::string field =
      format_exactly([&](std::span<char> out) { return spf::received_spf(result, out); });
  FUZZ_REQUIRE(field.ends_with("\r\n"));
  const std::string verdict(spf::name(result.verdict));
  FUZZ_REQUIRE(field.starts_with("Received-SPF: " + verdict + " ("));
  std::vector<std::string_view> lines = split(field, '\n');
  FUZZ_REQUIRE(lines.back().empty());
  lines.pop_back();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view line = lines[i];
    FUZZ_REQUIRE(line.size() + 1 <= 1000 && line.ends_with('\r'));
    line.remove_suffix(1);
    FUZZ_REQUIRE(i == 0 || (line.size() > 1 && line[0] == ' ' && line[1] != ' '));
    for (const char c : line) FUZZ_REQUIRE(is_printable(c));
  }
  return field;
}

inline std::string require_json(const Report& report) {
  std::string text = format_exactly(
      [&](std::span<char> out) { return mailassay::write_json(report.result, out); });
  const demo::Json json = parse_json(text);
  FUZZ_REQUIRE(member(json, "verdict").as_string() == spf::name(report.result.verdict));
  FUZZ_REQUIRE(bytes_member(json, "explanation") == report.result.explanation);
  FUZZ_REQUIRE(bytes_member(json, "local_part") == report.result.local_part);
  FUZZ_REQUIRE(bytes_member(json, "helo") == report.result.helo);
  FUZZ_REQUIRE(member(json, "limited").as_bool() == report.result.limited);
  FUZZ_REQUIRE(member(json, "diagnostics").as_array().size() == report.diagnostics.size());
  FUZZ_REQUIRE(member(json, "trace").as_array().size() == report.trace.size());
  FUZZ_REQUIRE(member(json, "questions").as_array().size() == report.questions.size());
  const demo::Json::Array& sources = member(json, "sources").as_array();
  FUZZ_REQUIRE(sources.size() == report.sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    FUZZ_REQUIRE(bytes_member(sources[i], "text") == report.sources[i].text);
  }
  return text;
}

// ---- Evidence -----------------------------------------------------------------------------------

inline bool same_bits(const Address& one, const Address& other, unsigned bits) {
  if (one.family != other.family) return false;
  for (unsigned i = 0; i < bits; ++i) {
    if (((one.bytes[i / 8] ^ other.bytes[i / 8]) >> (7 - i % 8) & 1) != 0) return false;
  }
  return true;
}

// The answer that a step rests on.
inline const Reply& reply_of(const Step& step, const Report& report) {
  FUZZ_REQUIRE(step.question >= 0);
  const Reply& reply = report.replies[static_cast<std::size_t>(step.question)];
  FUZZ_REQUIRE(reply.status == AnswerStatus::ok && !reply.records.empty());
  return reply;
}

inline bool has_client(const Step& step, unsigned prefix, const Report& report) {
  for (const WorldRecord& record : reply_of(step, report).records) {
    if (same_bits(record.address, report.result.client, prefix)) return true;
  }
  return false;
}

inline std::size_t end_of(std::size_t parent, const Report& report) {
  std::size_t end = parent + 1;
  while (end < report.trace.size() && report.trace[end].depth > report.trace[parent].depth) ++end;
  return end;
}

inline spf::Term term_of(const Step& step, const Report& report) {
  FUZZ_REQUIRE(step.source >= 0);
  spf::RecordReader reader(report.sources[static_cast<std::size_t>(step.source)].text);
  spf::Term term;
  while (reader.next(term)) {
    if (term.span == step.span) return term;
  }
  violated(__FILE__, __LINE__, "a step that decides is one term of its record");
}

inline void require_record_passes(std::size_t record, const Report& report);

// The record that a term leads to. Hosts that were looked up for %{p} stand before it.
inline std::size_t record_below(std::size_t term, const Report& report) {
  std::size_t index = term + 1;
  while (index < end_of(term, report) && report.trace[index].kind != Step::Kind::record) ++index;
  FUZZ_REQUIRE(index < end_of(term, report));
  return index;
}

// The step `index` is a term that gives "pass": it matched, and by what the host delivered.
inline void require_term_passes(std::size_t index, const Report& report) {
  const Step& step = report.trace[index];
  const spf::Term term = term_of(step, report);
  const unsigned prefix = report.result.client.family == Family::ipv4 ? term.prefix4 : term.prefix6;
  const std::size_t end = end_of(index, report);
  if (term.kind == spf::TermKind::redirect) {
    return require_record_passes(record_below(index, report), report);
  }
  FUZZ_REQUIRE(step.outcome == Outcome::match && term.qualifier == spf::Qualifier::pass);
  bool seen = false;
  switch (term.kind) {
    case spf::TermKind::all:
      return;
    case spf::TermKind::ip4:
    case spf::TermKind::ip6:
      FUZZ_REQUIRE(same_bits(term.network, report.result.client, prefix));
      return;
    case spf::TermKind::exists:
      reply_of(step, report);
      return;
    case spf::TermKind::a:
      FUZZ_REQUIRE(has_client(step, prefix, report));
      return;
    case spf::TermKind::mx:
    case spf::TermKind::ptr:
      reply_of(step, report);
      for (std::size_t i = index + 1; i < end; ++i) {
        if (report.trace[i].outcome != Outcome::match) continue;
        seen = has_client(report.trace[i], term.kind == spf::TermKind::mx ? prefix : 128, report);
      }
      FUZZ_REQUIRE(seen);
      return;
    case spf::TermKind::include:
      return require_record_passes(record_below(index, report), report);
    default:
      violated(__FILE__, __LINE__, "only a mechanism matches");
  }
}

// The record step ends in "pass" by its last term.
inline void require_record_passes(std::size_t record, const Report& report) {
  FUZZ_REQUIRE(record < report.trace.size());
  const Step& step = report.trace[record];
  FUZZ_REQUIRE(step.kind == Step::Kind::record && step.outcome == Outcome::pass);
  std::size_t last = 0;
  for (std::size_t i = record + 1; i < end_of(record, report); ++i) {
    if (report.trace[i].depth == step.depth + 1) last = i;
  }
  FUZZ_REQUIRE(last != 0);
  require_term_passes(last, report);
}

// No pass without positive evidence. Where the report was cut, there is nothing to look at.
inline void require_evidence(const Report& report, bool cut) {
  if (report.result.verdict != spf::Verdict::pass || cut) return;
  FUZZ_REQUIRE(report.result.decided_by >= 0);
  const auto index = static_cast<std::size_t>(report.result.decided_by);
  FUZZ_REQUIRE(report.trace[index].kind == Step::Kind::term);
  require_term_passes(index, report);
  require_record_passes(0, report);
}

// ---- A result as text, without what may depend on the order of answers --------------------------

inline void put(std::string& out, std::string_view text) {
  out += text;
  out += '\n';
}
inline void put(std::string& out, std::int64_t number) { put(out, std::to_string(number)); }

// Ids depend on the order, questions themselves do not.
inline std::string question_text(std::int32_t id, const Report& report) {
  if (id < 0) return "-";
  const Question& question = report.questions[static_cast<std::size_t>(id)];
  return std::string(question.name) + ' ' + std::string(mailassay::name(question.type));
}

inline std::string canonical_text(const Report& report) {
  const spf::Result& result = report.result;
  std::string out;
  for (const std::string_view text :
       {spf::name(result.verdict), spf::name(result.identity), result.domain, result.local_part,
        result.explanation, result.helo, result.receiver}) {
    put(out, text);
  }
  for (const std::int64_t number : {std::int64_t{result.lookups}, std::int64_t{result.void_lookups},
                                    std::int64_t{result.cause}, std::int64_t{result.decided_by},
                                    std::int64_t{result.limited}, std::int64_t{result.trace_cut}}) {
    put(out, number);
  }
  for (const Source& source : report.sources) {
    put(out, source.owner);
    put(out, source.text);
    for (const std::uint32_t end : source.string_ends) put(out, end);
  }
  for (const Diagnostic& diagnostic : report.diagnostics) {
    put(out, mailassay::name(diagnostic.code));
    put(out, diagnostic.source);
    put(out, diagnostic.span.begin);
    put(out, diagnostic.span.end);
    for (const Argument& argument : diagnostic.arguments()) {
      put(out, mailassay::name(argument.placeholder));
      put(out, argument.number);
      put(out, argument.text);
    }
  }
  for (const Step& step : report.trace) {
    for (const std::int64_t number :
         {std::int64_t{step.depth}, std::int64_t{step.source}, std::int64_t{step.span.begin},
          std::int64_t{step.span.end}, std::int64_t{step.lookups}, std::int64_t{step.voids}}) {
      put(out, number);
    }
    put(out, mailassay::name(step.kind));
    put(out, mailassay::name(step.outcome));
    put(out, step.target);
    put(out, question_text(step.question, report));
  }
  return out;
}

}  // namespace fuzz
