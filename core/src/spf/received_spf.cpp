// The Received-SPF field: RFC 7208 §9.1 with erratum 5436.
#include "common/ascii.h"
#include "common/writer.h"
#include "mailassay/spf.h"

namespace mailassay::inline v0::spf {
namespace {

using detail::head;
using detail::Writer;

// RFC 5322 §2.1.1 allows lines of 998; a value of this length quoted stays far below.
constexpr std::size_t kValueBytes = 200;

constexpr bool is_atext(char c) noexcept {
  if (detail::is_alnum(c)) return true;
  for (const char other : std::string_view("!#$%&'*+-/=?^_`{|}~")) {
    if (c == other) return true;
  }
  return false;
}

// dot-atom-text of RFC 5322 §3.2.3.
bool is_dot_atom(std::string_view text) noexcept {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  char before = 0;
  for (const char c : text) {
    if (c != '.' && !is_atext(c)) return false;
    if (c == '.' && before == '.') return false;
    before = c;
  }
  return true;
}

// Bytes that may not stand in a header field of printable ASCII become "?".
constexpr char harmless(char c) noexcept { return detail::is_printable(c) ? c : '?'; }

void put_escaped(Writer& out, std::string_view text, std::string_view special) noexcept {
  for (const char c : head(text, kValueBytes)) {
    for (const char s : special) {
      if (c == s) out.put('\\');
    }
    out.put(harmless(c));
  }
  if (text.size() > kValueBytes) out.put("...");
}

void put_quoted(Writer& out, std::string_view text) noexcept {
  out.put('"');
  put_escaped(out, text, "\"\\");
  out.put('"');
}

// key "=" ( dot-atom / quoted-string ), on a line of its own. A value that is not known is left
// out.
void put_pair(Writer& out, std::string_view key, std::string_view value) noexcept {
  if (value.empty()) return;
  out.put("\r\n ");
  out.put(key);
  out.put('=');
  if (is_dot_atom(value) && value.size() <= kValueBytes) {
    out.put(value);
  } else {
    put_quoted(out, value);
  }
  out.put(';');
}

void put_comment_text(Writer& out, std::string_view text) noexcept {
  put_escaped(out, text, "()\\");
}

// "domain of DOMAIN VERB CLIENT": what the domain says of the client.
void put_statement(Writer& out, const Result& result, std::string_view verb,
                   std::string_view client) noexcept {
  out.put("domain of ");
  put_comment_text(out, result.domain);
  out.put(verb);
  out.put(client);
}

void put_comment(Writer& out, const Result& result, std::string_view client) noexcept {
  out.put(" (");
  put_comment_text(out, result.receiver.empty() ? "unknown" : result.receiver);
  out.put(":\r\n ");
  switch (result.verdict) {
    case Verdict::pass:
      put_statement(out, result, " designates ", client);
      out.put(" as permitted sender");
      break;
    case Verdict::fail:
    case Verdict::softfail:
      put_statement(out, result, " does not designate ", client);
      out.put(" as permitted sender");
      break;
    case Verdict::neutral:
      put_statement(out, result, " says nothing about ", client);
      break;
    case Verdict::none:
      out.put("no SPF record to check");
      break;
    case Verdict::temperror:
    case Verdict::permerror:
      out.put("error in processing the domain of ");
      put_comment_text(out, result.domain.empty() ? "the sender" : result.domain);
      break;
  }
  out.put(")");
}

// The mechanism that matched; "default" if none did; empty if the trace no longer has it.
std::string_view mechanism(const Result& result) noexcept {
  if (result.decided_by < 0) return result.trace_cut ? "" : "default";
  const Step step = result.trace[static_cast<std::size_t>(result.decided_by)];
  if (step.source < 0) return "default";
  return slice(result.sources[static_cast<std::size_t>(step.source)].text, step.span);
}

bool is_error(Verdict verdict) noexcept {
  return verdict == Verdict::temperror || verdict == Verdict::permerror;
}

// The identity as a mailbox.
void put_envelope(Writer& out, const Result& result) noexcept {
  if (result.domain.empty()) return;
  out.put("\r\n envelope-from=\"");
  put_escaped(out, result.local_part, "\"\\");
  out.put('@');
  put_escaped(out, result.domain, "\"\\");
  out.put("\";");
}

}  // namespace

std::size_t received_spf(const Result& result, std::span<char> out) noexcept {
  Writer writer(out);
  char text[48];
  const std::string_view client(text, format(result.client, text));
  writer.put("Received-SPF: ");
  writer.put(name(result.verdict));
  put_comment(writer, result, client);
  put_pair(writer, "receiver", result.receiver);
  put_pair(writer, "identity", name(result.identity));
  put_pair(writer, "client-ip", client);
  if (result.identity == Identity::mail_from) put_envelope(writer, result);
  put_pair(writer, "helo", result.helo);
  if (is_error(result.verdict)) {
    const bool known = result.cause >= 0;
    const auto cause = result.diagnostics[known ? static_cast<std::size_t>(result.cause) : 0];
    put_pair(writer, "problem", known ? mailassay::name(cause.code) : "unknown");
  } else if (result.verdict != Verdict::none) {
    put_pair(writer, "mechanism", mechanism(result));
  }
  writer.put("\r\n");
  return writer.size();
}

}  // namespace mailassay::inline v0::spf
