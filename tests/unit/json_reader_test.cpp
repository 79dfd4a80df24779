// The JSON reader behind zone files, the demo and the C++ adapter.
#include <gtest/gtest.h>

#include <string>

#include "demo/json.h"

namespace {

using demo::bytes_of;
using demo::Json;
using demo::JsonError;
using demo::to_text;

std::string round_trip(std::string_view text) { return to_text(Json::parse(text)); }

std::string problem_of(std::string_view text) {
  try {
    Json::parse(text);
  } catch (const JsonError& error) {
    return error.what();
  }
  return "accepted";
}

bool is_refused(std::string_view text) { return problem_of(text) != "accepted"; }

std::string nested(unsigned depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonReader, reads_every_kind_of_value) {
  const Json value = Json::parse(R"( {"a": [null, true, false, -12, "x"], "b": {}} )");
  const Json::Array& items = value.find("a")->as_array();
  ASSERT_EQ(items.size(), 5u);
  EXPECT_TRUE(items[0].is_null());
  EXPECT_TRUE(items[1].as_bool());
  EXPECT_FALSE(items[2].as_bool());
  EXPECT_EQ(items[3].as_integer(), -12);
  EXPECT_EQ(items[4].as_string(), "x");
  EXPECT_TRUE(value.find("b")->as_object().empty());
  EXPECT_EQ(value.find("c"), nullptr);
}

TEST(JsonReader, keeps_the_order_of_members) {
  EXPECT_EQ(round_trip(R"({"z": 1, "a": 2, "m": 3})"), R"({"z":1,"a":2,"m":3})");
}

TEST(JsonReader, writes_compact_text_that_reads_back_the_same) {
  const std::string text = R"({"":[[],{},[1,-0,1.50,2E+7,1e-2]],"q":"\"\\\u0000\u001f/é€𝄞"})";
  EXPECT_EQ(round_trip(text), text);
}

TEST(JsonReader, unescapes_strings_to_utf8) {
  EXPECT_EQ(Json::parse(R"("\"\\\/\b\f\n\r\t")").as_string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Json::parse(R"("\u00e9\u20AC\ud834\udd1e")").as_string(), "é€𝄞");
  EXPECT_EQ(Json::parse(R"("\u0000")").as_string(), std::string(1, '\0'));
}

TEST(JsonReader, refuses_broken_escapes_and_unpaired_surrogates) {
  for (const char* text :
       {R"("\x")", R"("\u12")", R"("\u12g4")", R"("\u+123")", R"("\ud834")", R"("\ud834x")",
        R"("\ud834\n")", R"("\ud834\u0041")", R"("\udd1e")", R"("\)"}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
}

TEST(JsonReader, refuses_bytes_that_are_not_utf8) {
  for (const char* bytes :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_TRUE(is_refused('"' + std::string(bytes) + '"')) << bytes;
  }
}

TEST(JsonReader, refuses_raw_control_characters_in_strings) {
  EXPECT_TRUE(is_refused("\"a\nb\""));
  EXPECT_TRUE(is_refused(std::string("\"a\0b\"", 5)));
  EXPECT_FALSE(is_refused("\"a\x7f\""));
}

TEST(JsonReader, refuses_what_only_looks_like_json) {
  for (const char* text : {"",
                           " ",
                           "[1,]",
                           "{\"a\":1,}",
                           "[1 2]",
                           "{\"a\" 1}",
                           "{a:1}",
                           "'a'",
                           "tru",
                           "nul",
                           "True",
                           "NaN",
                           "01",
                           "-",
                           "-01",
                           "+1",
                           ".5",
                           "1.",
                           "1.e3",
                           "1e",
                           "1e+",
                           "0x1",
                           "[",
                           "{",
                           "\"a",
                           "[1]]",
                           "1 1",
                           "// c\n1",
                           "\xEF\xBB\xBF{}",
                           "\v1"}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
}

TEST(JsonReader, refuses_a_name_that_stands_twice) {
  EXPECT_EQ(problem_of("{\"a\": 1,\n \"b\": 2, \"a\": 3}"),
            "line 2, column 10: this name stands twice in one object");
  EXPECT_EQ(problem_of(R"({"a": 1, "\u0061": 2})"),
            "line 1, column 10: this name stands twice in one object");
}

TEST(JsonReader, errors_name_line_and_column_in_characters) {
  try {
    Json::parse("{\n  \"é€\": ?\n}");
    FAIL() << "accepted";
  } catch (const JsonError& error) {
    EXPECT_EQ(error.line(), 2u);
    EXPECT_EQ(error.column(), 9u);
    EXPECT_STREQ(error.what(), "line 2, column 9: a value is expected");
  }
}

TEST(JsonReader, nesting_is_bounded) {
  EXPECT_FALSE(is_refused(nested(Json::kMaxDepth)));
  EXPECT_TRUE(is_refused(nested(Json::kMaxDepth + 1)));
  EXPECT_TRUE(is_refused(std::string(1'000'000, '[')));
}

TEST(JsonReader, siblings_do_not_count_as_nesting) {
  std::string text = "[[]";
  for (int i = 0; i < 200; ++i) text += ",[],{}";
  EXPECT_FALSE(is_refused(text + "]"));
}

TEST(JsonReader, integers_are_whole_and_fit) {
  EXPECT_EQ(Json::parse("9223372036854775807").as_integer(), 9223372036854775807);
  for (const char* text : {"9223372036854775808", "1.0", "1e3"}) {
    EXPECT_THROW(static_cast<void>(Json::parse(text).as_integer()), std::runtime_error) << text;
  }
}

TEST(JsonReader, a_wrong_type_is_named) {
  try {
    static_cast<void>(Json::parse("12").as_string());
    FAIL() << "a number passed for a string";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "a string was expected, not a number");
  }
}

TEST(JsonReader, code_points_up_to_255_stand_for_bytes) {
  EXPECT_EQ(bytes_of("a\xC2\x80\xC3\xBF"), "a\x80\xFF");
  EXPECT_EQ(bytes_of(Json::parse(R"("\u00c3\u00bc")").as_string()), "ü");
  EXPECT_THROW(bytes_of("\xC4\x80"), std::runtime_error);  // U+0100
  EXPECT_THROW(bytes_of("\xFF"), std::runtime_error);
}

}  // namespace
