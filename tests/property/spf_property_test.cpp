// What holds for every record, zone and request (DESIGN.md §1, §2, §9). RapidCheck prints the seed;
// RC_PARAMS="seed=…" repeats a run, RC_PARAMS="max_success=1000" makes it ten times as long.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core_run.h"
#include "demo/json.h"
#include "generators.h"
#include "mailassay/mailassay.h"
#include "spf_reference.h"

namespace property {
namespace {

using mailassay::AnswerStatus;
using mailassay::RecordType;
using Questions = std::vector<naive::AskedQuestion>;
using QuestionSet = std::set<naive::AskedQuestion>;

// Checks `property` on so many generated cases.
template <class Property>
void check(int cases, Property&& property) {
  constexpr int kDefaultSuccesses = 100;
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const rc::detail::TestMetadata metadata{test->name(), test->name()};
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = cases * params.maxSuccess / kDefaultSuccesses;
  const auto result = rc::detail::checkTestable(std::forward<Property>(property), metadata, params);
  if (result.template is<rc::detail::SuccessResult>()) return;
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  FAIL() << message.str();
}

QuestionSet set_of(const Questions& questions) { return {questions.begin(), questions.end()}; }

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// ---- Against the reference ----------------------------------------------------------------------

TEST(SpfProperty, core_equals_the_reference) {
  check(30000, [](const AnyScenario& scenario) {
    const naive::Outcome expected = naive::check_host(scenario.input, scenario.zone);
    const CoreRun run = run_core(scenario, {.guesses = 0});
    RC_ASSERT(run.protocol_error == "");
    RC_ASSERT(run.verdict_name() == expected.verdict);
    RC_ASSERT(run.lookups == expected.lookups);
    RC_ASSERT(run.void_lookups == expected.void_lookups);
    RC_ASSERT(run.explanation == expected.explanation);
    RC_ASSERT(!run.limited);
  });
}

TEST(SpfProperty, without_guesses_the_core_asks_as_the_reference_does) {
  check(6000, [](const AnyScenario& scenario) {
    const naive::Outcome expected = naive::check_host(scenario.input, scenario.zone);
    const CoreRun run = run_core(scenario, {.guesses = 0});
    RC_ASSERT(run.asked() == expected.asked);
    RC_ASSERT(run.needed() == expected.asked);
  });
}

// ---- Guesses ------------------------------------------------------------------------------------

TEST(SpfProperty, guesses_change_nothing_but_the_questions) {
  check(6000, [](const AnyScenario& scenario) {
    const CoreRun sequential = run_core(scenario, {.guesses = 0});
    const QuestionSet needed = set_of(sequential.asked());
    for (const std::uint32_t guesses : {1U, 5U, 20U}) {
      const CoreRun run = run_core(scenario, {.guesses = guesses});
      RC_ASSERT(run.protocol_error == "");
      RC_ASSERT(run.report == sequential.report);
      const QuestionSet asked = set_of(run.asked());
      RC_ASSERT(std::includes(asked.begin(), asked.end(), needed.begin(), needed.end()));
      RC_ASSERT(run.asked().size() <= needed.size() + guesses);
      RC_ASSERT(set_of(run.needed()) == needed);
    }
  });
}

// Every name that a zone spells out, in lower case: what records and MX answers say.
std::string spelt_out(const Scenario& scenario) {
  std::string text;
  for (const auto& [owner, name] : scenario.names) {
    for (const auto& [type, entry] : name.types) {
      if (type == RecordType::ptr) continue;
      for (const demo::ZoneRecord& record : entry.records) {
        text += joined(record) + " " + record.name + " ";
      }
    }
  }
  return lower(text);
}

// DESIGN.md §1: guessed are macro-free targets and MX hosts, "never exists, ptr or names made with
// macros (asking them tells the owner something)".
TEST(SpfProperty, a_guess_is_a_name_that_a_record_spells_out) {
  check(3000, [](const AnyScenario& scenario) {
    const CoreRun run = run_core(scenario, {.guesses = 20});
    const std::string text = spelt_out(scenario);
    for (const AskedByCore& asked : run.questions) {
      if (asked.needed || asked.kind != mailassay::QuestionKind::dns) continue;
      const auto& [name, type] = asked.question;
      RC_ASSERT(type != RecordType::ptr);
      // a and mx without a domain-spec mean the domain itself, which was asked for its record.
      const bool own = set_of(run.asked()).contains({name, RecordType::txt});
      RC_ASSERT(own || text.find(name) != std::string::npos);
    }
  });
}

// ---- Questions and answers ----------------------------------------------------------------------

TEST(SpfProperty, the_order_of_answers_changes_nothing) {
  check(5000, [](const AnyScenario& scenario) {
    const CoreRun sequential = run_core(scenario, {.guesses = 0});
    for (const std::uint32_t guesses : {0U, 5U, 20U}) {
      const CoreRun run = run_core(
          scenario, {.guesses = guesses, .order = Order::one_random, .noise = scenario.noise});
      RC_ASSERT(run.protocol_error == "");
      RC_ASSERT(run.report == sequential.report);
    }
  });
}

TEST(SpfProperty, polls_are_at_most_answers_and_one) {
  check(3000, [](const AnyScenario& scenario) {
    const std::uint32_t most = mailassay::Limits{}.questions + 1;
    for (const Order order : {Order::batch, Order::one_random, Order::one_needed}) {
      const CoreRun run =
          run_core(scenario, {.guesses = 20, .order = order, .noise = scenario.noise});
      RC_ASSERT(run.protocol_error == "");
      RC_ASSERT(run.progress == mailassay::Progress::done);
      RC_ASSERT(run.polls <= run.answers + 1);
      if (order != Order::one_random) RC_ASSERT(run.polls <= most);
    }
  });
}

TEST(SpfProperty, second_answers_and_unknown_ids_are_inert) {
  check(2000, [](const AnyScenario& scenario) {
    const CoreRun plain = run_core(scenario, {.guesses = 20});
    const CoreRun misused = run_core(scenario, {.guesses = 20, .misuse_ids = true});
    RC_ASSERT(misused.protocol_error == "");
    RC_ASSERT(misused.json == plain.json);
  });
}

// The memory of the two checks differs before their start, and what the host leaves in its buffers
// after each answer.
TEST(SpfProperty, a_replay_gives_the_same_result_byte_for_byte) {
  check(3000, [](const AnyScenario& scenario) {
    const CoreRun first = run_core(scenario, {.guesses = 20, .fill = 0});
    const CoreRun second = run_core(scenario, {.guesses = 20, .fill = 0xA5});
    RC_ASSERT(first.json == second.json);
    RC_ASSERT(demo::Json::parse(first.json).is_object());
  });
}

// ---- The result ---------------------------------------------------------------------------------

bool lies_inside(const CoreRun& run, std::int32_t source, mailassay::Span span) {
  if (source == -1) return true;
  if (source < 0 || static_cast<std::size_t>(source) >= run.sources.size()) return false;
  return span.begin <= span.end &&
         span.end <= run.sources[static_cast<std::size_t>(source)].text.size();
}

// -1 or an index.
bool is_index(std::int32_t index, std::size_t size) {
  return index >= -1 && (index == -1 || static_cast<std::size_t>(index) < size);
}

TEST(SpfProperty, spans_lie_inside_their_source) {
  check(4000, [](const AnyScenario& scenario) {
    const CoreRun run = run_core(scenario, {.guesses = 20});
    for (const Finding& finding : run.diagnostics) {
      RC_ASSERT(lies_inside(run, finding.source, finding.span));
    }
    for (const StepTaken& step : run.trace) {
      RC_ASSERT(lies_inside(run, step.source, step.span));
      RC_ASSERT(is_index(step.question, run.questions.size()));
    }
    for (const SourceText& source : run.sources) {
      RC_ASSERT(std::is_sorted(source.string_ends.begin(), source.string_ends.end()));
      if (!source.string_ends.empty()) RC_ASSERT(source.string_ends.back() == source.text.size());
    }
  });
}

TEST(SpfProperty, the_trace_is_a_tree_in_pre_order) {
  check(2000, [](const AnyScenario& scenario) {
    const CoreRun run = run_core(scenario, {.guesses = 20});
    unsigned deepest = 0;
    for (const StepTaken& step : run.trace) {
      RC_ASSERT(step.depth <= deepest);
      deepest = step.depth + 1U;
    }
  });
}

TEST(SpfProperty, every_verdict_has_its_reason) {
  check(4000, [](const AnyScenario& scenario) {
    const CoreRun run = run_core(scenario, {.guesses = 20});
    const std::string verdict = run.verdict_name();
    RC_ASSERT(is_index(run.cause, run.diagnostics.size()));
    RC_ASSERT(is_index(run.decided_by, run.trace.size()));
    if (verdict == "permerror" || verdict == "temperror" || verdict == "none") {
      RC_ASSERT(run.cause >= 0);
    }
    if (verdict == "pass") RC_ASSERT(run.decided_by >= 0);
  });
}

// ---- Records ------------------------------------------------------------------------------------

using mailassay::spf::Term;

std::string print(const Term& term, std::string_view record) {
  std::string text(mailassay::spf::format(term, record, {}), '\0');
  mailassay::spf::format(term, record, text);
  return text;
}

naive::ParsedRecord parse_by_core(std::string_view record) {
  naive::ParsedRecord parsed;
  parsed.valid = true;
  const auto set_error = [&parsed](mailassay::Span span) {
    if (!parsed.valid) return;
    parsed = {.valid = false, .error_begin = span.begin, .error_end = span.end, .terms = {}};
  };
  mailassay::spf::RecordReader reader(record);
  if (reader.version_error().code != mailassay::Code::none) {
    set_error(reader.version_error().span);
  }
  Term term;
  while (reader.next(term)) {
    if (term.error.code != mailassay::Code::none) set_error(term.span);
    if (parsed.valid) parsed.terms.push_back(print(term, record));
  }
  return parsed;
}

TEST(SpfRecordProperty, reader_equals_the_reference) {
  check(100000, [](const RecordText& record) {
    const naive::ParsedRecord expected = naive::parse_record(record.text);
    const naive::ParsedRecord found = parse_by_core(record.text);
    RC_ASSERT(mailassay::spf::has_version(record.text) == naive::has_version(record.text));
    RC_ASSERT(found.valid == expected.valid);
    RC_ASSERT(found.terms == expected.terms);
    if (expected.valid) return;
    RC_ASSERT(found.error_begin == expected.error_begin);
    RC_ASSERT(found.error_end == expected.error_end);
  });
}

TEST(SpfRecordProperty, spans_of_terms_and_errors_lie_inside_the_record) {
  check(20000, [](const RecordText& record) {
    const auto size = static_cast<std::uint32_t>(record.text.size());
    mailassay::spf::RecordReader reader(record.text);
    Term term;
    std::uint32_t behind = 0;
    while (reader.next(term)) {
      RC_ASSERT(term.span.begin >= behind);
      RC_ASSERT(term.span.begin < term.span.end);
      RC_ASSERT(term.span.end <= size);
      behind = term.span.end;
      if (term.error.code == mailassay::Code::none) continue;
      RC_ASSERT(term.error.span.begin <= term.error.span.end);
      RC_ASSERT(term.error.span.end <= size);
    }
  });
}

// All terms of a valid record, printed as a record.
std::string print_all(std::string_view record) {
  std::string text = "v=spf1";
  mailassay::spf::RecordReader reader(record);
  Term term;
  while (reader.next(term)) text += " " + print(term, record);
  return text;
}

TEST(SpfRecordProperty, parse_print_parse_is_a_fixed_point) {
  check(20000, [](const RecordText& record) {
    const naive::ParsedRecord parsed = parse_by_core(record.text);
    if (!parsed.valid) return;
    const std::string printed = print_all(record.text);
    RC_ASSERT(parse_by_core(printed).valid);
    RC_ASSERT(parse_by_core(printed).terms == parsed.terms);
    RC_ASSERT(print_all(printed) == printed);
  });
}

// §6: "Unrecognized modifiers MUST be ignored no matter where, or how often".
TEST(SpfProperty, an_unknown_modifier_changes_neither_verdict_nor_counters) {
  check(4000, [](const AnyScenario& scenario) {
    Scenario changed = scenario;
    for (auto& [owner, name] : changed.names) {
      for (demo::ZoneRecord& record : name.types[RecordType::txt].records) {
        if (naive::has_version(joined(record))) record.strings.back() += " x-new=%{l}/1";
      }
    }
    changed.zone = zone_of(changed.names);
    const CoreRun plain = run_core(scenario, {.guesses = 20});
    const CoreRun run = run_core(changed, {.guesses = 20});
    RC_ASSERT(run.verdict == plain.verdict);
    RC_ASSERT(run.lookups == plain.lookups);
    RC_ASSERT(run.void_lookups == plain.void_lookups);
  });
}

// ---- Memory -------------------------------------------------------------------------------------

TEST(SpfProperty, less_memory_gives_the_same_verdict_or_limited) {
  check(8000, [](const AnyScenario& scenario) {
    const CoreRun full = run_core(scenario, {.guesses = 20});
    Choices noise(scenario.noise);
    // Mostly little more than the minimum, where it hurts.
    const std::size_t more = std::size_t{noise.below(256)} << noise.below(10);
    const std::size_t scratch =
        std::min(mailassay::scratch_minimum() + more, mailassay::scratch_bytes());
    const CoreRun run = run_core(scenario, {.guesses = noise.below(21), .scratch = scratch});
    RC_ASSERT(run.protocol_error == "");
    RC_ASSERT(run.limited || run.verdict == full.verdict);
    RC_ASSERT(run.verdict_name() != "pass" || full.verdict_name() == "pass");
    RC_ASSERT(!run.limited || run.verdict_name() != "pass");
  });
}

// Small sizes for everything that a check may cost.
mailassay::Limits small_limits(Choices& choices) {
  mailassay::Limits limits;
  if (choices.one_in(2)) limits.pool = 512 + 16 * choices.below(256);
  if (choices.one_in(2)) limits.guess_pool = 8 * choices.below(256);
  if (choices.one_in(4)) limits.questions = 1 + choices.below(20);
  if (choices.one_in(4)) limits.guesses = choices.below(8);
  if (choices.one_in(4)) limits.trace_steps = choices.below(16);
  if (choices.one_in(4)) limits.diagnostics = choices.below(4);
  if (choices.one_in(4)) limits.sources = choices.below(6);
  if (choices.one_in(4)) limits.record_bytes = choices.below(100);
  if (choices.one_in(4)) limits.addresses = choices.below(14);
  if (choices.one_in(4)) limits.identity_bytes = choices.below(30);
  if (choices.one_in(4)) limits.explanation_bytes = choices.below(30);
  return limits;
}

std::string text_of(const mailassay::Limits& limits) {
  std::ostringstream text;
  text << "pool " << limits.pool << ", guess_pool " << limits.guess_pool << ", questions "
       << limits.questions << ", guesses " << limits.guesses << ", trace_steps "
       << limits.trace_steps << ", diagnostics " << limits.diagnostics << ", sources "
       << limits.sources << ", record_bytes " << limits.record_bytes << ", addresses "
       << limits.addresses << ", identity_bytes " << limits.identity_bytes << ", explanation_bytes "
       << limits.explanation_bytes;
  return text.str();
}

TEST(SpfProperty, smaller_limits_give_the_same_verdict_or_limited) {
  check(8000, [](const AnyScenario& scenario) {
    const CoreRun full = run_core(scenario, {.guesses = 20});
    Choices noise(scenario.noise);
    const mailassay::Limits limits = small_limits(noise);
    RC_LOG() << text_of(limits) << '\n';
    const CoreRun run = run_core(scenario, {.guesses = noise.below(21), .limits = limits});
    RC_ASSERT(run.protocol_error == "");
    RC_ASSERT(run.polls <= limits.questions + 1);
    RC_ASSERT(run.needed().size() <= limits.questions);
    RC_ASSERT(run.limited || run.verdict == full.verdict);
    RC_ASSERT(run.verdict_name() != "pass" || full.verdict_name() == "pass");
    RC_ASSERT(run.explanation.size() <= limits.explanation_bytes);
  });
}

// ---- Faults -------------------------------------------------------------------------------------

constexpr AnswerStatus kFaults[] = {
    AnswerStatus::servfail, AnswerStatus::timeout, AnswerStatus::refused,    AnswerStatus::bogus,
    AnswerStatus::error,    AnswerStatus::failed,  AnswerStatus::unsupported};

// Names that the client's reverse record leads to. Their look-ups, and the reverse look-up itself,
// are the ones whose failure is no error (§5.5, §7.3): ptr does not match, %{p} is "unknown".
std::set<std::string> reverse_hosts(const Scenario& scenario) {
  std::set<std::string> hosts;
  for (const auto& [owner, name] : scenario.names) {
    const auto reverse = name.types.find(RecordType::ptr);
    if (reverse == name.types.end()) continue;
    for (const demo::ZoneRecord& record : reverse->second.records) {
      std::string host = lower(record.name);
      if (host.ends_with('.')) host.pop_back();
      hosts.insert(host);
    }
  }
  return hosts;
}

bool serves_reverse_mapping(const Scenario& scenario, const naive::AskedQuestion& question) {
  const auto& [name, type] = question;
  if (type == RecordType::ptr) return true;
  return (type == RecordType::a || type == RecordType::aaaa) &&
         reverse_hosts(scenario).contains(name);
}

// §4.4, §5: the look-up of a record or of a mechanism that fails gives temperror, also below a
// negative qualifier. §6.2: that of exp, which only follows a fail, changes nothing but the text.
// A fault in the reverse mapping can do more, by the RFC: "-ptr +all" passes without it.
TEST(SpfProperty, a_dns_fault_gives_temperror_or_only_costs_the_explanation) {
  check(4000, [](const AnyScenario& scenario) {
    const CoreRun plain = run_core(scenario, {.guesses = 0});
    Choices noise(scenario.noise);
    const AnswerStatus status = noise.of(kFaults);
    for (const naive::AskedQuestion& question : plain.asked()) {
      if (serves_reverse_mapping(scenario, question) || noise.below(2) == 0) continue;
      const CoreRun faulty = run_core(scenario, {.guesses = 20, .faults = {{question, status}}});
      const bool for_explanation = question.second == RecordType::txt &&
                                   plain.verdict_name() == "fail" &&
                                   faulty.verdict == plain.verdict;
      RC_ASSERT(faulty.verdict_name() == "temperror" || for_explanation);
    }
  });
}

// Where ptr and include are never negative, where no name is made of %{p} and where void look-ups
// are unlimited (a failed reverse look-up is not void, an empty one is), a fault in the reverse
// mapping can only take a match away.
TEST(SpfProperty, a_fault_in_the_reverse_mapping_takes_away_and_never_gives_a_pass) {
  check(4000, [](const PlainPtrScenario& scenario) {
    Scenario unlimited = scenario;
    unlimited.input.void_limit = 1000;
    const CoreRun plain = run_core(unlimited, {.guesses = 0});
    Choices noise(scenario.noise);
    const AnswerStatus status = noise.of(kFaults);
    for (const naive::AskedQuestion& question : plain.asked()) {
      const CoreRun faulty = run_core(unlimited, {.guesses = 20, .faults = {{question, status}}});
      RC_ASSERT(faulty.verdict_name() != "pass" || plain.verdict_name() == "pass");
    }
  });
}

}  // namespace
}  // namespace property
