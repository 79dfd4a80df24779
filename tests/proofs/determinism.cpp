// One number for the behaviour of the core on `count` generated inputs: requests, zones made by a
// rule, sizes of memory, limits, guesses, orders of answers. Verdicts, counters, reports, fields
// and the bytes of memory in use are all hashed. determinism.py compares the number over compilers,
// levels of optimisation, word sizes and WebAssembly, so this file uses no heap and no
// distributions of the standard library. A program prints the number, and how often each verdict
// came out; with MAILASSAY_PLANT_DIFFERENCE the number depends on the size of a pointer.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mailassay/mailassay.h"

namespace {

using mailassay::AnswerStatus;
using mailassay::Question;
using mailassay::RecordType;

// ---- Chance and the hash ------------------------------------------------------------------------

// xorshift64* (Vigna 2014).
class Chance {
 public:
  explicit constexpr Chance(std::uint64_t seed) : state_(seed * 2 + 0x9e3779b97f4a7c15U) {}

  constexpr std::uint32_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>((state_ * 0x2545f4914f6cdd1dU) >> 32);
  }
  constexpr std::uint32_t below(std::uint32_t bound) { return next() % bound; }
  constexpr bool one_in(std::uint32_t times) { return below(times) == 0; }

  template <class T, std::size_t size>
  constexpr const T& pick(const T (&values)[size]) {
    return values[below(size)];
  }

 private:
  std::uint64_t state_;
};

// FNV-1a with 64 bits.
class Hash {
 public:
  constexpr void add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
  }
  constexpr void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) add_byte(static_cast<std::uint8_t>(number >> (8 * i)));
  }
  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }

 private:
  constexpr void add_byte(std::uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001b3U; }

  std::uint64_t value_ = 0xcbf29ce484222325U;
};

// ---- Texts --------------------------------------------------------------------------------------

// A text of bounded length; what does not fit is left out.
template <std::size_t capacity>
class Text {
 public:
  void clear() { size_ = 0; }
  void add(std::string_view text) {
    for (const char c : text) add(c);
  }
  void add(char c) {
    if (size_ < capacity) bytes_[size_++] = c;
  }
  void add_number(std::uint32_t number) {
    if (number >= 10) add_number(number / 10);
    add(static_cast<char>('0' + number % 10));
  }
  void damage(Chance& chance) {
    if (size_ > 0) bytes_[chance.below(static_cast<std::uint32_t>(size_))] = random_byte(chance);
  }
  [[nodiscard]] std::string_view view() const { return {bytes_, size_}; }

  static char random_byte(Chance& chance) { return static_cast<char>(chance.below(256)); }

 private:
  char bytes_[capacity];
  std::size_t size_ = 0;
};

using RecordText = Text<3000>;
using NameText = Text<400>;

// Of each kind what is good, and what is not or rarely is.
constexpr std::string_view kNames[] = {"example.com",      "a.example",        "b.example",
                                       "c.example",        "mail.example.com", "x.a.example",
                                       "_spf.example.com", "E.Example",        "d.example."};
constexpr std::string_view kOddNames[] = {"example", "9.example",       "f-.example", "a..example",
                                          "1.2.3.4", "xn--4ca.example", ".",          "-"};
constexpr std::string_view kMacros[] = {"%{s}",  "%{l}",    "%{o}",  "%{d}",   "%{i}",    "%{p}",
                                        "%{v}",  "%{h}",    "%{d2}", "%{ir}",  "%{l1r-}", "%{L}",
                                        "%{d1}", "%{D1r.}", "%%",    "%{p1r}", "%{s1r+=}"};
constexpr std::string_view kOddMacros[] = {"%{d0}", "%{x}", "%",    "%_", "%-",
                                           "%{c}",  "%{t}", "%{r}", "%{", "%{d99999999999}"};
constexpr std::string_view kMechanisms[] = {
    "include:", "include:", "a:",        "mx:", "exists:",  "ptr:", "a",
    "mx",       "ptr",      "redirect=", "x=",  "Include:", "MX:"};
constexpr std::string_view kOddMechanisms[] = {"foo:", "exp=", "include", "a=", "all:", "ptr/"};
constexpr std::string_view kNetworks[] = {"ip4:198.51.100.1", "ip4:198.51.100.0/24",
                                          "ip6:2001:db9::/32", "ip6:::1", "ip4:192.0.2.0/29"};
constexpr std::string_view kOddNetworks[] = {"ip4:192.0.2.0/24", "ip6:2001:db8::/32",
                                             "ip4:1.2.3",        "ip4:0.0.0.0/0",
                                             "ip6:1::2::3/64",   "ip4:1.2.3.4/33"};
constexpr std::string_view kLengths[] = {"/24", "/32", "//64", "/24//48"};
constexpr std::string_view kOddLengths[] = {"/33", "//129", "/", "/08", "/0"};
constexpr std::string_view kSigns[] = {"", "", "", "+", "-", "~", "?"};
constexpr std::string_view kPlainTexts[] = {"v=spf10 -all", "", "other", "v=DMARC1; p=none",
                                            "V=SPF1"};
constexpr std::string_view kLocalParts[] = {"user",    "a.b-c+d", "strong-bad", "x=y_z/w",
                                            "\"q@r\"", "",        "\xc3\xa4"};
constexpr std::string_view kSenderDomains[] = {"example.com", "a.example", "b.example.",
                                               "\xc3\xa4.example", "m\xc3\xbcnchen.example"};
constexpr std::string_view kOddSenderDomains[] = {
    "example", "[1.2.3.4]", "\xe3\x80\x82.example", "", "xn--4ca.example", "a..b"};

// Mostly what is good.
template <std::size_t size, std::size_t odd_size>
std::string_view pick(Chance& chance, const std::string_view (&good)[size],
                      const std::string_view (&odd)[odd_size]) {
  return chance.one_in(40) ? chance.pick(odd) : chance.pick(good);
}

void add_domain(RecordText& text, Chance& chance) {
  const std::uint32_t macros = chance.one_in(3) ? chance.below(4) : 0;
  for (std::uint32_t i = 0; i < macros; ++i) {
    text.add(pick(chance, kMacros, kOddMacros));
    if (!chance.one_in(3)) text.add('.');
  }
  if (chance.one_in(60)) {
    for (std::uint32_t i = 0; i < 90; ++i) text.add("ab.");
  }
  text.add(pick(chance, kNames, kOddNames));
}

void add_term(RecordText& text, Chance& chance) {
  if (chance.one_in(3)) {
    text.add(chance.pick(kSigns));
    text.add(pick(chance, kNetworks, kOddNetworks));
    return;
  }
  if (chance.one_in(9)) {
    text.add(chance.pick(kSigns));
    text.add("all");
    return;
  }
  const std::string_view mechanism = pick(chance, kMechanisms, kOddMechanisms);
  if (mechanism.back() != '=') text.add(chance.pick(kSigns));
  text.add(mechanism);
  const bool wants_domain = mechanism.back() == ':' || mechanism.back() == '=';
  if (wants_domain) add_domain(text, chance);
  const bool takes_length = mechanism.front() == 'a' || mechanism.front() == 'm';
  if (takes_length && chance.one_in(4)) text.add(pick(chance, kLengths, kOddLengths));
}

void make_record(RecordText& text, Chance& chance) {
  text.clear();
  if (chance.one_in(30)) return text.add(chance.pick(kPlainTexts));
  text.add("v=spf1");
  std::uint32_t terms = chance.below(6);
  if (chance.one_in(40)) terms += 60;
  for (std::uint32_t i = 0; i < terms; ++i) {
    text.add(' ');
    add_term(text, chance);
  }
  if (!chance.one_in(3)) text.add(chance.one_in(2) ? " -all" : " ~all");
  if (chance.one_in(4)) {
    text.add(" exp=why.");
    add_domain(text, chance);
  }
  if (chance.one_in(40)) text.damage(chance);
}

void make_explanation(RecordText& text, Chance& chance) {
  text.clear();
  const std::uint32_t words = chance.below(8);
  for (std::uint32_t i = 0; i <= words; ++i) {
    text.add(chance.one_in(2) ? pick(chance, kMacros, kOddMacros) : "refused");
    text.add(' ');
  }
  if (chance.one_in(12)) text.damage(chance);
}

// ---- The zone -----------------------------------------------------------------------------------

constexpr std::size_t kMostRecords = 14;
constexpr std::size_t kMostStrings = 16;

// The answer to a question follows from the world and the question alone, in whatever order it is
// asked.
class Zone {
 public:
  void begin(std::uint64_t world) { world_ = world; }

  mailassay::DnsAnswer answer(const Question& question) {
    Chance chance(seed_of(question));
    mailassay::DnsAnswer answer;
    answer.secure = chance.one_in(2);
    answer.status = status(chance);
    if (answer.status == AnswerStatus::ok) answer.records = {records_, make(question, chance)};
    return answer;
  }

  mailassay::LabelAnswer label(const Question& question) {
    Chance chance(seed_of(question));
    if (chance.one_in(8))
      return {chance.one_in(2) ? AnswerStatus::error : AnswerStatus::failed, {}};
    constexpr std::string_view kLabels[] = {"xn--4ca", "xn--mnchen-3ya", "xn--", "xn--99zzzz"};
    if (chance.one_in(5)) return {AnswerStatus::ok, chance.pick(kLabels)};
    return {AnswerStatus::ok, question.name.size() < 4 ? kLabels[0] : kLabels[1]};
  }

 private:
  [[nodiscard]] std::uint64_t seed_of(const Question& question) const {
    Hash hash;
    hash.add(world_);
    hash.add(static_cast<std::uint64_t>(question.type));
    hash.add(question.name);
    return hash.value();
  }

  static AnswerStatus status(Chance& chance) {
    constexpr AnswerStatus kFaults[] = {AnswerStatus::servfail, AnswerStatus::refused,
                                        AnswerStatus::error,    AnswerStatus::bogus,
                                        AnswerStatus::timeout,  AnswerStatus::failed};
    if (chance.one_in(12)) return AnswerStatus::nxdomain;
    return chance.one_in(30) ? chance.pick(kFaults) : AnswerStatus::ok;
  }

  std::size_t make(const Question& question, Chance& chance) {
    const RecordType type = question.type;
    std::uint32_t count = chance.one_in(8) ? chance.below(kMostRecords + 1) : chance.below(3);
    if (type == RecordType::txt) count = chance.one_in(20) ? count % 4 : 1;
    for (std::uint32_t i = 0; i < count; ++i) {
      records_[i] = {};
      if (type == RecordType::txt) {
        make_text(i, question.name.starts_with("why."), chance);
      } else if (type == RecordType::a || type == RecordType::aaaa) {
        make_address(i, type, chance);
      } else {
        make_name(i, chance);
      }
    }
    return count;
  }

  void make_text(std::uint32_t index, bool explains, Chance& chance) {
    RecordText& text = texts_[index];
    if (explains) {
      make_explanation(text, chance);
    } else {
      make_record(text, chance);
    }
    std::string_view rest = text.view();
    std::size_t count = 0;
    do {
      std::size_t size = chance.one_in(3) ? chance.below(40) : 255;
      if (count + 1 == kMostStrings || size > rest.size()) size = rest.size();
      strings_[index][count++] = {rest.data(), size};
      rest.remove_prefix(size);
    } while (!rest.empty());
    records_[index].strings = {strings_[index], count};
  }

  void make_address(std::uint32_t index, RecordType type, Chance& chance) {
    mailassay::Address& address = records_[index].address;
    address.family = type == RecordType::a ? mailassay::Family::ipv4 : mailassay::Family::ipv6;
    constexpr std::uint8_t kFour[] = {192, 0, 2};
    constexpr std::uint8_t kSix[] = {0x20, 0x01, 0x0d, 0xb8};
    std::size_t i = 0;
    if (type == RecordType::a) {
      for (const std::uint8_t byte : kFour) address.bytes[i++] = byte;
    } else {
      for (const std::uint8_t byte : kSix) address.bytes[i++] = byte;
    }
    address.bytes[address.size() - 1] = static_cast<std::uint8_t>(chance.below(4) + 8);
  }

  void make_name(std::uint32_t index, Chance& chance) {
    NameText& name = names_[index];
    name.clear();
    if (chance.one_in(2)) {
      name.add_number(chance.below(30));
      name.add('.');
    }
    if (chance.one_in(40)) {
      for (std::uint32_t i = 0; i < 100; ++i) name.add("mx.");
    }
    name.add(pick(chance, kNames, kOddNames));
    if (chance.one_in(40)) name.damage(chance);
    records_[index].name = name.view();
    records_[index].preference = static_cast<std::uint16_t>(chance.below(100));
  }

  std::uint64_t world_ = 0;
  mailassay::DnsRecord records_[kMostRecords];
  RecordText texts_[kMostRecords];
  NameText names_[kMostRecords];
  std::string_view strings_[kMostRecords][kMostStrings];
};

// ---- Requests -----------------------------------------------------------------------------------

struct Sender {
  NameText mail_from;
  NameText helo;
};

void make_mail_from(NameText& text, Chance& chance) {
  text.clear();
  if (chance.one_in(12)) return;
  const bool brackets = chance.one_in(6);
  if (brackets) text.add('<');
  if (chance.one_in(20)) text.add("@route.example:");
  text.add(chance.pick(kLocalParts));
  if (!chance.one_in(20)) text.add('@');
  text.add(pick(chance, kSenderDomains, kOddSenderDomains));
  if (brackets) text.add('>');
  if (chance.one_in(30)) text.damage(chance);
}

mailassay::spf::Request make_request(Sender& sender, Chance& chance) {
  constexpr std::string_view kClients[] = {"192.0.2.9", "2001:db8::9", "::ffff:192.0.2.9"};
  make_mail_from(sender.mail_from, chance);
  sender.helo.clear();
  if (!chance.one_in(10)) sender.helo.add(pick(chance, kNames, kOddNames));
  if (chance.one_in(30)) sender.helo.damage(chance);
  mailassay::spf::Request request;
  request.client = *mailassay::Address::parse(chance.pick(kClients));
  request.mail_from = sender.mail_from.view();
  request.helo = sender.helo.view();
  if (chance.one_in(3)) request.receiver = "mx.receiver.example";
  request.now = chance.next() * std::uint64_t{chance.below(5)};
  if (chance.one_in(4)) request.void_lookups = chance.below(6);
  return request;
}

mailassay::Limits make_limits(Chance& chance) {
  mailassay::Limits limits;
  if (!chance.one_in(4)) return limits;
  limits.pool = chance.below(20000);
  limits.guess_pool = chance.below(6000);
  limits.questions = chance.below(40);
  limits.guesses = chance.below(40);
  limits.trace_steps = chance.below(40);
  limits.diagnostics = chance.below(12);
  limits.sources = chance.below(8);
  limits.record_bytes = chance.below(3000);
  limits.addresses = chance.below(20);
  limits.identity_bytes = chance.below(200);
  limits.explanation_bytes = chance.below(80);
  return limits;
}

// ---- What is hashed -----------------------------------------------------------------------------

alignas(16) std::byte memory[mailassay::scratch_bytes()];
char output[96 * 1024];

std::string_view written(std::size_t size) {
  return {output, size < sizeof(output) ? size : sizeof(output)};
}

std::uint32_t verdicts[7];

void add_report(Hash& hash, const mailassay::spf::Check& check) {
  const mailassay::spf::Result result = check.result();
  ++verdicts[static_cast<unsigned>(result.verdict)];
  hash.add(static_cast<std::uint64_t>(result.verdict));
  hash.add(std::uint64_t{result.lookups} << 32 | result.void_lookups);
  hash.add(std::uint64_t{result.limited});
  hash.add(check.scratch_used());
  std::size_t size = mailassay::write_json(result, output);
  hash.add(size);
  hash.add(written(size));
  size = mailassay::spf::received_spf(result, output);
  hash.add(written(size));
  for (const mailassay::Diagnostic& diagnostic : result.diagnostics) {
    size = mailassay::render("{found} {domain} {name} {count}/{limit}", diagnostic, output);
    hash.add(written(size));
  }
}

// Answers the new questions, now and then not all, and now and then wrongly.
void answer_some(Hash& hash, mailassay::spf::Check& check, Zone& zone, Chance& chance) {
  const bool forgetful = chance.one_in(8);
  for (const Question& question : check.new_questions()) {
    hash.add(question.name);
    hash.add(std::uint64_t{question.id} << 16 | static_cast<std::uint64_t>(question.type) << 1 |
             std::uint64_t{question.needed});
    if (forgetful && chance.one_in(3)) continue;
    const mailassay::Status status = question.kind == mailassay::QuestionKind::dns
                                         ? check.answer(question.id, zone.answer(question))
                                         : check.answer(question.id, zone.label(question));
    hash.add(static_cast<std::uint64_t>(status));
  }
}

void run_check(Hash& hash, std::uint64_t seed) {
  Chance chance(seed);
  Sender sender;
  static Zone zone;  // too large for the stack of a WebAssembly module
  zone.begin(seed);
  const mailassay::spf::Request request = make_request(sender, chance);
  const mailassay::Limits limits = make_limits(chance);
  constexpr std::uint32_t kGuesses[] = {0, 1, 5, 20, 20, 20};
  const mailassay::Options options{chance.pick(kGuesses)};
  std::size_t size = mailassay::scratch_bytes(limits);
  if (chance.one_in(3)) size = mailassay::scratch_minimum(limits) + chance.below(9000);
  if (chance.one_in(50)) size = mailassay::scratch_minimum(limits) - 1 - chance.below(50);
  if (size > sizeof(memory)) size = sizeof(memory);
  mailassay::spf::Check check(request, {memory, size}, options, limits);
  hash.add(static_cast<std::uint64_t>(check.status()));
  mailassay::Progress progress = check.poll();
  while (progress == mailassay::Progress::pending) {
    if (check.new_questions().empty()) check.fail_open(AnswerStatus::timeout);
    answer_some(hash, check, zone, chance);
    progress = check.poll();
  }
  hash.add(static_cast<std::uint64_t>(progress));
  add_report(hash, check);
}

void read_record(Hash& hash, std::uint64_t seed) {
  Chance chance(~seed);
  static RecordText text;
  make_record(text, chance);
  const std::size_t size = mailassay::write_record_json(text.view(), output);
  hash.add(written(size));
  mailassay::spf::RecordReader reader(text.view());
  mailassay::spf::Term term;
  while (reader.next(term)) hash.add(written(mailassay::spf::format(term, text.view(), output)));
}

std::uint64_t last_value = 0;

}  // namespace

extern "C" {

// The number of all inputs from 0 to `count`, as two halves, since not every bridge to WebAssembly
// carries 64 bits.
void ma_determinism_run(std::uint32_t count) {
  Hash hash;
#ifdef MAILASSAY_PLANT_DIFFERENCE
  hash.add(sizeof(void*));
#endif
  for (std::uint32_t seed = 0; seed < count; ++seed) {
    run_check(hash, seed);
    read_record(hash, seed);
  }
  last_value = hash.value();
}
std::uint32_t ma_determinism_low() { return static_cast<std::uint32_t>(last_value); }
std::uint32_t ma_determinism_high() { return static_cast<std::uint32_t>(last_value >> 32); }
}

#ifndef __wasm__
#include <cstdio>
#include <cstdlib>

int main(int count, char** arguments) {
  ma_determinism_run(static_cast<std::uint32_t>(count > 1 ? std::atoi(arguments[1]) : 20000));
  std::printf("%08x%08x", ma_determinism_high(), ma_determinism_low());
  for (const std::uint32_t times : verdicts) std::printf(" %u", times);
  std::printf("\n");
}
#endif
