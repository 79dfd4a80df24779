// IPv4 and IPv6 text forms: RFC 7208 §12 (ip4-network), RFC 4291 §2.2, RFC 5952 §4 and §5.
#include "mailassay/address.h"

#include "common/cursor.h"
#include "common/writer.h"

namespace mailassay::inline v0 {
namespace {

using detail::Cursor;
using detail::Writer;

// qnum "." qnum "." qnum "." qnum
bool take_quad(Cursor& cursor, std::uint8_t* octets) noexcept {
  for (int i = 0; i < 4; ++i) {
    unsigned value = 0;
    if (i > 0 && !cursor.take('.')) return false;
    if (!cursor.take_number(3, value) || value > 255) return false;
    octets[i] = static_cast<std::uint8_t>(value);
  }
  return true;
}

// 1*4HEXDIG, followed by no further hexadecimal digit.
bool take_group(Cursor& cursor, std::uint8_t* octets) noexcept {
  const std::string_view digits =
      cursor.take_while([](char c) { return detail::hex_value(c) >= 0; });
  if (digits.empty() || digits.size() > 4) return false;
  unsigned value = 0;
  for (const char c : digits) value = value * 16 + static_cast<unsigned>(detail::hex_value(c));
  octets[0] = static_cast<std::uint8_t>(value >> 8);
  octets[1] = static_cast<std::uint8_t>(value & 255);
  return true;
}

bool ends_in_quad(std::string_view rest) noexcept {
  for (const char c : rest) {
    if (c == ':') return false;
    if (c == '.') return true;
  }
  return false;
}

// Moves the groups behind "::" to the end of the address; "::" stands for one group or more.
bool spread(std::uint8_t* bytes, std::size_t used, std::size_t gap) noexcept {
  if (used > 14) return false;
  const std::size_t tail = used - gap;
  for (std::size_t i = 0; i < tail; ++i) {
    bytes[15 - i] = bytes[used - 1 - i];
    bytes[used - 1 - i] = 0;
  }
  return true;
}

bool parse_ipv6(std::string_view text, std::uint8_t* bytes) noexcept {
  constexpr std::size_t kNone = 99;
  Cursor cursor(text);
  std::size_t used = 0;
  std::size_t gap = kNone;
  if (cursor.take_word("::")) gap = 0;
  while (!cursor.at_end()) {
    if (used > 0 && used != gap && !cursor.take(':')) return false;
    if (used > 0 && used != gap && cursor.take(':')) {
      if (gap != kNone) return false;
      gap = used;
      if (cursor.at_end()) break;
    }
    if (ends_in_quad(cursor.rest())) {
      if (used > 12 || !take_quad(cursor, bytes + used) || !cursor.at_end()) return false;
      used += 4;
      break;
    }
    if (used > 14 || !take_group(cursor, bytes + used)) return false;
    used += 2;
  }
  return gap == kNone ? used == 16 : spread(bytes, used, gap);
}

void write_quad(Writer& out, const std::uint8_t* octets) noexcept {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) out.put('.');
    out.put_number(octets[i]);
  }
}

unsigned group(const Address& address, std::size_t index) noexcept {
  return address.bytes[2 * index] * 256U + address.bytes[2 * index + 1];
}

// RFC 5952 §4.2: the longest run of two zero groups or more, the first of equal ones.
std::size_t longest_zero_run(const Address& address, std::size_t& length) noexcept {
  std::size_t best = 8;
  length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t run = 0;
    while (i + run < 8 && group(address, i + run) == 0) ++run;
    if (run > length) {
      best = i;
      length = run;
    }
  }
  return best;
}

void write_group(Writer& out, unsigned value) noexcept {
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = (value >> shift) & 15U;
    started = started || digit != 0 || shift == 0;
    if (started) out.put(detail::hex_digit(digit));
  }
}

bool is_mapped(const Address& address) noexcept {
  if (address.family != Family::ipv6) return false;
  for (std::size_t i = 0; i < 10; ++i) {
    if (address.bytes[i] != 0) return false;
  }
  return address.bytes[10] == 0xff && address.bytes[11] == 0xff;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) noexcept {
  Address address;
  Cursor cursor(text);
  if (take_quad(cursor, address.bytes.data()) && cursor.at_end()) return address;
  address = {};
  address.family = Family::ipv6;
  if (text.size() > 45 || !parse_ipv6(text, address.bytes.data())) return std::nullopt;
  return address;
}

Address Address::unmapped() const noexcept {
  if (!is_mapped(*this)) return *this;
  Address ipv4;
  for (std::size_t i = 0; i < 4; ++i) ipv4.bytes[i] = bytes[12 + i];
  return ipv4;
}

bool in_network(const Address& address, const Address& network, unsigned prefix_length) noexcept {
  if (address.family != network.family) return false;
  const unsigned width = static_cast<unsigned>(address.size()) * 8;
  unsigned left = prefix_length < width ? prefix_length : width;
  for (std::size_t i = 0; left > 0; ++i) {
    const unsigned bits = left < 8 ? left : 8;
    const unsigned mask = 0xff00U >> bits & 0xffU;
    if (((address.bytes[i] ^ network.bytes[i]) & mask) != 0) return false;
    left -= bits;
  }
  return true;
}

std::size_t format(const Address& address, std::span<char> out) noexcept {
  Writer writer(out);
  if (address.family == Family::ipv4) {
    write_quad(writer, address.bytes.data());
    return writer.size();
  }
  if (is_mapped(address)) {  // RFC 5952 §5
    writer.put("::ffff:");
    write_quad(writer, address.bytes.data() + 12);
    return writer.size();
  }
  std::size_t length = 0;
  const std::size_t zeros = longest_zero_run(address, length);
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == zeros) {
      writer.put("::");
      i += length - 1;
      continue;
    }
    if (i > 0 && i != zeros + length) writer.put(':');
    write_group(writer, group(address, i));
  }
  return writer.size();
}

}  // namespace mailassay::inline v0
