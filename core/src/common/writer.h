// Bounded output: counts everything, writes what fits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "common/ascii.h"

namespace mailassay::inline v0::detail {

class Writer {
 public:
  explicit Writer(std::span<char> out) noexcept : out_(out) {}

  void put(char c) noexcept {
    if (size_ < out_.size()) out_[size_] = c;
    ++size_;
  }

  void put(std::string_view text) noexcept {
    if (size_ < out_.size() && !text.empty()) {
      const std::size_t room = out_.size() - size_;
      std::memcpy(out_.data() + size_, text.data(), text.size() < room ? text.size() : room);
    }
    size_ += text.size();
  }

  void put_number(std::uint64_t value) noexcept {
    char digits[20];
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count > 0) put(digits[--count]);
  }

  // Bytes wanted so far, also those that did not fit.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::span<char> out_;
  std::size_t size_ = 0;
};

}  // namespace mailassay::inline v0::detail
