#include "common/idna.h"

#include "common/ascii.h"
#include "common/domain_name.h"
#include "common/utf8.h"
#include "common/writer.h"

namespace mailassay::inline v0::detail {
namespace {

// RFC 3492 §5.
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kTMin = 1;
constexpr std::uint32_t kTMax = 26;
constexpr std::uint32_t kSkew = 38;
constexpr std::uint32_t kDamp = 700;
constexpr std::uint32_t kInitialBias = 72;
constexpr std::uint32_t kInitialN = 128;

// A label has at most 63 bytes, and each code point takes one of them or more.
constexpr std::uint32_t kMaxPoints = kLabelBytes;

struct CodePoints {
  std::uint32_t point[kMaxPoints];
  std::uint32_t count = 0;
};

// RFC 3492 §6.1.
std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) noexcept {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  while (delta > (kBase - kTMin) * kTMax / 2) {
    delta /= kBase - kTMin;
    k += kBase;
  }
  return k + (kBase - kTMin + 1) * delta / (delta + kSkew);
}

std::uint32_t digit_value(char c) noexcept {
  if (is_alpha(c)) return static_cast<std::uint32_t>(to_lower(c) - 'a');
  if (is_digit(c)) return static_cast<std::uint32_t>(c - '0') + 26;
  return kBase;
}

// One generalized variable-length integer (RFC 3492 §3.3), added to `i`. At most 63 digits, the
// value capped well below overflow: no code point of a label needs more than 2^28.
bool take_delta(std::string_view text, std::size_t& position, std::uint32_t bias,
                std::uint64_t& i) noexcept {
  constexpr std::uint64_t kCap = std::uint64_t{1} << 28;
  std::uint64_t weight = 1;
  for (std::uint32_t k = kBase;; k += kBase) {
    if (position == text.size()) return false;
    const std::uint32_t digit = digit_value(text[position++]);
    if (digit >= kBase) return false;
    i += digit * weight;
    const std::uint32_t t = k <= bias + kTMin ? kTMin : k >= bias + kTMax ? kTMax : k - bias;
    if (i > kCap) return false;
    if (digit < t) return true;
    weight *= kBase - t;
    if (weight > kCap) return false;
  }
}

bool insert(CodePoints& points, std::uint64_t index, std::uint32_t point) noexcept {
  if (points.count == kMaxPoints) return false;
  for (std::uint32_t i = points.count; i > index; --i) points.point[i] = points.point[i - 1];
  points.point[index] = point;
  ++points.count;
  return true;
}

// RFC 3492 §6.2.
bool decode_punycode(std::string_view text, CodePoints& points) noexcept {
  std::size_t basic = text.size();
  while (basic > 0 && text[basic - 1] != '-') --basic;
  for (std::size_t i = 0; i + 1 < basic; ++i) {
    if (!is_ascii(text[i]) || !insert(points, points.count, static_cast<unsigned char>(text[i]))) {
      return false;
    }
  }
  std::uint32_t n = kInitialN;
  std::uint32_t bias = kInitialBias;
  std::uint64_t i = 0;
  for (std::size_t position = basic; position < text.size();) {
    const std::uint64_t old = i;
    if (!take_delta(text, position, bias, i)) return false;
    const std::uint32_t count = points.count + 1;
    bias = adapt(static_cast<std::uint32_t>(i - old), count, old == 0);
    n += static_cast<std::uint32_t>(i / count);
    i %= count;
    if (n > 0x10ffff || !insert(points, i, n)) return false;
    ++i;
  }
  return true;
}

bool in_range(std::uint32_t point, std::uint32_t first, std::uint32_t last) noexcept {
  return point >= first && point <= last;
}

// Latin Extended-A comes in pairs, capital first; which of the two is even changes twice.
std::uint32_t lower_latin_a(std::uint32_t point) noexcept {
  if (point == 0x130 || point == 0x138 || point == 0x149 || point == 0x17f) return point;
  if (point == 0x178) return 0xff;
  const bool odd_is_capital = in_range(point, 0x139, 0x148) || in_range(point, 0x179, 0x17e);
  return (point % 2 == 1) == odd_is_capital ? point + 1 : point;
}

std::uint32_t fold_ascii(std::uint32_t point) noexcept {
  return point < 0x80 ? static_cast<unsigned char>(to_lower(static_cast<char>(point))) : point;
}

std::uint32_t lower(std::uint32_t point) noexcept {
  if (point < 0x80) return fold_ascii(point);
  if (in_range(point, 0xc0, 0xde) && point != 0xd7) return point + 0x20;
  if (in_range(point, 0x100, 0x17f)) return lower_latin_a(point);
  if (in_range(point, 0x391, 0x3ab) && point != 0x3a2) return point + 0x20;
  if (point == 0x386) return 0x3ac;
  if (in_range(point, 0x388, 0x38a)) return point + 0x25;
  if (point == 0x38c) return 0x3cc;
  if (in_range(point, 0x38e, 0x38f)) return point + 0x3f;
  if (in_range(point, 0x400, 0x40f)) return point + 0x50;
  if (in_range(point, 0x410, 0x42f)) return point + 0x20;
  return point;
}

void put_code_point(Writer& out, std::uint32_t point) noexcept {
  const auto put = [&](std::uint32_t byte) { out.put(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3f));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
    put(0x80 | (point >> 6 & 0x3f));
  }
  put(0x80 | (point & 0x3f));
}

}  // namespace

bool stands_for(std::string_view a_label, std::string_view u_label) noexcept {
  if (a_label.size() > kLabelBytes || !equal_ignoring_case(head(a_label, 4), "xn--")) return false;
  CodePoints points;
  if (!decode_punycode(drop(a_label, 4), points)) return false;
  std::size_t position = 0;
  for (std::uint32_t i = 0; i < points.count; ++i) {
    std::uint32_t wanted = 0;
    if (position == u_label.size() || !take_code_point(u_label, position, wanted) ||
        fold_ascii(points.point[i]) != wanted) {
      return false;
    }
  }
  return position == u_label.size() && !all_ascii(u_label);
}

std::size_t prepare_u_label(std::string_view label, std::span<char> out) noexcept {
  if (label.empty() || label.front() == '-' || label.back() == '-') return 0;
  Writer writer(out);
  std::size_t position = 0;
  while (position < label.size()) {
    std::uint32_t point = 0;
    if (!take_code_point(label, position, point)) return 0;
    if (point == 0x3002 || point == 0xff0e || point == 0xff61) return 0;
    put_code_point(writer, lower(point));
  }
  return writer.size() <= out.size() ? writer.size() : 0;
}

}  // namespace mailassay::inline v0::detail
