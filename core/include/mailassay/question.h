// What a check asks of its host, and what the host answers. The core does no input or output.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mailassay/address.h"

namespace mailassay::inline v0 {

// Misuse of the API, and nothing else: bad input is a verdict. Every value but `ok` is a mistake
// of the calling program.
enum class Status : std::uint8_t {
  ok,
  scratch_too_small,  // less memory than scratch_minimum(limits)
  unknown_question,   // the id was never given out
  wrong_kind,         // the answer is of another kind than the question
  wrong_record,       // a record holds an address of the wrong family
  moved_from,         // the check was moved away
};
std::string_view name(Status status) noexcept;

enum class QuestionKind : std::uint8_t {
  dns,       // look up `type` at `name`
  to_ascii,  // turn the U-label `name` (UTF-8, one label) into its A-label, by IDNA2008
};
std::string_view name(QuestionKind kind) noexcept;

// Values are the DNS type codes.
enum class RecordType : std::uint8_t {
  none = 0,
  a = 1,
  ns = 2,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28
};
std::string_view name(RecordType type) noexcept;

// One question. `name` lives as long as the check; it is lower case and has no final dot.
struct Question {
  std::uint32_t id = 0;
  QuestionKind kind = QuestionKind::dns;
  RecordType type = RecordType::none;
  std::string_view name = {};
  bool needed = false;  // the verdict waits for it; otherwise it is a guess
  bool answered = false;
};

enum class AnswerStatus : std::uint8_t {
  ok,        // NOERROR; no records means NODATA
  nxdomain,  // the name does not exist
  servfail,
  refused,
  error,  // any other response code
  bogus,  // DNSSEC validation failed: SERVFAIL, and an answer with checking disabled
  timeout,
  failed,       // could not be asked at all
  unsupported,  // this host cannot answer questions of this kind
};
std::string_view name(AnswerStatus status) noexcept;

// One resource record of the type asked for; only the members of that type are read.
// Names are in text form, with or without a final dot.
struct DnsRecord {
  std::span<const std::string_view> strings = {};  // TXT: the character-strings, any bytes
  std::string_view name = {};                      // MX, PTR, NS: the host
  std::uint16_t preference = 0;                    // MX
  Address address = {};                            // A, AAAA
};

// The answer to a `dns` question, CNAMEs already followed; an unfinished chain is `error`.
// Everything is copied: the buffers behind the views may die right after the call.
struct DnsAnswer {
  AnswerStatus status = AnswerStatus::ok;
  bool secure = false;                   // validated by DNSSEC (the AD bit of a trusted resolver)
  std::string_view canonical_name = {};  // owner name after CNAMEs; empty = the name asked for
  std::span<const DnsRecord> records = {};
};

// The answer to a `to_ascii` question; `label` is read if status is ok. The core decodes it again
// (RFC 3492) and refuses it unless it stands for the very label that was asked.
struct LabelAnswer {
  AnswerStatus status = AnswerStatus::ok;
  std::string_view label = {};
};

}  // namespace mailassay::inline v0
