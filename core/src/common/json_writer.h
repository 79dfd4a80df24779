// Bounded JSON output (RFC 8259): ASCII only, bytes as the code points 0-255.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/writer.h"
#include "mailassay/result.h"

namespace mailassay::inline v0::detail {

class JsonWriter {
 public:
  explicit JsonWriter(std::span<char> out) noexcept : out_(out) {}

  void begin_object() noexcept { begin('{'); }
  void end_object() noexcept { end('}'); }
  void begin_array() noexcept { begin('['); }
  void end_array() noexcept { end(']'); }

  void key(std::string_view name) noexcept {
    separate();
    quote(name);
    out_.put(':');
    first_ = true;  // no comma before the value
  }

  void string(std::string_view text) noexcept {
    separate();
    quote(text);
  }
  void number(std::int64_t value) noexcept {
    separate();
    if (value < 0) out_.put('-');
    out_.put_number(value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                              : static_cast<std::uint64_t>(value));
  }
  void boolean(bool value) noexcept {
    separate();
    out_.put(value ? "true" : "false");
  }

  void member(std::string_view name, std::string_view text) noexcept {
    key(name);
    string(text);
  }
  void member(std::string_view name, const char* text) noexcept {
    member(name, std::string_view(text));
  }
  void member(std::string_view name, std::int64_t value) noexcept {
    key(name);
    number(value);
  }
  void member(std::string_view name, std::uint32_t value) noexcept {
    member(name, static_cast<std::int64_t>(value));
  }
  void member(std::string_view name, std::int32_t value) noexcept {
    member(name, static_cast<std::int64_t>(value));
  }
  void member(std::string_view name, bool value) noexcept {
    key(name);
    boolean(value);
  }

  [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }

 private:
  void begin(char bracket) noexcept {
    separate();
    out_.put(bracket);
    first_ = true;
  }
  void end(char bracket) noexcept {
    out_.put(bracket);
    first_ = false;
  }
  void separate() noexcept {
    if (!first_) out_.put(',');
    first_ = false;
  }
  void quote(std::string_view text) noexcept;

  Writer out_;
  bool first_ = true;
};

// The parts that all results share; each writes its members into the open object.
void write_members(JsonWriter& json, const Diagnostic& diagnostic) noexcept;
void write_members(JsonWriter& json, const Report& report) noexcept;

}  // namespace mailassay::inline v0::detail
