// A recursive descent over the bytes: one function for each rule of RFC 8259. Positions are
// byte offsets while reading; line and column are counted only when an error is reported.
#include "demo/json.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace demo {
namespace {

constexpr char32_t kNoCodePoint = 0xFFFFFFFF;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

// Bytes of the sequence that a byte beyond ASCII begins; 0 if it begins none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

// Decodes one code point and moves `at` behind it (RFC 3629: shortest form, no surrogates, at
// most U+10FFFF). Returns kNoCodePoint, and leaves `at` alone, if there is none.
char32_t take_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  const std::size_t length = sequence_length(lead);
  if (length == 0 || text.size() - at < length) return kNoCodePoint;
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  char32_t value = lead & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[at + i])) return kNoCodePoint;
    value = value << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  }
  if (value < kLeast[length] || value > 0x10FFFF || is_surrogate(value)) return kNoCodePoint;
  at += length;
  return value;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Json read_document() {
    if (text_.starts_with("\xEF\xBB\xBF")) {
      fail("the text begins with a byte order mark; save it as UTF-8 without one");
    }
    Json value = read_value();
    skip_space();
    if (!at_end()) fail("nothing may follow the value");
    return value;
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }

  [[noreturn]] void fail(std::string_view problem) const { fail(problem, at_); }
  [[noreturn]] void fail(std::string_view problem, std::size_t where) const {
    std::size_t line = 1;
    std::size_t column = 1;
    for (const char c : text_.substr(0, where)) {
      if (!is_continuation(c)) ++column;
      if (c != '\n') continue;
      ++line;
      column = 1;
    }
    throw JsonError(problem, line, column);
  }

  void skip_space() {
    const std::size_t next = text_.find_first_not_of(" \t\r\n", at_);
    at_ = std::min(next, text_.size());
  }

  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c, std::string_view problem) {
    skip_space();
    if (!take(c)) fail(problem);
  }

  Json read_value() {
    skip_space();
    if (at_end()) fail("the text ends where a value is expected");
    switch (peek()) {
      case '{':
        return read_object();
      case '[':
        return read_array();
      case '"':
        return Json(read_string());
      case 't':
        return read_word("true", Json(true));
      case 'f':
        return read_word("false", Json(false));
      case 'n':
        return read_word("null", Json());
      default:
        return read_number();
    }
  }

  Json read_word(std::string_view word, Json value) {
    if (text_.substr(at_, word.size()) != word) fail("a value is expected");
    at_ += word.size();
    return value;
  }

  void enter() {
    if (++depth_ > Json::kMaxDepth) fail("arrays and objects are nested too deep");
    ++at_;
    skip_space();
  }

  Json read_array() {
    enter();
    Json::Array items;
    if (!take(']')) {
      do items.push_back(read_value());
      while (take_comma());
      expect(']', "a comma or ] is expected");
    }
    --depth_;
    return Json(std::move(items));
  }

  Json read_object() {
    enter();
    Json::Object members;
    std::set<std::string> names;
    if (!take('}')) {
      do {
        skip_space();
        const std::size_t begin = at_;
        if (peek() != '"') fail("a name in quotation marks is expected");
        std::string name = read_string();
        if (!names.insert(name).second) fail("this name stands twice in one object", begin);
        expect(':', "a colon is expected");
        Json value = read_value();
        members.push_back({std::move(name), std::move(value)});
      } while (take_comma());
      expect('}', "a comma or } is expected");
    }
    --depth_;
    return Json(std::move(members));
  }

  bool take_comma() {
    skip_space();
    return take(',');
  }

  std::string read_string() {
    ++at_;  // the quotation mark
    std::string out;
    while (!take('"')) {
      if (at_end()) fail("the text ends inside a string");
      if (peek() == '\\') {
        append_utf8(out, read_escape());
        continue;
      }
      const std::size_t begin = at_;
      const char32_t c = take_code_point(text_, at_);
      if (c == kNoCodePoint) fail("these bytes are not UTF-8");
      if (c < 0x20) fail("a control character in a string must be escaped", begin);
      out.append(text_, begin, at_ - begin);
    }
    return out;
  }

  char32_t read_escape() {
    const std::size_t begin = at_++;  // the backslash
    const char c = peek();
    constexpr std::string_view kShort = "\"\\/bfnrt";
    constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
    const std::size_t index = c == '\0' ? std::string_view::npos : kShort.find(c);
    if (index != std::string_view::npos) {
      ++at_;
      return static_cast<unsigned char>(kMeaning[index]);
    }
    if (c != 'u') fail("this is no escape sequence of JSON", begin);
    const char32_t first = read_hex4(begin);
    if (!is_surrogate(first)) return first;
    if (first >= 0xDC00 || text_.substr(at_, 1) != "\\") fail("this surrogate stands alone", begin);
    ++at_;
    if (peek() != 'u') fail("this surrogate stands alone", begin);
    const char32_t second = read_hex4(begin);
    if (second < 0xDC00 || second > 0xDFFF) fail("this surrogate stands alone", begin);
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }

  char32_t read_hex4(std::size_t escape) {
    ++at_;  // the u
    std::uint32_t value = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || end != digits.data() + 4) {
      fail("\\u needs four hexadecimal digits", escape);
    }
    at_ += 4;
    return value;
  }

  Json read_number() {
    const std::size_t begin = at_;
    take('-');
    if (!is_digit(peek())) fail("a value is expected", begin);
    if (!take('0')) skip_digits();
    if (is_digit(peek())) fail("a number may not begin with a zero", begin);
    if (take('.')) need_digits();
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      need_digits();
    }
    return Json(Json::Number{std::string(text_.substr(begin, at_ - begin))});
  }

  void skip_digits() {
    while (is_digit(peek())) ++at_;
  }

  void need_digits() {
    if (!is_digit(peek())) fail("a digit is expected");
    skip_digits();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
};

void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_value(std::string& out, const Json& value) {
  if (value.is_null()) out += "null";
  if (value.is_bool()) out += value.as_bool() ? "true" : "false";
  if (value.is_number()) out += value.as_number_text();
  if (value.is_string()) append_string(out, value.as_string());
  if (value.is_array()) {
    char separator = '[';
    for (const Json& item : value.as_array()) {
      out += std::exchange(separator, ',');
      append_value(out, item);
    }
    out += separator == '[' ? "[]" : "]";
  }
  if (value.is_object()) {
    char separator = '{';
    for (const Json::Member& member : value.as_object()) {
      out += std::exchange(separator, ',');
      append_string(out, member.name);
      out += ':';
      append_value(out, member.value);
    }
    out += separator == '{' ? "{}" : "}";
  }
}

}  // namespace

JsonError::JsonError(std::string_view problem, std::size_t line, std::size_t column)
    : std::runtime_error("line " + std::to_string(line) + ", column " + std::to_string(column) +
                         ": " + std::string(problem)),
      line_(line),
      column_(column) {}

Json::Json() noexcept = default;
Json::Json(bool value) noexcept : value_(value) {}
Json::Json(Number value) noexcept : value_(std::move(value)) {}
Json::Json(std::string value) noexcept : value_(std::move(value)) {}
Json::Json(Array value) noexcept : value_(std::move(value)) {}
Json::Json(Object value) noexcept : value_(std::move(value)) {}

Json Json::parse(std::string_view text) { return Reader(text).read_document(); }

const char* Json::type_name() const noexcept {
  constexpr const char* kNames[] = {"null",     "true or false", "a number",
                                    "a string", "an array",      "an object"};
  return kNames[value_.index()];
}

template <class T>
const T& Json::get(const char* expected) const {
  if (const T* value = std::get_if<T>(&value_)) return *value;
  throw std::runtime_error(std::string(expected) + " was expected, not " + type_name());
}

bool Json::as_bool() const { return get<bool>("true or false"); }
const std::string& Json::as_string() const { return get<std::string>("a string"); }
const Json::Array& Json::as_array() const { return get<Array>("an array"); }
const Json::Object& Json::as_object() const { return get<Object>("an object"); }
const std::string& Json::as_number_text() const { return get<Number>("a number").text; }

std::int64_t Json::as_integer() const {
  const std::string& text = as_number_text();
  const char* const end = text.data() + text.size();
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) {
    throw std::runtime_error("a whole number of at most 63 bits was expected, not " + text);
  }
  return value;
}

const Json* Json::find(std::string_view name) const noexcept {
  const Object* members = std::get_if<Object>(&value_);
  if (members == nullptr) return nullptr;
  const auto found = std::find_if(members->begin(), members->end(),
                                  [name](const Member& member) { return member.name == name; });
  return found == members->end() ? nullptr : &found->value;
}

std::string to_text(const Json& value) {
  std::string out;
  append_value(out, value);
  return out;
}

std::string bytes_of(std::string_view utf8) {
  std::string bytes;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = take_code_point(utf8, at);
    if (c == kNoCodePoint) throw std::runtime_error("the string is not UTF-8");
    if (c > 0xFF) {
      char number[8];
      const auto end = std::to_chars(number, number + sizeof number, std::uint32_t{c}, 16).ptr;
      throw std::runtime_error("the character with code point 0x" + std::string(number, end) +
                               " stands for no byte; only those up to 0xff do");
    }
    bytes += static_cast<char>(c);
  }
  return bytes;
}

std::string utf8_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) append_utf8(text, static_cast<unsigned char>(byte));
  return text;
}

}  // namespace demo
