#include "mailassay/address.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using mailassay::Address;
using mailassay::Family;

std::string round_trip(std::string_view text) {
  const auto address = Address::parse(text);
  if (!address) return "refused";
  char out[64];
  return {out, mailassay::format(*address, out)};
}

TEST(Address, a_dotted_quad_is_read_and_written) {
  EXPECT_EQ(round_trip("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(round_trip("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(round_trip("255.255.255.255"), "255.255.255.255");
}

TEST(Address, what_is_no_dotted_quad_is_refused) {
  for (const char* text :
       {"",          ".",        "1.2.3",      "1.2.3.4.5", "1.2.3.4.",  ".1.2.3.4",
        "1..3.4",    "01.2.3.4", "1.2.3.04",   "256.1.1.1", "1.2.3.999", "1.2.3.1000",
        "0x1.2.3.4", "1.2.3.-1", "1.2.3.4/24", " 1.2.3.4",  "1.2.3.4 ",  "1.2.3.4:25",
        "[1.2.3.4]", "a.b.c.d",  "1,2.3.4"}) {
    EXPECT_EQ(round_trip(text), "refused") << text;
  }
}

TEST(Address, every_form_of_rfc_4291_is_read_and_written_by_rfc_5952) {
  EXPECT_EQ(round_trip("::"), "::");
  EXPECT_EQ(round_trip("::1"), "::1");
  EXPECT_EQ(round_trip("1::"), "1::");
  EXPECT_EQ(round_trip("2001:DB8::8:800:200C:417A"), "2001:db8::8:800:200c:417a");
  EXPECT_EQ(round_trip("2001:0db8:0:0:0:0:0:0001"), "2001:db8::1");
  EXPECT_EQ(round_trip("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0");
  EXPECT_EQ(round_trip("::2:3:4:5:6:7:8"), "0:2:3:4:5:6:7:8");
  EXPECT_EQ(round_trip("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
  EXPECT_EQ(round_trip("1:0:0:2:0:0:3:4"), "1::2:0:0:3:4");
  EXPECT_EQ(round_trip("::13.1.68.3"), "::d01:4403");
  EXPECT_EQ(round_trip("::ffff:129.144.52.38"), "::ffff:129.144.52.38");
  EXPECT_EQ(round_trip("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
  EXPECT_EQ(round_trip("1:2:3:4:5:6:1.2.3.4"), "1:2:3:4:5:6:102:304");
}

TEST(Address, what_is_no_ipv6_address_is_refused) {
  for (const char* text : {":",
                           ":::",
                           "1:",
                           ":1",
                           "1:2",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "::1:2:3:4:5:6:7:8",
                           "1::2::3",
                           "12345::",
                           "g::",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "::1.2.3",
                           "::1.2.3.4.5",
                           "::1.2.3.4:5",
                           "1.2.3.4::",
                           "fe80::1%eth0",
                           "::ffff:1.2.3.256",
                           "::/0",
                           "[::1]",
                           "::1 ",
                           "1:2:3:4::5:6:7:8:9",
                           "::01.2.3.4"}) {
    EXPECT_EQ(round_trip(text), "refused") << text;
  }
}

TEST(Address, a_mapped_address_is_the_ipv4_address) {
  EXPECT_EQ(Address::parse("::ffff:192.0.2.1")->unmapped(), *Address::parse("192.0.2.1"));
  EXPECT_EQ(Address::parse("::192.0.2.1")->unmapped().family, Family::ipv6);
  EXPECT_EQ(Address::parse("192.0.2.1")->unmapped(), *Address::parse("192.0.2.1"));
}

TEST(Address, a_network_is_compared_by_its_high_bits) {
  const Address client = *Address::parse("192.0.2.129");
  EXPECT_TRUE(in_network(client, *Address::parse("192.0.2.129"), 32));
  EXPECT_FALSE(in_network(client, *Address::parse("192.0.2.128"), 32));
  EXPECT_TRUE(in_network(client, *Address::parse("192.0.2.128"), 31));
  EXPECT_TRUE(in_network(client, *Address::parse("192.0.2.255"), 25));
  EXPECT_FALSE(in_network(client, *Address::parse("192.0.2.1"), 25));
  EXPECT_TRUE(in_network(client, *Address::parse("255.255.255.255"), 0));
  EXPECT_FALSE(in_network(client, *Address::parse("::"), 0));
  EXPECT_TRUE(in_network(*Address::parse("2001:db8::1"), *Address::parse("2001:db8:8000::"), 32));
  EXPECT_FALSE(in_network(*Address::parse("2001:db8::1"), *Address::parse("2001:db8:8000::"), 33));
}

TEST(Address, a_prefix_beyond_the_width_counts_as_the_whole_width) {
  EXPECT_TRUE(in_network(*Address::parse("1.2.3.4"), *Address::parse("1.2.3.4"), 200));
  EXPECT_FALSE(in_network(*Address::parse("1.2.3.4"), *Address::parse("1.2.3.5"), 200));
}

TEST(Address, formatting_writes_nothing_beyond_its_buffer) {
  char out[4] = {'x', 'x', 'x', 'x'};
  EXPECT_EQ(format(*Address::parse("192.0.2.1"), std::span<char>(out, 3)), 9U);
  EXPECT_EQ(std::string_view(out, 4), "192x");
}

}  // namespace
