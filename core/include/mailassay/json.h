// JSON of results, schema 1. Field names, codes and values are append-only.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "mailassay/spf.h"

namespace mailassay::inline v0 {

// Each function returns the size of the whole text and writes nothing beyond `out`; call again
// with a larger buffer if it was too small. The text is ASCII; bytes from outside stand as the
// code points 0-255, so that a byte offset indexes the string.
std::size_t write_json(const spf::Result& result, std::span<char> out) noexcept;

// Terms and errors of one record by itself.
std::size_t write_record_json(std::string_view record, std::span<char> out) noexcept;

}  // namespace mailassay::inline v0
