// Whole SPF checks against an internet that the fuzzer writes (support/world.h).
//
// The same world is asked several times: one question after the other, with guesses, in another
// order, replayed, with less memory, with a smaller limit, with a deadline that strikes early. What
// every single run must keep stands in support/host.h and support/report.h; here is what must hold
// between the runs (DESIGN.md §9).
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mailassay/spf.h"
#include "support/host.h"
#include "support/require.h"
#include "support/world.h"

namespace {

using fuzz::AnswerStatus;
using fuzz::Limits;
using fuzz::Run;
using fuzz::run_check;
using fuzz::Way;
using fuzz::World;
using mailassay::spf::Verdict;

// The same judgement, reached in any way.
void require_same(const Run& one, const Run& other) {
  FUZZ_REQUIRE(one.verdict == other.verdict);
  FUZZ_REQUIRE(one.lookups == other.lookups);
  FUZZ_REQUIRE(one.voids == other.voids);
  FUZZ_REQUIRE(one.limited == other.limited);
  FUZZ_REQUIRE_EQUAL(one.explanation, other.explanation);
  FUZZ_REQUIRE_EQUAL(one.field, other.field);
  // Where memory ran out, one run may have asked a question that the other had no room to ask.
  if (!one.limited) FUZZ_REQUIRE_EQUAL(one.canonical, other.canonical);
}

// A smaller run says the same, or that it was limited; it never invents a pass.
void require_same_or_limited(const Run& full, const Run& smaller) {
  if (smaller.limited) {
    FUZZ_REQUIRE(smaller.verdict == Verdict::permerror);
    return;
  }
  FUZZ_REQUIRE(full.limited || smaller.verdict == full.verdict);
  FUZZ_REQUIRE(full.limited || smaller.lookups == full.lookups);
  FUZZ_REQUIRE(full.limited || smaller.voids == full.voids);
}

void require_guesses_are_harmless(const Run& sequential, const Run& guessing,
                                  std::uint32_t guesses) {
  require_same(sequential, guessing);
  FUZZ_REQUIRE(sequential.limited || guessing.needed == sequential.asked);
  FUZZ_REQUIRE(std::includes(guessing.asked.begin(), guessing.asked.end(), sequential.asked.begin(),
                             sequential.asked.end()));
  FUZZ_REQUIRE(guessing.count <= sequential.count + guesses);
}

// A fault of DNS gives no pass that was not there. Reverse look-ups are the exception that RFC 7208
// makes: where they fail, ptr does not match (§5.5) and %{p} is "unknown" (§7.3), so that what
// stands behind "-ptr" is reached.
void require_no_new_pass(const Run& sequential, const Run& faulted) {
  if (faulted.verdict != Verdict::pass || sequential.verdict == Verdict::pass) return;
  FUZZ_REQUIRE(faulted.asked_ptr);
}

Limits smaller_limits(const fuzz::Knobs& knobs) {
  Limits limits;
  const std::array<std::uint32_t*, 9> all = {
      &limits.questions,    &limits.guesses,        &limits.trace_steps,
      &limits.addresses,    &limits.diagnostics,    &limits.sources,
      &limits.record_bytes, &limits.identity_bytes, &limits.explanation_bytes};
  std::uint32_t& limit = *all[knobs.limit];
  const bool bytes = knobs.limit >= 6;
  limit = std::min(limit, knobs.limit_value * (bytes ? 4 : 1));
  return limits;
}

void require_misuse_is_noticed(const World& world) {
  static std::array<std::byte, mailassay::scratch_minimum()> memory;
  mailassay::spf::Request request;
  request.client = world.client;
  mailassay::spf::Check check(request, {memory.data(), memory.size() - 1});
  FUZZ_REQUIRE(check.status() == mailassay::Status::scratch_too_small);
  FUZZ_REQUIRE(check.poll() == mailassay::Progress::misused);
  FUZZ_REQUIRE(check.result().verdict == Verdict::temperror);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const World world({reinterpret_cast<const char*>(data), size});
  const fuzz::Knobs& knobs = world.knobs;
  const std::uint32_t order = knobs.order + 1;
  require_misuse_is_noticed(world);

  // Memory that began with other bytes and elsewhere changes nothing, not even in the report.
  const Run sequential = run_check(world, {.json = true});
  const Run replayed =
      run_check(world, {.misalignment = 1 + order % 15, .fill = 0x55, .json = true});
  FUZZ_REQUIRE_EQUAL(sequential.json, replayed.json);

  const Run batches = run_check(world, {.guesses = knobs.guesses});
  const Run muddled = run_check(world, {.guesses = knobs.guesses, .order = order, .muddle = true});
  const Run in_loop =
      run_check(world, {.guesses = knobs.guesses, .order = order + 1, .in_loop = true});
  for (const Run* guessing : {&batches, &muddled, &in_loop}) {
    require_guesses_are_harmless(sequential, *guessing, knobs.guesses);
  }

  const std::size_t bytes = mailassay::scratch_minimum() + knobs.pool;
  const Run small = run_check(world, {.bytes = bytes});
  require_same_or_limited(sequential, small);
  const Run small_guessing =
      run_check(world, {.guesses = knobs.guesses, .bytes = bytes, .order = order});
  require_guesses_are_harmless(small, small_guessing, knobs.guesses);

  const Limits limits = smaller_limits(knobs);
  const Run limited = run_check(world, {.guesses = knobs.guesses, .limits = limits, .json = true});
  require_same_or_limited(sequential, limited);

  const Run faulted = run_check(world, {.guesses = knobs.guesses,
                                        .order = order,
                                        .fail_after = knobs.fail_after,
                                        .fault = static_cast<AnswerStatus>(knobs.fault)});
  require_no_new_pass(sequential, faulted);
  return 0;
}
