// A small strict JSON reader (RFC 8259) for zone files and the vectors: text in, value tree out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace demo {

// Where and why a text is not JSON. `line` and `column` count from 1; a column is one character.
class JsonError : public std::runtime_error {
 public:
  JsonError(std::string_view problem, std::size_t line, std::size_t column);

  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  [[nodiscard]] std::size_t column() const noexcept { return column_; }

 private:
  std::size_t line_;
  std::size_t column_;
};

// One JSON value. Strings are UTF-8. Objects keep the order of the text; a name occurs once.
class Json {
 public:
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;
  // A number stays as it was written, so that re-serialising loses nothing.
  struct Number {
    std::string text;
  };

  // Containers may be nested this deep.
  static constexpr unsigned kMaxDepth = 64;

  Json() noexcept;  // null
  explicit Json(bool value) noexcept;
  explicit Json(Number value) noexcept;
  explicit Json(std::string value) noexcept;
  explicit Json(Array value) noexcept;
  explicit Json(Object value) noexcept;

  // Reads a whole text; throws JsonError. Stricter than RFC 8259 in two places where it leaves
  // room: a repeated name in an object and an unpaired surrogate are errors.
  static Json parse(std::string_view text);

  [[nodiscard]] bool is_null() const noexcept { return holds<std::nullptr_t>(); }
  [[nodiscard]] bool is_bool() const noexcept { return holds<bool>(); }
  [[nodiscard]] bool is_number() const noexcept { return holds<Number>(); }
  [[nodiscard]] bool is_string() const noexcept { return holds<std::string>(); }
  [[nodiscard]] bool is_array() const noexcept { return holds<Array>(); }
  [[nodiscard]] bool is_object() const noexcept { return holds<Object>(); }

  // The value as a type; throws std::runtime_error ("a string was expected, not a number").
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] const Array& as_array() const;
  [[nodiscard]] const Object& as_object() const;
  // A number without fraction and exponent that fits; anything else throws.
  [[nodiscard]] std::int64_t as_integer() const;
  // The number as it was written.
  [[nodiscard]] const std::string& as_number_text() const;

  // The member of that name; nullptr if there is none or this is no object.
  [[nodiscard]] const Json* find(std::string_view name) const noexcept;

  // "null", "a string", "an object" …, for messages.
  [[nodiscard]] const char* type_name() const noexcept;

 private:
  template <class T>
  [[nodiscard]] bool holds() const noexcept {
    return std::holds_alternative<T>(value_);
  }
  template <class T>
  [[nodiscard]] const T& get(const char* expected) const;

  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> value_;
};

struct Json::Member {
  std::string name;
  Json value;
};

// Compact JSON text. Characters beyond ASCII stay UTF-8.
std::string to_text(const Json& value);

// The bytes that `utf8` stands for: one byte for each code point from 0 to 255. Throws
// std::runtime_error for any other code point.
std::string bytes_of(std::string_view utf8);
// The inverse: each byte as the code point of its value, in UTF-8.
std::string utf8_of(std::string_view bytes);

}  // namespace demo
