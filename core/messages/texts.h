// The table of all texts; texts.cpp is generated from catalogue.tsv.
#pragma once

#include <span>
#include <string_view>

#include "mailassay/diagnostics.h"

namespace mailassay::inline v0::detail {

struct Text {
  Code code;
  std::string_view en;
  std::string_view de;
};

// Ascending by code.
std::span<const Text> texts() noexcept;

}  // namespace mailassay::inline v0::detail
