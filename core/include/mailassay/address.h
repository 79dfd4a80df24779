// IPv4 and IPv6 addresses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mailassay::inline v0 {

enum class Family : std::uint8_t { ipv4, ipv6 };

// One address. `bytes` is in network order; an IPv4 address uses the first four bytes and leaves
// the others zero.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  Family family = Family::ipv4;

  // A dotted quad (RFC 7208 §12 ip4-network: no leading zeros) or any text form of RFC 4291 §2.2,
  // without a zone index and without brackets. Nothing else is accepted.
  static std::optional<Address> parse(std::string_view text) noexcept;

  // The IPv4 address that an IPv4-mapped IPv6 address (::ffff:0:0/96, RFC 4291 §2.5.5.2) stands
  // for; every other address is returned as it is.
  [[nodiscard]] Address unmapped() const noexcept;

  // Number of bytes in use: 4 or 16.
  [[nodiscard]] constexpr std::size_t size() const noexcept {
    return family == Family::ipv4 ? 4 : 16;
  }

  friend bool operator==(const Address&, const Address&) noexcept = default;
};

// True if both addresses are of one family and agree in the first `prefix_length` bits
// (RFC 7208 §5). `prefix_length` beyond the family's width counts as the whole width.
bool in_network(const Address& address, const Address& network, unsigned prefix_length) noexcept;

// Writes the text form: a dotted quad, or RFC 5952. Returns the size needed (at most 39); writes
// nothing beyond `out`, and no terminating NUL.
std::size_t format(const Address& address, std::span<char> out) noexcept;

}  // namespace mailassay::inline v0
