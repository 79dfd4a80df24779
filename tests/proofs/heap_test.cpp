// Nothing that a caller can do with the core takes memory from the heap. All ways to get some are
// replaced by ones that count while a test has armed them.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "worlds.h"

namespace {

std::atomic<bool> armed = false;
std::atomic<unsigned> allocations = 0;

void note_allocation() {
  if (armed) ++allocations;
}

// Counts what is allocated during its life; what the test's own host needs is exempt.
class Armed {
 public:
  Armed() {
    allocations = 0;
    armed = true;
  }
  ~Armed() { armed = false; }
  Armed(const Armed&) = delete;
  Armed& operator=(const Armed&) = delete;

  [[nodiscard]] unsigned count() const { return allocations; }
};

class Exempt {
 public:
  Exempt() : before_(armed.exchange(false)) {}
  ~Exempt() { armed = before_; }
  Exempt(const Exempt&) = delete;
  Exempt& operator=(const Exempt&) = delete;

 private:
  bool before_;
};

}  // namespace

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* memory, std::size_t size);

void* __wrap_malloc(std::size_t size) {
  note_allocation();
  return __real_malloc(size);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  note_allocation();
  return __real_calloc(count, size);
}
void* __wrap_realloc(void* memory, std::size_t size) {
  note_allocation();
  return __real_realloc(memory, size);
}
}

namespace {

void* counted(std::size_t size) {
  note_allocation();
  return __real_malloc(size == 0 ? 1 : size);
}

void* counted(std::size_t size, std::align_val_t alignment) {
  note_allocation();
  const auto unit = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(unit, (size + unit - 1) / unit * unit);
}

void* checked(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// All forms, since a sanitizer brings its own of those that are left out.
void* operator new(std::size_t size) { return checked(counted(size)); }
void* operator new[](std::size_t size) { return checked(counted(size)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new(std::size_t size, std::align_val_t unit) { return checked(counted(size, unit)); }
void* operator new[](std::size_t size, std::align_val_t unit) {
  return checked(counted(size, unit));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace {

using mailassay::Diagnostic;
using mailassay::Question;

std::byte memory[mailassay::scratch_bytes()];
char text[1 << 20];

constexpr std::string_view kPattern =
    "{found} {domain} {meant} {name} {count} {host} {limit} {value} %{i} {nothing}";

// The whole life of a check and all writers of its result; returns the bytes written.
std::size_t use_everything(const proofs::World& world, proofs::Host& host) {
  mailassay::spf::Check check(world.request(), memory, world.options, world.limits);
  mailassay::drive(check, [&host](const Question& question, mailassay::CheckBase& asking) {
    const proofs::Answer* answer = nullptr;
    {
      const Exempt exempt;
      answer = &host.answer_to(question);
    }
    answer->give(asking, question.id);
  });
  const mailassay::spf::Result result = check.result();
  std::size_t written = mailassay::write_json(result, text);
  written += mailassay::spf::received_spf(result, text);
  written += mailassay::escape_text(result.explanation, mailassay::kShownBytes, text);
  for (const Diagnostic& diagnostic : result.diagnostics) {
    written += mailassay::render(kPattern, diagnostic, text);
  }
  return written;
}

std::size_t read_record(std::string_view record) {
  mailassay::spf::RecordReader reader(record);
  mailassay::spf::Term term;
  std::size_t written = mailassay::write_record_json(record, text);
  while (reader.next(term)) written += mailassay::spf::format(term, record, text);
  return written;
}

TEST(Heap, a_whole_check_and_its_report_allocate_nothing) {
  const std::vector<proofs::World> worlds = proofs::spf_worlds();
  ASSERT_GT(worlds.size(), 500U);
  std::size_t written = 0;
  for (const proofs::World& world : worlds) {
    proofs::Host host(world);
    const Armed watch;
    written += use_everything(world, host);
    ASSERT_EQ(watch.count(), 0U) << world.id;
  }
  EXPECT_GT(written, 0U);
  std::printf("proof: heap: 0 allocations in %zu checks with all writers, %zu bytes written\n",
              worlds.size(), written);
}

TEST(Heap, reading_a_record_by_itself_allocates_nothing) {
  const std::vector<std::string> records = proofs::spf_records();
  ASSERT_GT(records.size(), 20U);
  std::size_t written = 0;
  const Armed watch;
  for (const std::string& record : records) written += read_record(record);
  EXPECT_EQ(watch.count(), 0U);
  EXPECT_GT(written, 0U);
}

TEST(Heap, a_planted_allocation_of_each_kind_is_counted) {
  const auto count = [](auto allocate) {
    const Armed watch;
    void* volatile block = allocate();
    const unsigned counted = watch.count();
    std::free(block);
    return counted;
  };
  EXPECT_EQ(count([] { return ::operator new(16); }), 1U);
  EXPECT_EQ(count([] { return ::operator new[](16); }), 1U);
  EXPECT_EQ(count([] { return ::operator new(64, std::align_val_t{64}); }), 1U);
  EXPECT_EQ(count([] { return ::operator new[](64, std::align_val_t{64}); }), 1U);
  EXPECT_EQ(count([] { return ::operator new(16, std::nothrow); }), 1U);
  EXPECT_EQ(count([] { return ::operator new[](16, std::nothrow); }), 1U);
  EXPECT_EQ(count([] { return std::malloc(16); }), 1U);
  EXPECT_EQ(count([] { return std::calloc(4, 4); }), 1U);
  EXPECT_EQ(count([] { return std::realloc(nullptr, 16); }), 1U);
}

TEST(Heap, what_the_host_of_a_test_allocates_is_not_the_core_s) {
  const Armed watch;
  {
    const Exempt exempt;
    void* volatile block = std::malloc(16);
    std::free(block);
  }
  EXPECT_EQ(watch.count(), 0U);
  void* volatile block = std::malloc(16);
  std::free(block);
  EXPECT_EQ(watch.count(), 1U);
}

}  // namespace
