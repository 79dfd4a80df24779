#include "mailassay/messages.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <string_view>

namespace mailassay {
namespace {

constexpr Code kCodes[] = {
#define MAILASSAY_DIAGNOSTIC(identifier, code, name, severity) Code::identifier,
#include "mailassay/diagnostics.def"
};

std::multiset<std::string> placeholders(std::string_view text) {
  std::multiset<std::string> found;
  for (std::size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    if (open > 0 && text[open - 1] == '%') continue;
    found.emplace(text.substr(open, text.find('}', open) + 1 - open));
  }
  return found;
}

TEST(Messages, every_code_has_a_text_in_both_languages) {
  for (const Code code : kCodes) {
    EXPECT_FALSE(text(code, Language::en).empty()) << name(code);
    EXPECT_FALSE(text(code, Language::de).empty()) << name(code);
    EXPECT_NE(text(code, Language::en), text(code, Language::de)) << name(code);
  }
}

TEST(Messages, the_text_is_that_of_the_code) {
  EXPECT_EQ(text(Code::spf_mechanism_unknown, Language::en),
            "{found} is not an SPF mechanism, so the whole record counts as broken; delete or "
            "correct it.");
  EXPECT_EQ(text(Code::spf_mechanism_unknown, Language::de),
            "{found} ist kein SPF-Mechanismus, der ganze Eintrag gilt daher als fehlerhaft; "
            "löschen oder berichtigen Sie die Angabe.");
}

TEST(Messages, a_number_that_is_no_code_has_no_text) {
  const std::set<Code> known(std::begin(kCodes), std::end(kCodes));
  for (unsigned number = 0; number <= std::numeric_limits<std::uint16_t>::max(); ++number) {
    const auto code = static_cast<Code>(number);
    EXPECT_EQ(text(code, Language::en).empty(), known.count(code) == 0) << number;
  }
}

TEST(Messages, a_value_that_is_no_language_has_no_text) {
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): the point of the test
  EXPECT_EQ(text(Code::spf_missing, static_cast<Language>(255)), "");
}

TEST(Messages, both_languages_have_the_same_placeholders) {
  for (const Code code : kCodes) {
    EXPECT_EQ(placeholders(text(code, Language::en)), placeholders(text(code, Language::de)))
        << name(code);
  }
}

TEST(Messages, a_literal_macro_survives_the_generator) {
  EXPECT_NE(text(Code::spf_exists_constant, Language::de).find("%{i}"), std::string_view::npos);
}

}  // namespace
}  // namespace mailassay
