#include "common/idna.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using mailassay::detail::prepare_u_label;
using mailassay::detail::stands_for;

std::string prepared(std::string_view label) {
  char out[253];
  return {out, prepare_u_label(label, out)};
}

TEST(Idna, an_a_label_stands_for_its_u_label) {
  EXPECT_TRUE(stands_for("xn--bcher-kva", "bücher"));
  EXPECT_TRUE(stands_for("XN--BCHER-KVA", "bücher"));
  EXPECT_TRUE(stands_for("xn--strae-oqa", "straße"));
  EXPECT_TRUE(stands_for("xn--jxalpdlp", "δοκιμή"));
  EXPECT_FALSE(stands_for("xn--jxalpdlp", "δοκιμη"));
  EXPECT_TRUE(stands_for("xn--fiqs8s", "中国"));
}

TEST(Idna, another_label_is_refused) {
  EXPECT_FALSE(stands_for("strasse", "straße"));
  EXPECT_FALSE(stands_for("xn--bcher-kva", "bucher"));
  EXPECT_FALSE(stands_for("xn--bcher-kva", "büche"));
  EXPECT_FALSE(stands_for("xn--bcher-kva", "büchern"));
  EXPECT_FALSE(stands_for("xn--bcher-kva.example", "bücher"));
  EXPECT_FALSE(stands_for("", "bücher"));
  EXPECT_FALSE(stands_for("xn--", "bücher"));
  EXPECT_FALSE(stands_for("xn--bcher", "bücher"));
  EXPECT_FALSE(stands_for("xn--abc-", "abc"));
}

TEST(Idna, damaged_punycode_ends_in_a_refusal) {
  EXPECT_FALSE(stands_for("xn--99999999999999999999", "ü"));
  EXPECT_FALSE(stands_for("xn--a-\x80", "ü"));
  EXPECT_FALSE(stands_for("xn--" + std::string(59, 'z'), "ü"));
  EXPECT_FALSE(stands_for("xn--" + std::string(60, 'a'), "ü"));
}

TEST(Idna, labels_are_asked_in_lower_case) {
  EXPECT_EQ(prepared("Bücher"), "bücher");
  EXPECT_EQ(prepared("BÜCHER"), "bücher");
  EXPECT_EQ(prepared("ŁÓDŹ"), "łódź");
  EXPECT_EQ(prepared("ŽLUŤOUČKÝ"), "žluťoučký");
  EXPECT_EQ(prepared("ΔΟΚΙΜΉ"), "δοκιμή");
  EXPECT_EQ(prepared("ЁЖ"), "ёж");
  EXPECT_EQ(prepared("a×b÷c"), "a×b÷c");
}

TEST(Idna, labels_that_must_not_be_asked_are_refused) {
  EXPECT_EQ(prepared(""), "");
  EXPECT_EQ(prepared("-ü"), "");
  EXPECT_EQ(prepared("ü-"), "");
  EXPECT_EQ(prepared("a。b"), "");
  EXPECT_EQ(prepared("a．b"), "");
  EXPECT_EQ(prepared("a｡b"), "");
  EXPECT_EQ(prepared("\xc3"), "");
  EXPECT_EQ(prepared("\xff\xfe"), "");
  EXPECT_EQ(prepared("\xed\xa0\x80"), "");
  EXPECT_EQ(prepared("\xc0\xaf"), "");
}

TEST(Idna, a_label_that_does_not_fit_is_refused) {
  char out[4];
  EXPECT_EQ(prepare_u_label("üüü", out), 0U);
  EXPECT_EQ(prepare_u_label("üü", out), 4U);
}

}  // namespace
