// Three parts, top down: the verdict in words, the tree of steps, the findings with carets. A text
// from outside passes shown() or Glyphs on its way to the output, without exception.
#include "demo/print.h"

#include <algorithm>
#include <array>
#include <vector>

#include "demo/words.h"
#include "mailassay/render.h"

namespace demo {
namespace {

using mailassay::Diagnostic;
using mailassay::Outcome;
using mailassay::Severity;
using mailassay::Source;
using mailassay::Step;
using mailassay::spf::Result;
using mailassay::spf::Verdict;

// RFC 7208 §4.6.4.
constexpr std::uint32_t kLookupLimit = 10;
constexpr std::uint32_t kVoidLimit = 2;

constexpr std::size_t kIndent = 3;
// Of a term, in the line that names the deciding one.
constexpr std::size_t kTermColumns = 40;
// Of a step, however deep in the tree it stands.
constexpr std::size_t kLeastColumns = 12;
// What a cut text shows before the place that matters.
constexpr std::size_t kContext = 30;

enum class Tone { good, bad, warn, strong, faint };

std::string paint(std::string_view text, Tone tone, const Style& style) {
  constexpr std::string_view kCodes[] = {"32", "31", "33", "1", "2"};
  if (!style.color || text.empty()) return std::string(text);
  return "\x1b[" + std::string(kCodes[static_cast<std::size_t>(tone)]) + "m" + std::string(text) +
         "\x1b[0m";
}

// Columns of a text that has no colours: one for each code point.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// A text from outside, character by character in the form in which it is shown, so that a place in
// it can be found again and cut at without splitting an escape.
class Glyphs {
 public:
  explicit Glyphs(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      std::size_t size = 1;
      const auto is_continuation = [&](std::size_t i) {
        return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
      };
      if (static_cast<unsigned char>(text[at]) >= 0xC0) {
        while (size < 4 && is_continuation(at + size)) ++size;
      }
      glyphs_.push_back(shown(text.substr(at, size)));
      at += size;
    }
  }

  [[nodiscard]] std::size_t size() const { return glyphs_.size(); }
  [[nodiscard]] std::size_t width(std::size_t i) const { return columns(glyphs_[i]); }
  [[nodiscard]] std::size_t width() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < size(); ++i) sum += width(i);
    return sum;
  }
  [[nodiscard]] std::string text(std::size_t begin, std::size_t end) const {
    std::string out;
    for (std::size_t i = begin; i < end; ++i) out += glyphs_[i];
    return out;
  }

  void append(const Glyphs& other) {
    glyphs_.insert(glyphs_.end(), other.glyphs_.begin(), other.glyphs_.end());
  }

 private:
  std::vector<std::string> glyphs_;
};

std::string cut(std::string_view text, std::size_t width) {
  const Glyphs glyphs(text);
  if (glyphs.width() <= width) return glyphs.text(0, glyphs.size());
  std::size_t end = 0;
  for (std::size_t used = 1; end < glyphs.size(); ++end) {
    used += glyphs.width(end);
    if (used > width) break;
  }
  return glyphs.text(0, end) + "…";
}

// The start of a text that fits into `width` columns.
std::string_view prefix(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size(); ++end) {
    used += columns(text.substr(end, 1));
    if (used > width) break;
  }
  return text.substr(0, end);
}

// Our own words, with safe texts already filled in, as lines of at most kColumns. Only a word that
// is longer than a line is broken itself.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::string line;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find(' '));
    const std::string_view word = prefix(whole, kColumns - indent);
    text.remove_prefix(word.size());
    if (word.size() == whole.size() && !text.empty()) text.remove_prefix(1);
    if (!line.empty() && indent + columns(line) + 1 + columns(word) > kColumns) {
      out += std::string(indent, ' ') + line + '\n';
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return out + std::string(indent, ' ') + line + '\n';
}

std::string address_text(const mailassay::Address& address) {
  std::array<char, 39> text{};
  return {text.data(), mailassay::format(address, text)};
}

// Points to the step that decided: before its name in the text and beside it in the tree.
std::string marker(const Style& style) { return ' ' + paint("►", Tone::strong, style) + ' '; }

// ---- The verdict --------------------------------------------------------------------------------

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return Tone::good;
    case Verdict::fail:
    case Verdict::permerror:
      return Tone::bad;
    default:
      return Tone::warn;
  }
}

std::string totals_of(const Result& result, const Words& words) {
  const auto used = [&words](std::uint32_t count, std::uint32_t limit) {
    return filled(words.used, std::to_string(count), std::to_string(limit));
  };
  return filled(words.totals, used(result.lookups, kLookupLimit),
                used(result.void_lookups, kVoidLimit));
}

std::string domain_of(const Result& result, const Words& words) {
  return result.domain.empty() ? std::string(words.no_domain) : shown(result.domain);
}

// The term of the deciding step, or an empty string.
std::string deciding_text(const Result& result) {
  if (result.decided_by < 0) return {};
  const Step step = result.trace[static_cast<std::size_t>(result.decided_by)];
  if (step.kind != Step::Kind::term || step.source < 0) return {};
  const Source source = result.sources[static_cast<std::size_t>(step.source)];
  return cut(slice(source.text, step.span), kTermColumns);
}

std::string verdict_part(const Result& result, const Style& style) {
  const Words& words = words_of(style.language);
  const std::string verdict(mailassay::spf::name(result.verdict));
  const std::size_t indent = kIndent + columns(verdict) + 2;
  const std::string sentence =
      wrapped(filled(words.verdict[static_cast<std::size_t>(result.verdict)],
                     domain_of(result, words), address_text(result.client)),
              indent);
  std::string out = std::string(kIndent, ' ') + paint(verdict, tone_of(result.verdict), style) +
                    "  " + sentence.substr(indent);
  if (!result.explanation.empty()) {
    out += wrapped(filled(words.explanation, shown(result.domain), shown(result.explanation)),
                   kIndent);
  }
  const std::string term = deciding_text(result);
  const std::string totals = totals_of(result, words);
  if (!term.empty()) {
    return out + marker(style) +
           wrapped(filled(words.decided_by, term) + totals, kIndent).substr(kIndent);
  }
  return out +
         wrapped(result.verdict == Verdict::neutral ? std::string(words.no_term) + totals : totals,
                 kIndent);
}

// ---- The tree -----------------------------------------------------------------------------------

struct Row {
  std::string branches;
  std::string text;  // as it came from outside
  Outcome outcome = Outcome::none;
  std::string counts;
  bool has_voids = false;
  bool decides = false;
};

// For each step, whether it is the last child of its parent.
std::vector<bool> last_children(const std::vector<Step>& steps) {
  std::vector<bool> last(steps.size());
  std::vector<bool> later;  // by depth: a sibling comes further down
  for (std::size_t i = steps.size(); i-- > 0;) {
    const std::size_t depth = steps[i].depth;
    later.resize(depth + 1, false);
    last[i] = !later[depth];
    later[depth] = true;
  }
  return last;
}

// True if `name` stands in `text`, in any case.
bool mentions(std::string_view text, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::search(text.begin(), text.end(), name.begin(), name.end(),
                     [&](char x, char y) { return lower(x) == lower(y); }) != text.end();
}

// The term as written and, where neither it nor the record's own name shows it, the name that was
// looked up.
std::string step_text(const Step& step, const Result& result) {
  if (step.source < 0 || step.kind != Step::Kind::term) return std::string(step.target);
  const Source source = result.sources[static_cast<std::size_t>(step.source)];
  std::string out(slice(source.text, step.span));
  const bool is_told =
      step.target.empty() || mentions(out, step.target) ||
      (step.target.size() == source.owner.size() && mentions(step.target, source.owner));
  if (!is_told) out.append(" = ").append(step.target);
  return out;
}

std::string step_counts(const Step& step, const Words& words) {
  std::string out;
  if (step.lookups == 1) out = words.one_lookup;
  if (step.lookups > 1) out = filled(words.lookups, std::to_string(step.lookups));
  if (step.voids > 0) {
    if (!out.empty()) out += ", ";
    out += filled(words.voids, std::to_string(step.voids));
  }
  return out;
}

std::vector<Row> tree_rows(const Result& result, const Words& words) {
  const std::vector<Step> steps(result.trace.begin(), result.trace.end());
  const std::vector<bool> last = last_children(steps);
  std::vector<Row> rows;
  std::vector<bool> ended;  // by depth: the step of that depth above us was a last child
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    ended.resize(step.depth + 1, true);
    ended[step.depth] = last[i];
    Row row;
    for (std::size_t depth = 1; depth < step.depth; ++depth) {
      row.branches += ended[depth] ? "   " : "│  ";
    }
    if (step.depth > 0) row.branches += last[i] ? "└─ " : "├─ ";
    row.text = step_text(step, result);
    row.outcome = step.outcome;
    row.counts = step_counts(step, words);
    row.has_voids = step.voids > 0;
    row.decides = result.decided_by == static_cast<std::int32_t>(i);
    rows.push_back(std::move(row));
  }
  return rows;
}

Tone tone_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return Tone::good;
    case Outcome::match:
      return Tone::strong;
    case Outcome::fail:
    case Outcome::permerror:
      return Tone::bad;
    case Outcome::none:
    case Outcome::no_match:
      return Tone::faint;
    default:
      return Tone::warn;
  }
}

std::string row_line(const Row& row, std::size_t text_width, std::size_t outcome_width,
                     const Style& style) {
  const Words& words = words_of(style.language);
  const std::size_t branches = columns(row.branches);
  const std::string text = cut(row.text, std::max(text_width, branches + kLeastColumns) - branches);
  const std::size_t used = branches + columns(text);
  const std::string outcome(words.outcome[static_cast<std::size_t>(row.outcome)]);
  std::string line = row.decides ? marker(style) : std::string(kIndent, ' ');
  line += paint(row.branches, Tone::faint, style);
  line += row.decides ? paint(text, Tone::strong, style) : text;
  line.append(std::max(text_width, used) - used + 2, ' ');
  line += paint(outcome, tone_of(row.outcome), style);
  if (!row.counts.empty()) {
    line.append(outcome_width - columns(outcome) + 2, ' ');
    line += paint(row.counts, row.has_voids ? Tone::warn : Tone::faint, style);
  }
  return line + '\n';
}

std::string tree_part(const Result& result, const Style& style) {
  const Words& words = words_of(style.language);
  const std::vector<Row> rows = tree_rows(result, words);
  std::size_t text_width = 0;
  std::size_t outcome_width = 0;
  std::size_t counts_width = 0;
  for (const Row& row : rows) {
    const std::string_view outcome = words.outcome[static_cast<std::size_t>(row.outcome)];
    text_width = std::max(text_width, columns(row.branches) + Glyphs(row.text).width());
    outcome_width = std::max(outcome_width, columns(outcome));
    counts_width = std::max(counts_width, columns(row.counts));
  }
  text_width = std::min(text_width, kColumns - kIndent - outcome_width - counts_width - 4);
  std::string out = rows.empty() ? "" : "\n";
  for (const Row& row : rows) out += row_line(row, text_width, outcome_width, style);
  if (result.trace_cut) out += wrapped(words.trace_cut, kIndent);
  return out;
}

// ---- The findings -------------------------------------------------------------------------------

std::string message_of(const Diagnostic& diagnostic, const Style& style) {
  const std::string_view pattern = mailassay::text(diagnostic.code, style.language);
  std::string out(mailassay::render(pattern, diagnostic, {}), '\0');
  mailassay::render(pattern, diagnostic, out);
  return out;
}

std::string source_name(const Source& source) {
  if (source.kind == Source::Kind::argument) {
    return source.owner == "helo" ? "HELO" : "MAIL FROM";
  }
  return shown(source.owner) + ' ' + std::string(mailassay::name(source.type));
}

// The part of a text that fits on a line together with the marked place: indices of glyphs.
struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Window window_around(const Glyphs& glyphs, std::size_t mark, std::size_t width) {
  Window window{0, glyphs.size()};
  if (glyphs.width() <= width) return window;
  width -= 2;  // an ellipsis on each side
  window.begin = mark;
  std::size_t used = 0;
  while (window.begin > 0 && used + glyphs.width(window.begin - 1) <= kContext) {
    used += glyphs.width(--window.begin);
  }
  window.end = mark;
  while (window.end < glyphs.size() && used + glyphs.width(window.end) <= width) {
    used += glyphs.width(window.end++);
  }
  while (window.begin > 0 && used + glyphs.width(window.begin - 1) <= width) {
    used += glyphs.width(--window.begin);
  }
  return window;
}

// The source's line and, below it, "^~~~" under the span.
std::string marked_line(std::string_view text, mailassay::Span span, std::size_t indent,
                        const Style& style) {
  const std::size_t begin = std::min<std::size_t>(span.begin, text.size());
  const std::size_t end = std::clamp<std::size_t>(span.end, begin, text.size());
  Glyphs glyphs(text.substr(0, begin));
  const std::size_t first = glyphs.size();
  glyphs.append(Glyphs(text.substr(begin, end - begin)));
  const std::size_t behind = glyphs.size();
  glyphs.append(Glyphs(text.substr(end)));

  const Window window = window_around(glyphs, first, kColumns - indent);
  const std::string_view left = window.begin > 0 ? "…" : "";
  const std::string_view right = window.end < glyphs.size() ? "…" : "";
  const std::size_t mark_end = std::max(first, std::min(behind, window.end));
  const std::size_t before = columns(left) + columns(glyphs.text(window.begin, first));
  const std::size_t marked = columns(glyphs.text(first, mark_end));
  std::string caret = "^";
  if (marked > 1) caret.append(marked - 1, '~');

  std::string out = std::string(indent, ' ') + std::string(left) +
                    glyphs.text(window.begin, window.end) + std::string(right) + '\n';
  return out + std::string(indent + before, ' ') + paint(caret, Tone::strong, style) + '\n';
}

Tone tone_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return Tone::bad;
    case Severity::warning:
      return Tone::warn;
    default:
      return Tone::faint;
  }
}

std::string finding(const Diagnostic& diagnostic, bool is_cause, const Result& result,
                    const Style& style) {
  const Words& words = words_of(style.language);
  const std::string severity(words.severity[static_cast<std::size_t>(diagnostic.severity)]);
  std::string out = '\n' + std::string(kIndent, ' ') +
                    paint(severity, tone_of(diagnostic.severity), style) + "  " +
                    paint(mailassay::name(diagnostic.code), Tone::strong, style);
  if (is_cause) out += "  " + paint(words.cause, Tone::faint, style);
  out += '\n' + wrapped(message_of(diagnostic, style), kIndent + 2);
  if (diagnostic.source < 0) return out;
  const Source source = result.sources[static_cast<std::size_t>(diagnostic.source)];
  if (source.text.empty()) return out;
  const std::size_t indent = kIndent + 4;
  out += std::string(indent, ' ') + paint(source_name(source) + ":", Tone::faint, style) + '\n';
  return out + marked_line(source.text, diagnostic.span, indent, style);
}

std::string findings_part(const Result& result, const Style& style) {
  std::string cause;
  std::string others;
  for (std::size_t i = 0; i < result.diagnostics.size(); ++i) {
    const bool is_cause = result.cause == static_cast<std::int32_t>(i);
    (is_cause ? cause : others) += finding(result.diagnostics[i], is_cause, result, style);
  }
  return cause + others;
}

}  // namespace

std::string shown(std::string_view text) {
  std::string out(mailassay::escape_text(text, 0, {}), '\0');
  mailassay::escape_text(text, 0, out);
  return out;
}

std::string heading(const Heading& heading, const Style& style) {
  std::string out;
  if (!heading.title.empty()) {
    const std::string title = "── " + cut(heading.title, kColumns - 4) + ' ';
    const std::size_t used = std::min(columns(title), kColumns);
    out += paint(title + repeated("─", kColumns - used), Tone::strong, style) + '\n';
  }
  const bool has_brackets = heading.mail_from.starts_with('<');
  const std::string sender =
      has_brackets ? shown(heading.mail_from) : '<' + shown(heading.mail_from) + '>';
  out += std::string(kIndent, ' ') + std::string(words_of(style.language).client) +
         shown(heading.ip) + "   MAIL FROM " + sender;
  if (!heading.helo.empty()) out += "   HELO " + shown(heading.helo);
  return out + "\n\n";
}

std::string report(const Result& result, const Style& style) {
  return verdict_part(result, style) + tree_part(result, style) + findings_part(result, style) +
         '\n';
}

}  // namespace demo
