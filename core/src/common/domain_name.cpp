#include "common/domain_name.h"

namespace mailassay::inline v0::detail {
namespace {

constexpr bool is_host_byte(char c) noexcept { return is_alnum(c) || c == '-' || c == '_'; }

}  // namespace

bool is_valid_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kNameBytes) return false;
  std::size_t label = 0;
  for (const char c : name) {
    if (c != '.') {
      if (++label > kLabelBytes) return false;
    } else if (label == 0) {
      return false;
    } else {
      label = 0;
    }
  }
  return label > 0;
}

bool is_host_name(std::string_view name) noexcept {
  if (!is_valid_name(name) || !is_multi_label(name)) return false;
  bool only_digits = true;  // in the label read last
  for (const char c : name) {
    if (c == '.') {
      only_digits = true;
    } else if (!is_host_byte(c)) {
      return false;
    } else {
      only_digits = only_digits && is_digit(c);
    }
  }
  return !only_digits;
}

bool is_same_or_below(std::string_view name, std::string_view domain) noexcept {
  if (name.size() < domain.size()) return false;
  const std::size_t offset = name.size() - domain.size();
  if (!equal_ignoring_case(drop(name, offset), domain)) return false;
  return offset == 0 || name[offset - 1] == '.';
}

}  // namespace mailassay::inline v0::detail
