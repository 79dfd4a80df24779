// Domain names in text form (RFC 1035 §2.3.4, §3.1), without escapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/ascii.h"

namespace mailassay::inline v0::detail {

inline constexpr std::size_t kNameBytes = 253;  // RFC 7208 §7.3; RFC 1035 §2.3.4 in text form
inline constexpr std::size_t kLabelBytes = 63;

// `name` without one final dot.
constexpr std::string_view without_final_dot(std::string_view name) noexcept {
  return !name.empty() && name.back() == '.' ? head(name, name.size() - 1) : name;
}

// True if DNS can carry the name: no empty label, none over 63 bytes, 253 bytes in all. Any byte
// may stand in a label. `name` has no final dot.
bool is_valid_name(std::string_view name) noexcept;

// True if the name has two labels or more.
constexpr bool is_multi_label(std::string_view name) noexcept {
  for (const char c : name) {
    if (c == '.') return true;
  }
  return false;
}

// True for a name that a mail host can have: valid, two labels or more of letters, digits, hyphens
// and underscores (RFC 8553), the last of them not only digits, so that no address passes.
bool is_host_name(std::string_view name) noexcept;

// True if `name` is `domain` or lies below it. Neither has a final dot.
bool is_same_or_below(std::string_view name, std::string_view domain) noexcept;

// A hash of the name that does not regard the case of ASCII letters.
constexpr std::uint32_t hash_name(std::string_view name, std::uint32_t seed) noexcept {
  std::uint32_t hash = 2166136261U ^ seed;  // FNV-1a
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(to_lower(c))) * 16777619U;
  }
  return hash ^ hash >> 15;
}

}  // namespace mailassay::inline v0::detail
