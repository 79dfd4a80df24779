// The reference evaluator alone against the vectors: a reference that is wrong proves nothing.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "demo/json.h"
#include "demo/zone.h"
#include "spf_reference.h"
#include "support/idna.h"

namespace {

using demo::Json;

constexpr std::uint64_t kDefaultNow = 1700000000;  // FORMAT.md

Json read_json(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::vector<std::filesystem::path> vector_files() {
  std::vector<std::filesystem::path> files;
  const auto folder = std::filesystem::path(MAILASSAY_VECTORS) / "spf";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string text_or(const Json& object, std::string_view name, const std::string& otherwise) {
  const Json* member = object.find(name);
  return member == nullptr ? otherwise : member->as_string();
}

// FORMAT.md, "What counts as right": a list against a single value means any of them.
bool is_right(const Json& expected, const Json& found) {
  if (!expected.is_array() || found.is_array()) return to_text(expected) == to_text(found);
  for (const Json& allowed : expected.as_array()) {
    if (to_text(allowed) == to_text(found)) return true;
  }
  return false;
}

Json number(std::size_t value) { return Json(Json::Number{std::to_string(value)}); }

using Answer = std::map<std::string, Json, std::less<>>;

Answer answer_record(const Json& ask) {
  const auto parsed = naive::parse_record(demo::bytes_of(ask.find("record")->as_string()));
  Answer answer;
  answer["valid"] = Json(parsed.valid);
  if (!parsed.valid) {
    answer["error_span"] = Json(Json::Array{number(parsed.error_begin), number(parsed.error_end)});
    return answer;
  }
  Json::Array terms;
  for (const std::string& term : parsed.terms) terms.emplace_back(term);
  answer["terms"] = Json(terms);
  return answer;
}

Answer answer_check(const Json& ask, const demo::Zone& zone, std::uint64_t now) {
  naive::Input input;
  input.ip = ask.find("ip")->as_string();
  input.mail_from = ask.find("mail_from")->as_string();
  input.helo = ask.find("helo")->as_string();
  input.receiver = text_or(ask, "receiver", "");
  input.now = now;
  input.to_ascii = test::a_label;
  const naive::Outcome outcome = naive::check_host(input, zone);
  Answer answer;
  answer["result"] = Json(outcome.verdict);
  answer["explanation"] = Json(outcome.explanation);
  answer["lookups"] = number(outcome.lookups);
  answer["void_lookups"] = number(outcome.void_lookups);
  return answer;
}

std::uint64_t now_of(const Json& file, const Json& vector_case) {
  const Json* now = vector_case.find("now");
  if (now == nullptr) now = file.find("now");
  return now == nullptr ? kDefaultNow : static_cast<std::uint64_t>(now->as_integer());
}

Answer answer_case(const Json& file, const Json& vector_case,
                   const std::map<std::string, demo::Zone, std::less<>>& zones) {
  const Json& ask = *vector_case.find("ask");
  if (text_or(vector_case, "protocol", text_or(file, "protocol", "")) == "spf_record") {
    return answer_record(ask);
  }
  const auto zone = zones.find(text_or(vector_case, "zone", ""));
  return answer_check(ask, zone == zones.end() ? demo::Zone() : zone->second,
                      now_of(file, vector_case));
}

// `prefer` is the project's choice among several allowed values, which the reference makes too.
void expect_answer(const Json& vector_case, const Answer& answer) {
  const Json* prefer = vector_case.find("prefer");
  for (const auto& [key, expected] : vector_case.find("expect")->as_object()) {
    const auto found = answer.find(key);
    ASSERT_NE(found, answer.end()) << "no " << key;
    const Json& wanted = prefer != nullptr && expected.is_array() ? *prefer : expected;
    EXPECT_TRUE(is_right(wanted, found->second))
        << key << ": " << to_text(found->second) << ", expected " << to_text(wanted);
  }
}

class NaiveVectors : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(NaiveVectors, reference_gives_the_right_answer) {
  const Json file = read_json(GetParam());
  std::map<std::string, demo::Zone, std::less<>> zones;
  if (const Json* objects = file.find("zones")) {
    for (const auto& [name, zone] : objects->as_object()) {
      zones[name] = demo::Zone::from_json(zone);
    }
  }
  ASSERT_FALSE(file.find("cases")->as_array().empty());
  for (const Json& vector_case : file.find("cases")->as_array()) {
    SCOPED_TRACE(vector_case.find("id")->as_string() + ": " + vector_case.find("why")->as_string());
    expect_answer(vector_case, answer_case(file, vector_case, zones));
  }
}

INSTANTIATE_TEST_SUITE_P(spf, NaiveVectors, testing::ValuesIn(vector_files()),
                         [](const auto& file) { return file.param.stem().string(); });

}  // namespace
