// What must hold of every JSON text that the core writes: printable ASCII on one line, and JSON by
// an independent reader that refuses repeated names.
#pragma once

#include <string>
#include <string_view>

#include "demo/json.h"
#include "support/require.h"
#include "support/text.h"

namespace fuzz {

inline demo::Json parse_json(std::string_view text) {
  for (const char c : text) FUZZ_REQUIRE(is_printable(c));
  try {
    return demo::Json::parse(text);
  } catch (const demo::JsonError& error) {
    std::fprintf(stderr, "%s in: %.2000s\n", error.what(), std::string(text).c_str());
    violated(__FILE__, __LINE__, "the text is JSON");
  }
}

inline const demo::Json& member(const demo::Json& object, std::string_view name) {
  const demo::Json* const found = object.find(name);
  FUZZ_REQUIRE(found != nullptr);
  return *found;
}

// A text from outside, which stands in JSON as the code points 0-255.
inline std::string bytes_member(const demo::Json& object, std::string_view name) {
  return demo::bytes_of(member(object, name).as_string());
}

}  // namespace fuzz
