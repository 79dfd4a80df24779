// U-label to A-label by RFC 3492 §6.3, so that the fuzzed host can answer `to_ascii` without IDNA
// tables. The core checks such an answer by decoding it; this encoder is written independently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

// The code points of sound UTF-8; what is not sound counts byte by byte.
inline std::vector<std::uint32_t> code_points(std::string_view text) {
  std::vector<std::uint32_t> points;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t point = size == 1 ? lead : lead & (0xffU >> (size + 1));
    for (std::size_t k = 1; k < size && i + k < text.size(); ++k) {
      point = point << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    points.push_back(point);
    i += size;
  }
  return points;
}

// Nothing if the label would be longer than DNS allows.
inline std::optional<std::string> to_a_label(std::string_view u_label) {
  const std::vector<std::uint32_t> points = code_points(u_label);
  std::string result = "xn--";
  for (const std::uint32_t point : points) {
    if (point < 0x80) result += static_cast<char>(point);
  }
  const std::size_t basic = result.size() - 4;
  if (basic > 0) result += '-';
  std::uint64_t delta = 0;
  std::uint64_t bias = 72;
  std::uint64_t done = basic;
  for (std::uint64_t n = 0x80; done < points.size(); ++delta, ++n) {
    std::uint64_t next = 0x110000;
    for (const std::uint32_t point : points) {
      if (point >= n && point < next) next = point;
    }
    delta += (next - n) * (done + 1);
    n = next;
    for (const std::uint32_t point : points) {
      if (point < n) ++delta;
      if (point != n) continue;
      std::uint64_t q = delta;
      for (std::uint64_t k = 36;; k += 36) {
        const std::uint64_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        const std::uint64_t digit = q < t ? q : t + (q - t) % (36 - t);
        result += static_cast<char>(digit < 26 ? 'a' + digit : '0' + digit - 26);
        if (q < t) break;
        q = (q - t) / (36 - t);
      }
      delta = done == basic ? delta / 700 : delta / 2;
      delta += delta / (done + 1);
      std::uint64_t k = 0;
      for (; delta > 455; k += 36) delta /= 35;
      bias = k + 36 * delta / (delta + 38);
      delta = 0;
      ++done;
    }
  }
  if (result.size() > 63) return std::nullopt;
  return result;
}

}  // namespace fuzz
