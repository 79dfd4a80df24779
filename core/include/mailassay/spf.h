// SPF: Sender Policy Framework (RFC 7208 with errata 4751 and 5436, RFC 8616 §4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mailassay/address.h"
#include "mailassay/check.h"
#include "mailassay/config.h"
#include "mailassay/limits.h"
#include "mailassay/result.h"

namespace mailassay::inline v0::spf {

// RFC 7208 §2.6.
enum class Verdict : std::uint8_t { none, neutral, pass, fail, softfail, temperror, permerror };
std::string_view name(Verdict verdict) noexcept;

// Which identity was checked (RFC 7208 §2.3, §2.4).
enum class Identity : std::uint8_t { mail_from, helo };
std::string_view name(Identity identity) noexcept;  // "mailfrom", "helo" as in RFC 7208 §9.1

// The arguments of check_host() (RFC 7208 §4.1). The strings are copied.
struct Request {
  // The SMTP client. An IPv4-mapped IPv6 address is treated as the IPv4 address.
  Address client = {};
  // The reverse-path, with or without angle brackets; empty or "<>": null, so that HELO is checked
  // as postmaster@HELO (§2.4). UTF-8; U-labels are converted (RFC 8616 §4). A source route is
  // dropped; without "@" it is only a domain.
  std::string_view mail_from = {};
  // What the client said in HELO or EHLO; may be empty.
  std::string_view helo = {};
  // Name of the host that performs the check, for %{r} (§7.2); empty: "unknown".
  std::string_view receiver = {};
  // Seconds since 1970, for %{t} (§7.2).
  std::uint64_t now = 0;
  // Void look-ups allowed (§4.6.4: two is the recommended default).
  std::uint32_t void_lookups = 2;
};

struct Result : Report {
  Verdict verdict = Verdict::temperror;
  Identity identity = Identity::mail_from;
  std::string_view domain = {};       // the domain that was checked, A-labels
  std::string_view local_part = {};   // "postmaster" where the identity had none (§4.3)
  std::string_view explanation = {};  // the domain's own text (§6.2), printable ASCII; it comes
                                      // from a third party; empty: none
  // Terms counted against the limit of ten (§4.6.4), the one that exceeds it included.
  std::uint32_t lookups = 0;
  std::uint32_t void_lookups = 0;
  Address client = {};
  std::string_view helo = {};
  std::string_view receiver = {};
};

// One evaluation of check_host().
//
//   static std::byte memory[mailassay::scratch_bytes()];
//   spf::Check check({.client = …, .mail_from = …, .helo = …}, memory);
//   drive(check, [](const Question& q, auto& check) { check.answer(q.id, …); });  // drive.h
//   check.result().verdict …
//
// or by hand: poll() while it is pending, and answer each of new_questions() by its kind. A
// question that is not answered, or with an answer of the wrong kind, stays open; fail_open() ends
// it.
class Check : public CheckBase {
 public:
  Check(const Request& request, std::span<std::byte> memory MAILASSAY_LIFETIME_BOUND,
        const Options& options = {}, const Limits& limits = {}) noexcept;

  // Runs the evaluation over what is known. At most Limits::questions + 1 calls are needed.
  Progress poll() noexcept;

  // The result, once poll() returned done; its views end with the memory. Before that, and after
  // misuse, a temperror without diagnostics.
  [[nodiscard]] Result result() const& noexcept;
  Result result() && = delete;
};

// ---- The record by itself -----------------------------------------------------------------------

enum class Qualifier : std::uint8_t { pass, fail, softfail, neutral };  // + - ~ ?
char sign(Qualifier qualifier) noexcept;

// RFC 7208 §5 and §6. `invalid`: the word is neither, see Term::error.
enum class TermKind : std::uint8_t {
  all,
  include,
  a,
  mx,
  ptr,
  ip4,
  ip6,
  exists,
  redirect,
  exp,
  modifier,
  invalid,
};
std::string_view name(TermKind kind) noexcept;  // "all", …, "modifier" for an unknown one

// One term of a record. Offsets count from the start of the record.
struct Term {
  TermKind kind = TermKind::invalid;
  Qualifier qualifier = Qualifier::pass;
  Span span = {};                 // the whole word
  Span name = {};                 // mechanism or modifier name as written, without qualifier
  Span value = {};                // domain-spec, network or modifier value; empty if there is none
  std::uint8_t prefix4 = 32;      // a, mx, ip4: bits of an IPv4 address that are compared
  std::uint8_t prefix6 = 128;     // a, mx, ip6
  Address network = {};           // ip4, ip6
  bool has_macro = false;         // value holds a macro-expand
  bool has_sender_macro = false;  // value holds %{s} or %{l} (RFC 8616 §4)
  Diagnostic error = {};          // error.code is Code::none if the term is valid
};

// Reads the terms of one record from left to right and goes on behind every error.
// The record must outlive the reader and the diagnostics of its terms.
class RecordReader {
 public:
  explicit RecordReader(std::string_view record MAILASSAY_LIFETIME_BOUND) noexcept;
  explicit RecordReader(const char* record MAILASSAY_LIFETIME_BOUND) noexcept
      : RecordReader(std::string_view(record)) {}
  explicit RecordReader(std::string&& record) = delete;

  // Code::none if the record begins with a version section (§4.5); otherwise what is wrong, with
  // the span of the first word.
  [[nodiscard]] const Diagnostic& version_error() const noexcept { return version_error_; }

  // Reads the next term; false at the end of the record.
  bool next(Term& term) noexcept;

 private:
  std::string_view record_;
  std::uint32_t position_ = 0;
  bool seen_redirect_ = false;
  bool seen_exp_ = false;
  Diagnostic version_error_;
};

// True if `record` begins with "v=spf1" and then a space or its end (§4.5): what selects a TXT
// record as an SPF record.
bool has_version(std::string_view record) noexcept;

// The canonical text of a valid term of `record`: for a directive the qualifier, the mechanism
// name in lower case and the rest as written; for a modifier its name in lower case, "=" and the
// value as written. Returns the size needed; writes nothing beyond `out`.
std::size_t format(const Term& term, std::string_view record, std::span<char> out) noexcept;

// ---- Recording the result -----------------------------------------------------------------------

// Writes a Received-SPF field (RFC 7208 §9.1, erratum 5436), folded, with its final CRLF. Values
// from outside are quoted; bytes that could end the field or a line are replaced by "?", and a
// value is cut at 200 bytes. Returns the size needed; writes nothing beyond `out`.
std::size_t received_spf(const Result& result, std::span<char> out) noexcept;

}  // namespace mailassay::inline v0::spf
