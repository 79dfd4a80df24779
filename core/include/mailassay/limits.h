// How much memory and work a check may cost. All sizes are in bytes unless a line says otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mailassay::inline v0 {

// Sizes of one check, by value. Reaching one of them is a verdict (the standard's own error with a
// `limit.*` diagnostic and `limited` set), never a crash and never a pass.
struct Limits {
  // Everything that the verdict needs: questions, answers, parsed records, expansions. 128 KiB
  // holds everyday records and every case of our vectors, not every case that RFC 7208 permits:
  // ten records of 64 KiB each would be lawful too.
  std::uint32_t pool = 128 * 1024;
  // Answers to guesses (see Options::guesses). They never take room from the pool: one that does
  // not fit is forgotten and asked again if the verdict turns out to need it.
  std::uint32_t guess_pool = 32 * 1024;
  // Questions that one verdict may need. RFC 7208 §4.6.4 allows 1 + 10 * (1 + 10) + 1 look-ups.
  std::uint32_t questions = 128;
  // Rows kept for guesses; Options::guesses beyond it is cut to it.
  std::uint32_t guesses = 32;
  std::uint32_t trace_steps = 256;
  std::uint32_t diagnostics = 64;
  std::uint32_t sources = 64;
  // One TXT record, its strings joined (the longest that DNS can carry).
  std::uint32_t record_bytes = 65535;
  // Addresses of one name, and hosts of one MX answer. Where what is left out could matter the
  // verdict is limited.
  std::uint32_t addresses = 512;
  // MAIL FROM and HELO, each (the receiver's name is cut at 255). RFC 5321 §4.5.3.1 needs 320; real
  // senders exceed it.
  std::uint32_t identity_bytes = 16 * 1024;
  // The explanation (RFC 7208 §6.2: implementations MAY limit its length).
  std::uint32_t explanation_bytes = 1024;
};

// Behaviour of one check, by value.
struct Options {
  // How many questions may be open, or answered, without being needed (DESIGN.md §1): a check asks
  // at most the sequential number plus `guesses`. 0 = strictly one after the other.
  std::uint32_t guesses = 20;
};

namespace detail {

// Sizes of the fixed tables; the sources prove them by static_assert.
inline constexpr std::size_t kPassBytes = 640;
inline constexpr std::size_t kQuestionBytes = 40;
inline constexpr std::size_t kStepBytes = 40;
inline constexpr std::size_t kDiagnosticBytes = 56;
inline constexpr std::size_t kSourceBytes = 32;
inline constexpr std::size_t kAlignment = 16;
// The smallest pool with which a check can end in a verdict of its own.
inline constexpr std::size_t kPoolMinimum = 256;
// What is left of it when guesses have had their share; a smaller Limits::pool is raised to it.
inline constexpr std::uint32_t kPoolFloor = 192;

// Rows are numbered with 16 bits, so a larger limit than this, of questions or guesses, is cut.
inline constexpr std::uint32_t kMaxRows = 0x7fff;
constexpr std::uint32_t capped_rows(std::uint32_t limit) noexcept {
  return limit < kMaxRows ? limit : kMaxRows;
}

constexpr std::size_t question_rows(const Limits& limits) noexcept {
  return std::size_t{capped_rows(limits.questions)} + capped_rows(limits.guesses);
}

// Slots of the hash table over all questions: a power of two, at most half full.
constexpr std::size_t question_slots(const Limits& limits) noexcept {
  std::size_t slots = 16;
  while (slots < 2 * question_rows(limits)) slots *= 2;
  return slots;
}

constexpr std::size_t table_bytes(const Limits& limits) noexcept {
  return 2 * kAlignment + kPassBytes + kQuestionBytes * question_rows(limits) +
         sizeof(std::uint16_t) * question_slots(limits) + kStepBytes * limits.trace_steps +
         kDiagnosticBytes * limits.diagnostics + kSourceBytes * limits.sources;
}

}  // namespace detail

// The memory with which a check reaches every one of `limits`. Limits whose sum a size_t cannot
// hold are the caller's mistake.
constexpr std::size_t scratch_bytes(const Limits& limits = {}) noexcept {
  const std::size_t pools = std::size_t{limits.pool} + limits.guess_pool;
  const std::size_t least = detail::kPoolMinimum;
  return detail::table_bytes(limits) + (pools < least ? least : pools);
}

// The least memory with which a check can be made; less is misuse. Between this and
// scratch_bytes() the pool is smaller, so that a verdict may be `limited` earlier.
constexpr std::size_t scratch_minimum(const Limits& limits = {}) noexcept {
  return detail::table_bytes(limits) + detail::kPoolMinimum;
}

}  // namespace mailassay::inline v0
