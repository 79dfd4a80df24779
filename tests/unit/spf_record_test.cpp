#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mailassay/json.h"
#include "mailassay/spf.h"
#include "support/run.h"

namespace {

using mailassay::Code;
using mailassay::slice;
using mailassay::spf::RecordReader;
using mailassay::spf::Term;
using mailassay::spf::TermKind;

// "code-name text-it-points-at" for each error of the terms.
std::vector<std::string> errors(std::string_view record) {
  std::vector<std::string> found;
  RecordReader reader(record);
  Term term;
  while (reader.next(term)) {
    if (term.error.code == Code::none) continue;
    found.push_back(std::string(mailassay::name(term.error.code)) + " " +
                    std::string(slice(record, term.error.span)));
  }
  return found;
}

using List = std::vector<std::string>;

TEST(SpfRecord, each_error_points_at_what_is_wrong) {
  EXPECT_EQ(errors("v=spf1 inlcude:a.example"), List{"spf.mechanism-unknown inlcude"});
  EXPECT_EQ(errors("v=spf1 none"), List{"spf.mechanism-unknown none"});
  EXPECT_EQ(errors("v=spf1 all;"), List{"spf.mechanism-unknown all;"});
  EXPECT_EQ(errors("v=spf1 :"), List{"spf.mechanism-unknown :"});
  EXPECT_EQ(errors("v=spf1 1x=2"), List{"spf.modifier-name-invalid 1x"});
  EXPECT_EQ(errors("v=spf1 ="), List{"spf.modifier-name-invalid "});
  EXPECT_EQ(errors("v=spf1 +x=2"), List{"spf.qualifier-wrong +"});
  EXPECT_EQ(errors("v=spf1 +-mx"), List{"spf.qualifier-wrong +-"});
  EXPECT_EQ(errors("v=spf1 redirect:a.example"), List{"spf.colon-for-equals :"});
  EXPECT_EQ(errors("v=spf1 redirect"), List{"spf.value-missing redirect"});
  EXPECT_EQ(errors("v=spf1 redirect="), List{"spf.value-missing redirect="});
  EXPECT_EQ(errors("v=spf1 include:"), List{"spf.value-missing include:"});
  EXPECT_EQ(errors("v=spf1 include/24"), List{"spf.value-missing include/24"});
  EXPECT_EQ(errors("v=spf1 a:/24"), List{"spf.value-missing a:/24"});
  EXPECT_EQ(errors("v=spf1 -all:x.example"), List{"spf.all-with-value :x.example"});
  EXPECT_EQ(errors("v=spf1 ptr/24"), List{"spf.cidr-not-allowed /24"});
  EXPECT_EQ(errors("v=spf1 include:a.example/24"), List{"spf.cidr-not-allowed /24"});
  EXPECT_EQ(errors("v=spf1 a/24/64"), List{"spf.cidr-invalid /24/64"});
  EXPECT_EQ(errors("v=spf1 a:b.example/24/64"), List{"spf.cidr-invalid /24/64"});
  EXPECT_EQ(errors("v=spf1 mx/33"), List{"spf.cidr-invalid /33"});
  EXPECT_EQ(errors("v=spf1 mx//129"), List{"spf.cidr-invalid //129"});
  EXPECT_EQ(errors("v=spf1 ip4:192.0.2.0/024"), List{"spf.cidr-invalid /024"});
  EXPECT_EQ(errors("v=spf1 ip4:192.0.2.0/"), List{"spf.cidr-invalid /"});
  EXPECT_EQ(errors("v=spf1 ip4:192.0.2"), List{"spf.ip-invalid 192.0.2"});
  EXPECT_EQ(errors("v=spf1 ip6:192.0.2.1"), List{"spf.ip-invalid 192.0.2.1"});
  EXPECT_EQ(errors("v=spf1 a:localhost"), List{"spf.domain-invalid localhost"});
  EXPECT_EQ(errors("v=spf1 exists:%{d}."), List{"spf.domain-invalid %{d}."});
  EXPECT_EQ(errors("v=spf1 exists:%{z}.example"), List{"spf.macro-invalid %{z}"});
  EXPECT_EQ(errors("v=spf1 exists:%(i).example"), List{"spf.macro-invalid %("});
  EXPECT_EQ(errors("v=spf1 exists:%{ir.example"), List{"spf.macro-invalid %{ir.example"});
  EXPECT_EQ(errors("v=spf1 exists:%{d0}.example"), List{"spf.macro-invalid %{d0}"});
  EXPECT_EQ(errors("v=spf1 exists:%{c}.example"), List{"spf.macro-invalid %{c}"});
  EXPECT_EQ(errors("v=spf1 a:b\xc3\xbc.example"), List{"spf.character-invalid \xc3\xbc"});
  EXPECT_EQ(errors("v=spf1 a\tmx"), List{"spf.character-invalid \t"});
  EXPECT_EQ(errors("v=spf1 exp=a.example exp=b.example"),
            List{"spf.modifier-repeated exp=b.example"});
}

TEST(SpfRecord, reading_goes_on_behind_every_error) {
  EXPECT_EQ(errors("v=spf1 foo a bar:1 ip4:x -all baz"),
            (List{"spf.mechanism-unknown foo", "spf.mechanism-unknown bar", "spf.ip-invalid x",
                  "spf.mechanism-unknown baz"}));
}

TEST(SpfRecord, an_unknown_modifier_may_hold_any_macro_string) {
  EXPECT_EQ(errors("v=spf1 x=%{c}%{r}%{t}%{d0} y= Z-9_a.b=%%%_%-"), List{});
  EXPECT_EQ(errors("v=spf1 x=%"), List{"spf.macro-invalid %"});
}

TEST(SpfRecord, a_text_without_version_is_no_record) {
  for (const char* text :
       {"", " ", "spf1 a", " v=spf1 a", "v=spf10", "v=spf1\ta", "\"v=spf1 a\""}) {
    EXPECT_EQ(RecordReader(std::string_view(text)).version_error().code, Code::spf_version_invalid)
        << text;
    EXPECT_FALSE(mailassay::spf::has_version(text)) << text;
  }
  EXPECT_TRUE(mailassay::spf::has_version("V=SPF1"));
  EXPECT_TRUE(mailassay::spf::has_version("v=spf1 "));
}

TEST(SpfRecord, a_literal_can_be_read_as_it_stands) {
  RecordReader reader("v=spf1 -all");
  Term term;
  EXPECT_TRUE(reader.next(term));
}

TEST(SpfRecord, a_term_shows_its_parts) {
  constexpr std::string_view record = "v=spf1 ~MX:a/2.%{d}.example/24//64";
  RecordReader reader(record);
  Term term;
  ASSERT_TRUE(reader.next(term));
  EXPECT_EQ(term.kind, TermKind::mx);
  EXPECT_EQ(term.qualifier, mailassay::spf::Qualifier::softfail);
  EXPECT_EQ(slice(record, term.name), "MX");
  EXPECT_EQ(slice(record, term.value), "a/2.%{d}.example");
  EXPECT_EQ(term.prefix4, 24);
  EXPECT_EQ(term.prefix6, 64);
  EXPECT_TRUE(term.has_macro);
  EXPECT_FALSE(term.has_sender_macro);
  EXPECT_FALSE(reader.next(term));
}

TEST(SpfRecord, its_json_names_every_term_and_error) {
  const std::string json = test::written([](std::span<char> out) {
    return mailassay::write_record_json("v=spf1 -ip4:192.0.2.0/24 foo x=\xff", out);
  });
  EXPECT_EQ(json,
            R"({"schema":1,"protocol":"spf_record","text":"v=spf1 -ip4:192.0.2.0/24 foo x=\u00ff",)"
            R"("terms":[{"kind":"ip4","begin":7,"end":24,"text":"-ip4:192.0.2.0/24",)"
            R"("qualifier":"-","name":"ip4","value":"192.0.2.0","prefix4":24},)"
            R"({"kind":"invalid","begin":25,"end":28,"text":"foo"},)"
            R"({"kind":"invalid","begin":29,"end":32,"text":"x=\u00ff"}],"valid":false,)"
            R"("diagnostics":[{"code":1101,"name":"spf.mechanism-unknown","severity":"error",)"
            R"("source":0,"begin":25,"end":28,"arguments":{"found":"foo"}},)"
            R"({"code":1601,"name":"spf.character-invalid","severity":"error","source":0,)"
            R"("begin":31,"end":32,"arguments":{"found":"\u00ff"}}]})");
}

}  // namespace
