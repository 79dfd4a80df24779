// The pool: one block of memory, filled from both ends.
//
// What is kept (questions, answers, parsed records) grows from the low end and stays; what a pass
// makes (the explanation, copies for diagnostics) grows from the high end and is dropped by
// drop_pass(). Layouts are fixed and offsets have 32 bits, so that the same input meets the same
// limit at the same byte on every platform.
//
// Two accounts share the low end. What the verdict needs is charged, together with what the pass
// made, against `capacity`; what belongs to guesses is charged against `guess_capacity`. Since both
// capacities are there physically, a guess never takes room from what is needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace mailassay::inline v0::detail {

// A byte range of the pool. Offset 0 is never given out, so a zero range means "none".
struct Range {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

enum class Account : std::uint8_t { needed, guess };

class Pool {
 public:
  static constexpr std::uint32_t kUnit = 4;  // alignment of everything in the pool

  Pool(std::byte* base, std::uint32_t capacity, std::uint32_t guess_capacity) noexcept
      : base_(base), capacity_(capacity), guess_capacity_(guess_capacity) {}

  // Room for `size` bytes that stays; a range of offset 0 if the account is used up.
  Range keep(std::size_t size, Account account) noexcept {
    const std::uint64_t bytes = round_up(size);
    if (account == Account::guess ? bytes + guess_ > guess_capacity_ : !has_room(bytes)) return {};
    const Range range{kUnit + low_, static_cast<std::uint32_t>(size)};
    low_ += static_cast<std::uint32_t>(bytes);
    (account == Account::guess ? guess_ : needed_) += static_cast<std::uint32_t>(bytes);
    note_peak();
    return range;
  }

  // Room that lasts until drop_pass().
  Range borrow(std::size_t size) noexcept {
    const std::uint64_t bytes = round_up(size);
    if (!has_room(bytes)) return {};
    pass_ += static_cast<std::uint32_t>(bytes);
    note_peak();
    return {kUnit + capacity_ + guess_capacity_ - pass_, static_cast<std::uint32_t>(size)};
  }

  // Moves `bytes` from the guesses' account to that of what is needed; false if there is no room.
  bool charge(std::uint32_t bytes) noexcept {
    if (!has_room(bytes)) return false;
    guess_ -= bytes;
    needed_ += bytes;
    return true;
  }

  void drop_pass() noexcept { pass_ = 0; }

  static constexpr std::uint64_t round_up(std::size_t size) noexcept {
    return (std::uint64_t{size} + kUnit - 1) / kUnit * kUnit;
  }

  [[nodiscard]] std::string_view text(Range range) const noexcept {
    return {reinterpret_cast<const char*>(base_ + range.offset), range.size};
  }
  [[nodiscard]] std::span<char> bytes(Range range) noexcept {
    return {reinterpret_cast<char*>(base_ + range.offset), range.size};
  }
  [[nodiscard]] std::byte* at(std::uint32_t offset) noexcept { return base_ + offset; }
  [[nodiscard]] const std::byte* at(std::uint32_t offset) const noexcept { return base_ + offset; }

  template <class T>
  [[nodiscard]] T load(std::uint32_t offset) const noexcept {
    T value;
    std::memcpy(&value, base_ + offset, sizeof(T));
    return value;
  }
  template <class T>
  void store(std::uint32_t offset, const T& value) noexcept {
    std::memcpy(base_ + offset, &value, sizeof(T));
  }

  // Copies a text to a place that was given out for it.
  void write(std::uint32_t offset, std::string_view text) noexcept {
    if (!text.empty()) std::memcpy(base_ + offset, text.data(), text.size());
  }

  // The range of a text that already lies in the pool; none if it does not.
  [[nodiscard]] Range find(std::string_view text) const noexcept {
    const auto begin = reinterpret_cast<std::uintptr_t>(base_);
    const auto place = reinterpret_cast<std::uintptr_t>(text.data());
    const std::uint64_t size = std::uint64_t{kUnit} + capacity_ + guess_capacity_;
    if (place < begin || place - begin + text.size() > size) return {};
    return {static_cast<std::uint32_t>(place - begin), static_cast<std::uint32_t>(text.size())};
  }

  // The offset of a place inside the pool.
  [[nodiscard]] std::uint32_t offset_of(const void* place) const noexcept {
    return static_cast<std::uint32_t>(static_cast<const std::byte*>(place) - base_);
  }

  [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::uint32_t peak() const noexcept { return peak_; }

 private:
  [[nodiscard]] bool has_room(std::uint64_t bytes) const noexcept {
    return bytes + needed_ + pass_ <= capacity_;
  }
  void note_peak() noexcept {
    if (low_ + pass_ > peak_) peak_ = low_ + pass_;
  }

  std::byte* base_;
  std::uint32_t capacity_;
  std::uint32_t guess_capacity_;
  std::uint32_t low_ = 0;
  std::uint32_t needed_ = 0;
  std::uint32_t guess_ = 0;
  std::uint32_t pass_ = 0;
  std::uint32_t peak_ = 0;
};

}  // namespace mailassay::inline v0::detail
