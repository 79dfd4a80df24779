// The one way to read text: a position that moves forward over a view.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/ascii.h"
#include "mailassay/result.h"

namespace mailassay::inline v0::detail {

// Each take… consumes what it names and says so by its return value; on failure nothing is
// consumed. Offsets count from the start of the text.
class Cursor {
 public:
  constexpr explicit Cursor(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] constexpr bool at_end() const noexcept { return position_ == text_.size(); }
  [[nodiscard]] constexpr std::uint32_t position() const noexcept {
    return static_cast<std::uint32_t>(position_);
  }
  [[nodiscard]] constexpr std::string_view rest() const noexcept { return drop(text_, position_); }

  // The next byte, or NUL at the end (use at_end() where NUL may be data).
  [[nodiscard]] constexpr char peek() const noexcept { return at_end() ? '\0' : text_[position_]; }

  constexpr bool take(char expected) noexcept {
    if (at_end() || text_[position_] != expected) return false;
    ++position_;
    return true;
  }

  // Takes `word` without regard to the case of ASCII letters.
  constexpr bool take_word(std::string_view word) noexcept {
    if (!equal_ignoring_case(head(rest(), word.size()), word)) return false;
    position_ += word.size();
    return true;
  }

  // Takes the longest run of bytes for which `accepts` is true, perhaps none.
  template <class Accepts>
  constexpr std::string_view take_while(Accepts accepts) noexcept {
    const std::size_t begin = position_;
    while (position_ < text_.size() && accepts(text_[position_])) ++position_;
    return {text_.data() + begin, position_ - begin};
  }

  // Takes a decimal number of 1 to `digits` digits without a leading zero ("0" itself is fine) that
  // is followed by no further digit.
  constexpr bool take_number(unsigned digits, unsigned& value) noexcept {
    std::size_t end = position_;
    unsigned number = 0;
    while (end < text_.size() && is_digit(text_[end]) && end - position_ <= digits) {
      number = number * 10 + static_cast<unsigned>(text_[end] - '0');
      ++end;
    }
    const std::size_t length = end - position_;
    if (length == 0 || length > digits || (length > 1 && text_[position_] == '0')) return false;
    value = number;
    position_ = end;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace mailassay::inline v0::detail
