// A check in less memory comes to the same verdict or says that a limit of this check set it, and
// it never touches a byte outside its memory. Every vector is run in hundreds of sizes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "worlds.h"

namespace {

using mailassay::Progress;
using mailassay::Status;
using mailassay::spf::Verdict;

constexpr std::size_t kGuard = 64;
constexpr auto kGuardByte = std::byte{0xa5};
constexpr std::size_t kAlignments = 16;

// What one check in one memory comes to.
struct Outcome {
  Progress progress = Progress::pending;
  Verdict verdict = Verdict::temperror;
  bool limited = false;
  bool names_limit = false;  // a finding is a limit.*
  std::uint32_t lookups = 0;
  std::uint32_t void_lookups = 0;
  std::size_t used = 0;
  std::string json;
};

bool names_limit(const mailassay::Report& report) {
  for (const mailassay::Diagnostic& diagnostic : report.diagnostics) {
    if (mailassay::name(diagnostic.code).starts_with("limit.")) return true;
  }
  return false;
}

Outcome run(const proofs::World& world, proofs::Host& host, std::span<std::byte> memory,
            bool with_json = false) {
  Outcome outcome;
  mailassay::spf::Check check(world.request(), memory, world.options, world.limits);
  outcome.progress = mailassay::drive(check, host);
  const mailassay::spf::Result result = check.result();
  outcome.verdict = result.verdict;
  outcome.limited = result.limited;
  outcome.names_limit = names_limit(result);
  outcome.lookups = result.lookups;
  outcome.void_lookups = result.void_lookups;
  outcome.used = check.scratch_used();
  if (!with_json) return outcome;
  outcome.json.resize(mailassay::write_json(result, {}));
  mailassay::write_json(result, outcome.json);
  return outcome;
}

// What is wrong with the outcome in less memory; empty if nothing is.
std::string complaint(const Outcome& full, const Outcome& small, std::size_t size) {
  if (small.progress != Progress::done) return "it did not end";
  if (small.used > size) return "it counts more bytes than it was given";
  if (small.verdict == Verdict::pass && full.verdict != Verdict::pass) return "a new pass";
  if (!small.limited) {
    const bool same = small.verdict == full.verdict && small.lookups == full.lookups &&
                      small.void_lookups == full.void_lookups;
    return same ? "" : "another verdict, and no limit";
  }
  if (!small.names_limit) return "limited, but no finding says by what";
  if (small.verdict == Verdict::permerror || small.verdict == full.verdict) return "";
  return "limited, but no error";
}

// Memory with guard bytes on both sides, at a chosen distance from alignment.
class Guarded {
 public:
  Guarded(std::size_t size, std::size_t misalignment, std::byte fill = std::byte{0})
      : bytes_(size + 2 * kGuard + 2 * kAlignments, kGuardByte), size_(size) {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data() + kGuard);
    begin_ = kGuard + (kAlignments - address % kAlignments) % kAlignments + misalignment;
    std::fill_n(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_), size, fill);
  }

  [[nodiscard]] std::span<std::byte> memory() { return {bytes_.data() + begin_, size_}; }

  [[nodiscard]] bool intact() const {
    const auto is_guard = [](std::byte byte) { return byte == kGuardByte; };
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(begin_);
    return std::all_of(bytes_.begin(), begin, is_guard) &&
           std::all_of(begin + static_cast<std::ptrdiff_t>(size_), bytes_.end(), is_guard);
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t size_;
  std::size_t begin_ = 0;
};

const std::vector<proofs::World>& worlds() {
  static const std::vector<proofs::World> all = proofs::spf_worlds();
  return all;
}

// Some worlds of every topic, for what is too slow for all.
std::vector<proofs::World> sample() {
  std::vector<proofs::World> some;
  for (std::size_t i = 0; i < worlds().size(); i += 12) some.push_back(worlds()[i]);
  return some;
}

Outcome run_in_full(const proofs::World& world, proofs::Host& host) {
  Guarded guarded(mailassay::scratch_bytes(world.limits), 0);
  const Outcome outcome = run(world, host, guarded.memory(), true);
  EXPECT_TRUE(guarded.intact()) << world.id;
  EXPECT_LE(outcome.used, mailassay::scratch_bytes(world.limits)) << world.id;
  return outcome;
}

// A quarter of the pool belongs to guesses. From here on the verdict has all the room it wants.
std::size_t enough_for(const proofs::World& world, const Outcome& full) {
  const std::size_t tables = mailassay::detail::table_bytes(world.limits);
  const std::size_t wanted = tables + (full.used - tables) * 4 / 3 + 64;
  return std::max(wanted, mailassay::scratch_minimum(world.limits) + 64);
}

// Runs one world in all sizes from the smallest to where nothing changes; returns how many of them
// were limited.
unsigned sweep(const proofs::World& world, std::size_t step) {
  proofs::Host host(world);
  const Outcome full = run_in_full(world, host);
  const std::size_t enough = enough_for(world, full);
  unsigned limited = 0;
  for (std::size_t size = mailassay::scratch_minimum(world.limits); size < enough + 2 * step;
       size += step) {
    Guarded guarded(size, size % kAlignments);
    const Outcome small = run(world, host, guarded.memory());
    const std::string problem = complaint(full, small, size);
    EXPECT_EQ(problem, "") << world.id << " in " << size << " bytes";
    EXPECT_TRUE(guarded.intact()) << world.id << " in " << size << " bytes";
    const bool may_be_limited = size < enough || full.limited;
    EXPECT_TRUE(may_be_limited || !small.limited) << world.id << " in " << size << " bytes";
    if (!problem.empty()) return limited;
    limited += small.limited ? 1U : 0U;
  }
  return limited;
}

TEST(Scratch, every_vector_in_less_memory_gives_the_same_verdict_or_is_limited) {
  unsigned limited = 0;
  for (const proofs::World& world : worlds()) limited += sweep(world, 5);
  EXPECT_GT(limited, worlds().size()) << "the sweep does not reach the limit";
}

TEST(Scratch, a_sample_in_every_size_byte_by_byte_holds_too) {
  for (const proofs::World& world : sample()) sweep(world, 1);
}

TEST(Scratch, a_sample_that_asks_one_after_the_other_holds_too) {
  for (proofs::World world : sample()) {
    world.options.guesses = 0;
    sweep(world, 7);
  }
}

TEST(Scratch, less_than_the_minimum_is_misuse_and_touches_nothing) {
  const proofs::World& world = worlds().front();
  for (const mailassay::Limits& limits :
       {mailassay::Limits{}, mailassay::Limits{.questions = 1, .guesses = 0, .trace_steps = 0},
        mailassay::Limits{.pool = 0, .diagnostics = 0, .sources = 0}}) {
    const std::size_t minimum = mailassay::scratch_minimum(limits);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, minimum / 2, minimum - 1}) {
      Guarded guarded(size, 3, kGuardByte);
      mailassay::spf::Check check(world.request(), guarded.memory(), {}, limits);
      EXPECT_EQ(check.status(), Status::scratch_too_small);
      EXPECT_EQ(check.poll(), Progress::misused);
      EXPECT_TRUE(check.new_questions().empty());
      EXPECT_TRUE(check.questions().empty());
      EXPECT_EQ(check.answer(0, mailassay::DnsAnswer{}), Status::scratch_too_small);
      EXPECT_EQ(check.fail_open(mailassay::AnswerStatus::timeout), Status::scratch_too_small);
      EXPECT_EQ(check.result().verdict, Verdict::temperror);
      EXPECT_EQ(check.scratch_used(), 0U);
      const std::span<std::byte> memory = guarded.memory();
      EXPECT_TRUE(std::all_of(memory.begin(), memory.end(),
                              [](std::byte byte) { return byte == kGuardByte; }));
    }
  }
}

TEST(Scratch, the_minimum_itself_is_enough_for_a_verdict_whatever_the_limits) {
  const proofs::World& world = worlds().front();
  for (const mailassay::Limits& limits :
       {mailassay::Limits{}, mailassay::Limits{.questions = 0}, mailassay::Limits{.guesses = 0},
        mailassay::Limits{.trace_steps = 0}, mailassay::Limits{.diagnostics = 0},
        mailassay::Limits{.diagnostics = 1}, mailassay::Limits{.sources = 0},
        mailassay::Limits{.record_bytes = 0}, mailassay::Limits{.identity_bytes = 0},
        mailassay::Limits{.pool = 0, .guess_pool = 0}}) {
    Guarded guarded(mailassay::scratch_minimum(limits), 5);
    proofs::Host host(world);
    mailassay::spf::Check check(world.request(), guarded.memory(), {}, limits);
    EXPECT_EQ(check.status(), Status::ok);
    EXPECT_EQ(mailassay::drive(check, host), Progress::done);
    EXPECT_TRUE(guarded.intact());
  }
}

TEST(Scratch, memory_at_any_address_gives_the_same_report) {
  for (const proofs::World& world : sample()) {
    proofs::Host host(world);
    const Outcome full = run_in_full(world, host);
    for (const std::size_t size :
         {mailassay::scratch_bytes(world.limits), mailassay::scratch_minimum(world.limits) + 331}) {
      Guarded aligned(size, 0);
      const Outcome expected = run(world, host, aligned.memory(), true);
      for (std::size_t misalignment = 1; misalignment < kAlignments; ++misalignment) {
        Guarded guarded(size, misalignment);
        const Outcome outcome = run(world, host, guarded.memory(), true);
        EXPECT_EQ(outcome.json, expected.json) << world.id << " at " << misalignment;
        EXPECT_EQ(outcome.used, expected.used) << world.id << " at " << misalignment;
        EXPECT_TRUE(guarded.intact()) << world.id << " at " << misalignment;
      }
    }
  }
}

TEST(Scratch, what_the_memory_held_before_does_not_show) {
  for (const proofs::World& world : worlds()) {
    proofs::Host host(world);
    const Outcome zero = run_in_full(world, host);
    Guarded guarded(mailassay::scratch_bytes(world.limits), 0, std::byte{0xff});
    EXPECT_EQ(run(world, host, guarded.memory(), true).json, zero.json) << world.id;
  }
}

TEST(Scratch, real_checks_use_little_of_it) {
  std::vector<std::size_t> used;
  for (const proofs::World& world : worlds()) {
    proofs::Host host(world);
    used.push_back(run_in_full(world, host).used - mailassay::detail::table_bytes(world.limits));
  }
  std::sort(used.begin(), used.end());
  const std::size_t median = used[used.size() / 2];
  const std::size_t almost_all = used[used.size() * 99 / 100];
  std::printf(
      "proof: scratch: %zu checks use of the pool %zu bytes (median), %zu (99 of 100), %zu (most) "
      "of %u; the tables have %zu, scratch_bytes() is %zu\n",
      used.size(), median, almost_all, used.back(), mailassay::Limits{}.pool,
      mailassay::detail::table_bytes({}), mailassay::scratch_bytes());
  EXPECT_LT(median, 4096U);
}

TEST(Scratch, a_planted_write_beyond_the_memory_is_caught) {
  for (const std::ptrdiff_t place : {std::ptrdiff_t{-1}, std::ptrdiff_t{100}}) {
    Guarded guarded(100, 7);
    EXPECT_TRUE(guarded.intact());
    guarded.memory().data()[place] = std::byte{0};
    EXPECT_FALSE(guarded.intact());
  }
}

TEST(Scratch, a_planted_wrong_outcome_is_caught) {
  Outcome full;
  full.progress = Progress::done;
  full.verdict = Verdict::fail;
  full.lookups = 2;
  Outcome small = full;
  EXPECT_EQ(complaint(full, small, 100), "");
  small.verdict = Verdict::pass;
  EXPECT_EQ(complaint(full, small, 100), "a new pass");
  small.limited = small.names_limit = true;
  EXPECT_EQ(complaint(full, small, 100), "a new pass");
  small.verdict = Verdict::neutral;
  EXPECT_EQ(complaint(full, small, 100), "limited, but no error");
  small.verdict = Verdict::permerror;
  EXPECT_EQ(complaint(full, small, 100), "");
  small.names_limit = false;
  EXPECT_EQ(complaint(full, small, 100), "limited, but no finding says by what");
  small = full;
  small.lookups = 3;
  EXPECT_EQ(complaint(full, small, 100), "another verdict, and no limit");
  small = full;
  small.used = 101;
  EXPECT_EQ(complaint(full, small, 100), "it counts more bytes than it was given");
}

}  // namespace
