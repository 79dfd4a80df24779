// SPF records by themselves: any bytes are read as a record.
//
// The words are found a second time by the simplest means (split at each space), the spans of terms
// and errors must lie inside them, and what is valid must survive parse -> format -> parse. The
// JSON must tell the same story.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mailassay/json.h"
#include "mailassay/spf.h"
#include "support/json.h"
#include "support/require.h"
#include "support/text.h"

namespace {

using mailassay::Code;
using mailassay::Diagnostic;
using mailassay::Span;
using mailassay::spf::RecordReader;
using mailassay::spf::Term;
using mailassay::spf::TermKind;

struct Word {
  std::size_t begin;
  std::size_t end;
};

// RFC 7208 §4.6.1: record = version terms *SP, terms = *( 1*SP ( directive / modifier ) ).
std::vector<Word> words_of(std::string_view record) {
  std::vector<Word> words;
  std::size_t begin = 0;
  for (const std::string_view word : fuzz::split(record, ' ')) {
    if (!word.empty()) words.push_back({begin, begin + word.size()});
    begin += word.size() + 1;
  }
  return words;
}

bool has_version(std::string_view record) {
  return fuzz::lower(fuzz::split(record, ' ').front()) == "v=spf1";
}

bool is_inside(Span inner, Span outer) {
  return inner.begin <= inner.end && outer.begin <= inner.begin && inner.end <= outer.end;
}

bool is_modifier(TermKind kind) {
  return kind == TermKind::redirect || kind == TermKind::exp || kind == TermKind::modifier;
}

void require_error(const Diagnostic& error, Span word, std::string_view record) {
  FUZZ_REQUIRE(error.source == 0);
  FUZZ_REQUIRE(is_inside(error.span, word));
  FUZZ_REQUIRE(!mailassay::name(error.code).empty());
  FUZZ_REQUIRE(error.severity == mailassay::Severity::error);
  FUZZ_REQUIRE(error.argument_count >= 1 && error.argument_count <= 2);
  const std::string_view found = error.argument[0].text;
  FUZZ_REQUIRE(found.empty() || record.find(found) != std::string_view::npos);
}

void require_term(const Term& term, std::string_view record) {
  FUZZ_REQUIRE(is_inside(term.name, term.span));
  FUZZ_REQUIRE(is_inside(term.value, term.span));
  if (term.error.code != Code::none) return require_error(term.error, term.span, record);
  FUZZ_REQUIRE(term.kind != TermKind::invalid);
  FUZZ_REQUIRE(term.prefix4 <= 32 && term.prefix6 <= 128);
  FUZZ_REQUIRE(term.name.size() > 0);
  FUZZ_REQUIRE(term.value.size() == 0 || term.name.end < term.value.begin);
  for (const char c : slice(record, term.span)) FUZZ_REQUIRE(c > ' ' && c <= '~');
  const std::string name = fuzz::lower(slice(record, term.name));
  FUZZ_REQUIRE(term.kind == TermKind::modifier || name == mailassay::spf::name(term.kind));
  const bool has_percent = slice(record, term.value).find('%') != std::string_view::npos;
  FUZZ_REQUIRE(has_percent || !term.has_macro);
  FUZZ_REQUIRE(term.has_macro || !term.has_sender_macro);
}

// All terms of the record; whether it is valid.
bool read_terms(std::string_view record, std::vector<Term>& terms) {
  RecordReader reader(record);
  bool valid = reader.version_error().code == Code::none;
  for (Term term; reader.next(term);) {
    valid = valid && term.error.code == Code::none;
    terms.push_back(term);
  }
  Term beyond;
  FUZZ_REQUIRE(!reader.next(beyond));
  return valid;
}

void require_words(std::string_view record, const std::vector<Term>& terms) {
  // Without a version section the first word is taken for a damaged one.
  std::vector<Word> words = words_of(record);
  if (!words.empty()) words.erase(words.begin());
  FUZZ_REQUIRE(words.size() == terms.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    FUZZ_REQUIRE(terms[i].span.begin == words[i].begin && terms[i].span.end == words[i].end);
  }
}

void require_single_modifiers(const std::vector<Term>& terms) {
  int redirects = 0;
  int explanations = 0;
  for (const Term& term : terms) {
    redirects += term.kind == TermKind::redirect ? 1 : 0;
    explanations += term.kind == TermKind::exp ? 1 : 0;
  }
  FUZZ_REQUIRE(redirects <= 1 && explanations <= 1);
}

std::string format_term(const Term& term, std::string_view record) {
  return fuzz::format_exactly(
      [&](std::span<char> out) { return mailassay::spf::format(term, record, out); });
}

std::string format_record(const std::vector<Term>& terms, std::string_view record) {
  std::string text = "v=spf1";
  for (const Term& term : terms) text += ' ' + format_term(term, record);
  return text;
}

void require_fixed_point(const std::vector<Term>& terms, std::string_view record) {
  const fuzz::HeapText canonical(format_record(terms, record));
  std::vector<Term> again;
  FUZZ_REQUIRE(read_terms(canonical.view(), again));
  FUZZ_REQUIRE(format_record(again, canonical.view()) == canonical.view());
  FUZZ_REQUIRE(again.size() == terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    FUZZ_REQUIRE(again[i].kind == terms[i].kind);
    FUZZ_REQUIRE(is_modifier(terms[i].kind) || again[i].qualifier == terms[i].qualifier);
    FUZZ_REQUIRE(again[i].prefix4 == terms[i].prefix4 && again[i].prefix6 == terms[i].prefix6);
    FUZZ_REQUIRE(again[i].network == terms[i].network);
    FUZZ_REQUIRE(slice(canonical.view(), again[i].value) == slice(record, terms[i].value));
    FUZZ_REQUIRE(again[i].has_macro == terms[i].has_macro);
    FUZZ_REQUIRE(again[i].has_sender_macro == terms[i].has_sender_macro);
  }
}

void require_json(std::string_view record, const std::vector<Term>& terms, bool valid) {
  const std::string text = fuzz::format_exactly(
      [&](std::span<char> out) { return mailassay::write_record_json(record, out); });
  const demo::Json json = fuzz::parse_json(text);
  FUZZ_REQUIRE(fuzz::bytes_member(json, "text") == record);
  FUZZ_REQUIRE(fuzz::member(json, "valid").as_bool() == valid);
  std::size_t errors = has_version(record) ? 0 : 1;
  const demo::Json::Array& listed = fuzz::member(json, "terms").as_array();
  FUZZ_REQUIRE(listed.size() == terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const bool good = terms[i].error.code == Code::none;
    if (!good) ++errors;
    FUZZ_REQUIRE(fuzz::bytes_member(listed[i], "text") == slice(record, terms[i].span));
    FUZZ_REQUIRE(good != (fuzz::member(listed[i], "kind").as_string() == "invalid"));
  }
  FUZZ_REQUIRE(fuzz::member(json, "diagnostics").as_array().size() == errors);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::HeapText input({reinterpret_cast<const char*>(data), size});
  const std::string_view record = input.view();
  FUZZ_REQUIRE(mailassay::spf::has_version(record) == has_version(record));

  const RecordReader reader(record);
  const Diagnostic& version = reader.version_error();
  FUZZ_REQUIRE((version.code == Code::none) == has_version(record));
  if (version.code != Code::none) {
    require_error(version, {0, static_cast<std::uint32_t>(size)}, record);
  }

  std::vector<Term> terms;
  const bool valid = read_terms(record, terms);
  require_words(record, terms);
  for (const Term& term : terms) require_term(term, record);
  if (valid) {
    require_single_modifiers(terms);
    require_fixed_point(terms, record);
  }
  require_json(record, terms, valid);
  return 0;
}
