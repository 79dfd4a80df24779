#include "mailassay/render.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace mailassay {
namespace {

using namespace std::string_literals;

std::string escaped(std::string_view text, std::size_t limit = 0) {
  std::string out(escape_text(text, limit, {}), '\0');
  EXPECT_EQ(escape_text(text, limit, out), out.size());
  return out;
}

Argument text_argument(Argument::Name placeholder, std::string_view text) {
  Argument argument;
  argument.placeholder = placeholder;
  argument.text = text;
  return argument;
}

Argument number_argument(Argument::Name placeholder, std::uint32_t number) {
  Argument argument;
  argument.placeholder = placeholder;
  argument.is_number = true;
  argument.number = number;
  return argument;
}

std::string rendered(std::string_view pattern, std::initializer_list<Argument> arguments) {
  Diagnostic diagnostic;
  for (const Argument& argument : arguments) {
    diagnostic.argument[diagnostic.argument_count++] = argument;
  }
  std::string out(render(pattern, diagnostic, {}), '\0');
  EXPECT_EQ(render(pattern, diagnostic, out), out.size());
  return out;
}

std::string rendered_found(std::string_view text) {
  return rendered("{found}", {text_argument(Argument::Name::found, text)});
}

TEST(Render, a_placeholder_is_filled_with_its_argument) {
  EXPECT_EQ(rendered("{found} is unknown; did you mean {meant}?",
                     {text_argument(Argument::Name::meant, "include"),
                      text_argument(Argument::Name::found, "inlcude")}),
            "inlcude is unknown; did you mean include?");
}

TEST(Render, a_placeholder_may_occur_more_than_once) {
  EXPECT_EQ(rendered("{found}{found}", {text_argument(Argument::Name::found, "a")}), "aa");
}

TEST(Render, numbers_are_decimal) {
  EXPECT_EQ(rendered("{count} of {limit}", {number_argument(Argument::Name::count, 0),
                                            number_argument(Argument::Name::limit, 4294967295)}),
            "0 of 4294967295");
}

TEST(Render, a_placeholder_without_an_argument_stays_as_it_stands) {
  EXPECT_EQ(rendered("{domain} {nonsense} {found}", {text_argument(Argument::Name::found, "a")}),
            "{domain} {nonsense} a");
}

TEST(Render, only_the_counted_arguments_are_used) {
  Diagnostic diagnostic;
  diagnostic.argument[0] = text_argument(Argument::Name::found, "left over");
  std::string out(7, '\0');
  EXPECT_EQ(render("{found}", diagnostic, out), 7u);
  EXPECT_EQ(out, "{found}");
}

TEST(Render, a_macro_in_a_message_stays_a_macro) {
  EXPECT_EQ(rendered("%{i} %{found} {found}", {text_argument(Argument::Name::found, "a")}),
            "%{i} %{found} a");
}

TEST(Render, braces_that_are_no_placeholder_stay) {
  for (const std::string_view pattern :
       {"{", "}", "{}", "{found", "{Found}", "{fo und}", "{found1}"}) {
    EXPECT_EQ(rendered(pattern, {text_argument(Argument::Name::found, "a")}), pattern);
  }
  EXPECT_EQ(rendered("{{found}}", {text_argument(Argument::Name::found, "a")}), "{a}");
}

TEST(Render, text_from_outside_is_never_read_as_a_pattern) {
  EXPECT_EQ(rendered("{found}{meant}", {text_argument(Argument::Name::found, "{meant}%"),
                                        text_argument(Argument::Name::meant, "{found}")}),
            "{meant}%{found}");
}

TEST(Render, the_pattern_itself_is_not_escaped) {
  EXPECT_EQ(rendered("a\tb\xE2\x80\x8E", {}), "a\tb\xE2\x80\x8E");
}

TEST(Render, text_from_outside_is_escaped) {
  EXPECT_EQ(rendered_found("a\x1B[31m"), "a\\u{001B}[31m");
}

TEST(Render, text_of_eighty_bytes_is_shown_in_full) {
  EXPECT_EQ(rendered_found(std::string(80, 'x')), std::string(80, 'x'));
}

TEST(Render, longer_text_is_cut_and_ends_in_an_ellipsis) {
  EXPECT_EQ(rendered_found(std::string(81, 'x')), std::string(80, 'x') + "…");
}

TEST(Render, nothing_is_written_beyond_the_output) {
  Diagnostic diagnostic;
  diagnostic.argument_count = 1;
  diagnostic.argument[0] = text_argument(Argument::Name::found, "a\nb");
  const std::string whole = "<a\\u{000A}b>";
  for (std::size_t room = 0; room <= whole.size(); ++room) {
    std::string out(whole.size(), '#');
    EXPECT_EQ(render("<{found}>", diagnostic, std::span(out).first(room)), whole.size());
    EXPECT_EQ(out, whole.substr(0, room) + std::string(whole.size() - room, '#'));
  }
}

TEST(EscapeText, sound_text_is_kept) {
  const std::string text = "Grüße, \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x93\xA7 <b>&\"'\\ ~";
  EXPECT_EQ(escaped(text), text);
  EXPECT_EQ(escaped(""), "");
}

TEST(EscapeText, a_backslash_stays_single) { EXPECT_EQ(escaped("a\\nb\\"), "a\\nb\\"); }

TEST(EscapeText, control_characters_are_made_visible) {
  EXPECT_EQ(escaped("\0\t\r\n\x1F\x7F"s), "\\u{0000}\\u{0009}\\u{000D}\\u{000A}\\u{001F}\\u{007F}");
  EXPECT_EQ(escaped("\xC2\x80\xC2\x9F\xC2\xA0"), "\\u{0080}\\u{009F}\xC2\xA0");
}

TEST(EscapeText, a_bidirectional_control_is_made_visible) {
  EXPECT_EQ(escaped("\xD8\x9C"), "\\u{061C}");
  EXPECT_EQ(escaped("\xE2\x80\x8E\xE2\x80\x8F"), "\\u{200E}\\u{200F}");
  EXPECT_EQ(escaped("\xE2\x80\xAA\xE2\x80\xAE"), "\\u{202A}\\u{202E}");
  EXPECT_EQ(escaped("\xE2\x81\xA6\xE2\x81\xA9"), "\\u{2066}\\u{2069}");
}

TEST(EscapeText, a_separator_of_lines_is_made_visible) {
  EXPECT_EQ(escaped("\xE2\x80\xA8\xE2\x80\xA9"), "\\u{2028}\\u{2029}");
}

TEST(EscapeText, invisible_characters_are_made_visible) {
  EXPECT_EQ(escaped("\xE2\x80\x8B\xE2\x80\x8D"), "\\u{200B}\\u{200D}");
  EXPECT_EQ(escaped("\xE2\x81\xA0\xEF\xBB\xBF"), "\\u{2060}\\u{FEFF}");
  EXPECT_EQ(escaped("\xC2\xAD\xF3\xA0\x81\x81"), "\\u{00AD}\\u{E0041}");
  EXPECT_EQ(escaped("\u034F\u3164\uFE0F\U000E0141"), "\\u{034F}\\u{3164}\\u{FE0F}\\u{E0141}");
}

TEST(Render, an_empty_argument_is_shown_as_such) {
  mailassay::Diagnostic diagnostic;
  diagnostic.argument_count = 1;
  char out[8];
  EXPECT_EQ(std::string_view(out, mailassay::render("{found}", diagnostic, out)), "\"\"");
}

TEST(EscapeText, neighbours_of_invisible_characters_are_kept) {
  const std::string text =
      "\xE2\x80\x8A\xE2\x80\x90\xE2\x80\xA7\xE2\x80\xAF\xE2\x81\x9F\xE2\x81\xB0";
  EXPECT_EQ(escaped(text), text);
}

TEST(EscapeText, bytes_that_are_no_utf8_are_shown_in_hexadecimal) {
  EXPECT_EQ(escaped("a\x80z\xFF"), "a\\x80z\\xFF");
  EXPECT_EQ(escaped("\xC3"), "\\xC3");
  EXPECT_EQ(escaped("\xC3(\xE2\x82"), "\\xC3(\\xE2\\x82");
}

TEST(EscapeText, overlong_forms_surrogates_and_values_out_of_range_are_no_utf8) {
  EXPECT_EQ(escaped("\xC0\xAF"), "\\xC0\\xAF");
  EXPECT_EQ(escaped("\xE0\x80\xAF"), "\\xE0\\x80\\xAF");
  EXPECT_EQ(escaped("\xED\xA0\x80"), "\\xED\\xA0\\x80");
  EXPECT_EQ(escaped("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80");
}

TEST(EscapeText, the_cut_falls_between_characters) {
  EXPECT_EQ(escaped("aüb", 4), "aüb");
  EXPECT_EQ(escaped("aüb", 3), "aü…");
  EXPECT_EQ(escaped("aüb", 2), "a…");
  EXPECT_EQ(escaped("\xF0\x9F\x93\xA7", 3), "…");
}

TEST(EscapeText, the_limit_counts_bytes_as_they_were_given) {
  EXPECT_EQ(escaped("\n\n", 2), "\\u{000A}\\u{000A}");
  EXPECT_EQ(escaped("\n\n\n", 2), "\\u{000A}\\u{000A}…");
  EXPECT_EQ(escaped("\x80\x80\x80", 2), "\\x80\\x80…");
}

TEST(EscapeText, no_limit_means_no_cut) {
  EXPECT_EQ(escaped(std::string(5000, 'x')), std::string(5000, 'x'));
}

TEST(EscapeText, nothing_is_written_beyond_the_output) {
  std::string out(4, '#');
  EXPECT_EQ(escape_text("a\nb", 2, std::span(out).first(3)), 12u);
  EXPECT_EQ(out, "a\\u#");
}

}  // namespace
}  // namespace mailassay
