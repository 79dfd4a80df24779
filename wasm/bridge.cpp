// The flat interface between the core and index.js: numbers in, numbers out, bytes in two buffers.
//
// One instance of the module is one check: its memory is static and its size is fixed, so nothing
// is allocated and nothing has to be freed; ma_spf_start() begins anew. index.js packs what it
// hands over into the input buffer as little-endian words of 4 bytes; a text is its length, then
// its bytes, padded to whole words. What comes back stands in the output buffer from its start,
// and the function returns its size.
//
// The output buffer holds every report in one piece: the static_asserts below bound the JSON of a
// check within kLimits and of a record of kRecordBytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "mailassay/mailassay.h"

namespace {

namespace ma = mailassay;

// Raised whenever index.js and this file have to change together.
constexpr std::uint32_t kAbi = 2;

constexpr ma::Limits kLimits;
constexpr std::size_t kRecordBytes = 65535;  // the longest text that DNS can carry
constexpr std::size_t kInputBytes = std::size_t{1} << 20;
constexpr std::size_t kOutputBytes = std::size_t{12} << 20;
// A DNS message of 65,535 bytes has room for fewer records than this (12 bytes and their data
// each), and a TXT record for fewer character-strings (one byte each).
constexpr std::size_t kRecords = 8192;
constexpr std::size_t kStrings = 65536;

// ---- How long a report can be -------------------------------------------------------------------

constexpr std::size_t kEscaped = 6;      // a byte as \u00xx
constexpr std::size_t kRowBytes = 256;   // a row of a report without its texts
constexpr std::size_t kTermBytes = 288;  // a term with its error, without their texts
constexpr std::size_t kNameBytes = 256;  // a domain name, an argument of a diagnostic
constexpr std::size_t kArguments = 3;    // of a diagnostic

// Each byte of the pool stands in at most one source (or is a quarter of a string's end) or names
// one question; only the request, names and arguments of diagnostics are written again elsewhere.
constexpr std::size_t report_bound(const ma::Limits& limits) {
  const std::size_t request = 8 * std::size_t{limits.identity_bytes} + limits.explanation_bytes;
  const std::size_t pool = std::size_t{limits.pool} + limits.guess_pool;
  const std::size_t rows = 1 + limits.sources + limits.questions + limits.guesses +
                           limits.diagnostics + limits.trace_steps;
  const std::size_t names = limits.sources + kArguments * limits.diagnostics + limits.trace_steps;
  return kRowBytes * (rows + 3) + kEscaped * (request + pool + kNameBytes * names);
}

// Terms are at least two bytes apart. A byte of the record stands in the record, in its term, in
// the term's name or value, and in up to three arguments.
constexpr std::size_t record_bound(std::size_t bytes) {
  return kRowBytes + kTermBytes * (bytes / 2 + 2) + kEscaped * (3 + kArguments) * bytes;
}

static_assert(report_bound(kLimits) <= kOutputBytes);
static_assert(record_bound(kRecordBytes) <= kOutputBytes);

// ---- Static memory ------------------------------------------------------------------------------

alignas(16) std::byte scratch[ma::scratch_bytes(kLimits)];
alignas(4) char input_bytes[kInputBytes];
alignas(4) char output_bytes[kOutputBytes];
ma::DnsRecord records[kRecords];
std::string_view strings[kStrings];
std::optional<ma::spf::Check> check;

std::span<char> output() { return output_bytes; }

// ---- Misuse -------------------------------------------------------------------------------------

// Continues ma::Status. The low byte of what a function returns; above it stands the index of the
// limit or record that is meant.
enum class Misuse : std::uint32_t {
  first = 128,
  malformed = first,  // the input is not packed as this file expects
  not_started,
  no_address,  // a text that should be an address is none, or one of the other family
  limit_too_high,
  too_large,  // more records or strings than one DNS message has room for
  unknown_status,
};
constexpr std::string_view kMisuses[] = {"malformed",      "not-started", "no-address",
                                         "limit-too-high", "too-large",   "unknown-status"};

constexpr std::uint32_t failure(Misuse misuse, std::size_t index = 0) {
  return static_cast<std::uint32_t>(misuse) | static_cast<std::uint32_t>(index) << 8;
}
constexpr std::uint32_t status(ma::Status status) { return static_cast<std::uint32_t>(status); }

std::string_view status_name(std::uint32_t code) {
  const std::uint32_t own = code - static_cast<std::uint32_t>(Misuse::first);
  if (own < std::size(kMisuses)) return kMisuses[own];
  return ma::name(static_cast<ma::Status>(code));
}

// ---- Packing ------------------------------------------------------------------------------------

constexpr std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

// Reading beyond the end gives zeros and empty texts, and then the input is not sound.
class Input {
 public:
  explicit Input(std::size_t size) : size_(size), sound_(size <= kInputBytes) {}

  std::uint32_t word() {
    std::uint32_t value = 0;
    if (const char* place = take(sizeof value)) std::memcpy(&value, place, sizeof value);
    return value;
  }
  std::string_view text() {
    const std::size_t size = word();
    const char* place = size <= kInputBytes ? take(padded(size)) : take(kInputBytes + 1);
    return place == nullptr ? std::string_view() : std::string_view(place, size);
  }
  [[nodiscard]] bool sound() const { return sound_; }

 private:
  const char* take(std::size_t bytes) {
    sound_ = sound_ && bytes <= size_ - position_;
    if (!sound_) return nullptr;
    const char* place = input_bytes + position_;
    position_ += bytes;
    return place;
  }

  std::size_t size_;
  std::size_t position_ = 0;
  bool sound_;
};

// Like the core's own writers: counts everything, writes what fits.
class Output {
 public:
  void word(std::uint32_t value) { put(&value, sizeof value); }
  void text(std::string_view text) {
    word(static_cast<std::uint32_t>(text.size()));
    put(text.data(), text.size());
    size_ = padded(size_);
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void put(const void* bytes, std::size_t size) {
    const bool fits = size_ <= kOutputBytes && size <= kOutputBytes - size_;
    if (fits && size != 0) std::memcpy(output_bytes + size_, bytes, size);
    size_ += size;
  }

  std::size_t size_ = 0;
};

// Finds the value of an enumeration by its name; false if none has it.
template <class Enum>
bool find(std::string_view wanted, Enum& value) {
  for (unsigned i = 0; !ma::name(static_cast<Enum>(i)).empty(); ++i) {
    value = static_cast<Enum>(i);
    if (ma::name(value) == wanted) return true;
  }
  return false;
}

// ---- Starting -----------------------------------------------------------------------------------

constexpr std::uint32_t kDefault = 0xffffffff;

// MAIL FROM or HELO: its size, and its text, which is left out where it is longer than any limit.
// Of such a text the core looks for angle brackets at both ends and counts the rest, so the output
// buffer, which nobody needs at the start, stands in its place; where the text is longer than the
// buffer the buffer's size is counted.
std::string_view request_text(Input& input) {
  const std::size_t size = input.word();
  const std::string_view text = input.text();
  if (size <= text.size()) return text;
  output_bytes[0] = '\0';
  return {output_bytes, std::min(size, kOutputBytes)};
}

// The memory is fixed, so limits can be lowered and not raised. Returns the index of the first one
// that is too high, if any is.
std::optional<std::size_t> read_limits(Input& input, ma::Limits& limits) {
  std::uint32_t* const members[] = {
      &limits.pool,        &limits.guess_pool,     &limits.questions,        &limits.guesses,
      &limits.trace_steps, &limits.diagnostics,    &limits.sources,          &limits.record_bytes,
      &limits.addresses,   &limits.identity_bytes, &limits.explanation_bytes};
  static_assert(sizeof members / sizeof *members * sizeof(std::uint32_t) == sizeof limits);
  std::optional<std::size_t> too_high;
  for (std::size_t i = 0; i < std::size(members); ++i) {
    const std::uint32_t wanted = input.word();
    if (wanted == kDefault) continue;
    if (wanted > *members[i] && !too_high) too_high = i;
    *members[i] = wanted;
  }
  return too_high;
}

// ---- Answering ----------------------------------------------------------------------------------

std::uint32_t read_strings(Input& input, std::size_t& used, ma::DnsRecord& record) {
  const std::uint32_t count = input.word();
  if (count > kStrings - used) return failure(Misuse::too_large);
  const std::span<std::string_view> taken(strings + used, count);
  for (std::string_view& string : taken) string = input.text();
  used += count;
  record.strings = taken;
  return 0;
}

std::uint32_t read_address(Input& input, ma::Family family, ma::DnsRecord& record) {
  const auto address = ma::Address::parse(input.text());
  if (!address || address->family != family) return failure(Misuse::no_address);
  record.address = *address;
  return 0;
}

std::uint32_t read_record(Input& input, ma::RecordType type, std::size_t& used,
                          ma::DnsRecord& record) {
  record = {};
  switch (type) {
    case ma::RecordType::txt:
      return read_strings(input, used, record);
    case ma::RecordType::a:
      return read_address(input, ma::Family::ipv4, record);
    case ma::RecordType::aaaa:
      return read_address(input, ma::Family::ipv6, record);
    case ma::RecordType::mx:
      record.preference = static_cast<std::uint16_t>(input.word());
      break;
    default:
      break;
  }
  record.name = input.text();
  return 0;
}

void put_question(Output& out, const ma::Question& question) {
  out.word(question.id);
  out.word((question.needed ? 1U : 0U) | (question.answered ? 2U : 0U));
  out.text(ma::name(question.kind));
  out.text(ma::name(question.type));
  out.text(question.name);
}

}  // namespace

extern "C" {

// ---- Buffers ------------------------------------------------------------------------------------

std::uint32_t ma_abi() { return kAbi; }
char* ma_input() { return input_bytes; }
std::size_t ma_input_bytes() { return kInputBytes; }
char* ma_output() { return output_bytes; }
std::size_t ma_output_bytes() { return kOutputBytes; }
std::size_t ma_record_bytes() { return kRecordBytes; }

// Writes the name of a status that another function returned.
std::size_t ma_status_name(std::uint32_t code) {
  const std::string_view name = status_name(code & 0xff);
  std::memcpy(output_bytes, name.data(), name.size());
  return name.size();
}

// ---- One check ----------------------------------------------------------------------------------

// Input: the limits in the order of mailassay::Limits, guesses and void look-ups, 0xffffffff
// where the default holds; low and high word of now; the text ip; mail_from and helo, see
// request_text(); the text receiver.
// Returns a status.
std::uint32_t ma_spf_start(std::size_t size) {
  check.reset();
  Input input(size);
  ma::Limits limits = kLimits;
  const std::optional<std::size_t> too_high = read_limits(input, limits);
  ma::Options options;
  ma::spf::Request request;
  const std::uint32_t guesses = input.word();
  if (guesses != kDefault) options.guesses = guesses;
  const std::uint32_t voids = input.word();
  if (voids != kDefault) request.void_lookups = voids;
  request.now = input.word();
  request.now |= std::uint64_t{input.word()} << 32;
  const auto client = ma::Address::parse(input.text());
  request.mail_from = request_text(input);
  request.helo = request_text(input);
  request.receiver = input.text();
  if (!input.sound()) return failure(Misuse::malformed);
  if (too_high) return failure(Misuse::limit_too_high, *too_high);
  if (!client) return failure(Misuse::no_address);
  request.client = *client;
  check.emplace(request, std::span(scratch).first(ma::scratch_bytes(limits)), options, limits);
  return status(check->status());
}

// Returns a mailassay::Progress.
std::uint32_t ma_spf_poll() {
  return static_cast<std::uint32_t>(check ? check->poll() : ma::Progress::misused);
}

// Writes questions: id, bits (1 needed, 2 answered), the texts kind, type and name. Those that
// were not given out yet, or all.
std::size_t ma_questions(bool all) {
  Output out;
  if (!check) return 0;
  if (all) {
    for (const ma::Question& question : check->questions()) put_question(out, question);
  } else {
    for (const ma::Question& question : check->new_questions()) put_question(out, question);
  }
  return out.size();
}

// Input: the text status, secure, the text canonical name, the number of records, the records: TXT
// the number of strings and the strings; A, AAAA the text of the address; MX the preference and
// the host; others the host. Returns a status.
std::uint32_t ma_answer_dns(std::uint32_t id, std::size_t size) {
  if (!check) return failure(Misuse::not_started);
  const auto questions = check->questions();
  if (id >= questions.size()) return status(ma::Status::unknown_question);
  const ma::RecordType type = questions[id].type;
  Input input(size);
  ma::DnsAnswer answer;
  if (!find(input.text(), answer.status)) return failure(Misuse::unknown_status);
  answer.secure = input.word() != 0;
  answer.canonical_name = input.text();
  const std::uint32_t count = input.word();
  if (count > kRecords) return failure(Misuse::too_large);
  std::size_t used = 0;
  for (std::uint32_t i = 0; i < count && type != ma::RecordType::none; ++i) {
    const std::uint32_t wrong = read_record(input, type, used, records[i]);
    if (wrong != 0) return wrong | i << 8;
  }
  if (!input.sound()) return failure(Misuse::malformed);
  answer.records = std::span(records).first(count);
  return status(check->answer(id, answer));
}

// Input: the texts status and label. Returns a status.
std::uint32_t ma_answer_label(std::uint32_t id, std::size_t size) {
  if (!check) return failure(Misuse::not_started);
  Input input(size);
  ma::LabelAnswer answer;
  if (!find(input.text(), answer.status)) return failure(Misuse::unknown_status);
  answer.label = input.text();
  if (!input.sound()) return failure(Misuse::malformed);
  return status(check->answer(id, answer));
}

// Input: the text of the answers' status. Returns a status.
std::uint32_t ma_fail_open(std::size_t size) {
  if (!check) return failure(Misuse::not_started);
  Input input(size);
  ma::AnswerStatus reason{};
  if (!find(input.text(), reason)) return failure(Misuse::unknown_status);
  return status(check->fail_open(reason));
}

// Writes the result as JSON.
std::size_t ma_spf_result() { return check ? ma::write_json(check->result(), output()) : 0; }

// Writes the Received-SPF field.
std::size_t ma_spf_received() {
  return check ? ma::spf::received_spf(check->result(), output()) : 0;
}

// ---- Without a check ----------------------------------------------------------------------------

// Input: the bytes of a record, and nothing else. Writes its terms and errors as JSON.
std::size_t ma_spf_parse(std::size_t size) {
  if (size > kRecordBytes) return 0;
  return ma::write_record_json(std::string_view(input_bytes, size), output());
}

// Input: the text of the pattern, the number of arguments; each argument is the text of its name,
// whether it is a number, then the number or the text. Writes the filled pattern.
std::size_t ma_render(std::size_t size) {
  Input input(size);
  const std::string_view pattern = input.text();
  ma::Diagnostic diagnostic;
  const std::uint32_t count = input.word();
  for (std::uint32_t i = 0; i < count && i < diagnostic.argument.size(); ++i) {
    ma::Argument argument;
    const bool known = find(input.text(), argument.placeholder);
    argument.is_number = input.word() != 0;
    if (argument.is_number) {
      argument.number = input.word();
    } else {
      argument.text = input.text();
    }
    if (known) diagnostic.argument[diagnostic.argument_count++] = argument;
  }
  return input.sound() ? ma::render(pattern, diagnostic, output()) : 0;
}

}  // extern "C"
