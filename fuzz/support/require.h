// What every target has to say when an invariant does not hold: one line on standard error, then
// abort(), which libFuzzer and the replay both count as a finding. Unlike assert(), it is there in
// every build.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace fuzz {

[[noreturn]] inline void violated(const char* file, int line, const char* invariant) {
  std::fprintf(stderr, "%s:%d: invariant violated: %s\n", file, line, invariant);
  std::abort();
}

// For texts that must be equal: both are shown.
inline void require_equal(const char* file, int line, const std::string& one,
                          const std::string& other) {
  if (one == other) return;
  std::fprintf(stderr, "one:\n%s\nother:\n%s\n", one.c_str(), other.c_str());
  violated(file, line, "the texts are equal");
}

}  // namespace fuzz

#define FUZZ_REQUIRE(condition) \
  ((condition) ? static_cast<void>(0) : ::fuzz::violated(__FILE__, __LINE__, #condition))
#define FUZZ_REQUIRE_EQUAL(one, other) ::fuzz::require_equal(__FILE__, __LINE__, one, other)
