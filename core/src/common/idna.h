// The part of IDNA that the core does itself: which labels are asked at all, and whether an answer
// stands for the label that was asked (RFC 5890, RFC 3492). Mapping and the tables of IDNA2008 are
// the host's.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mailassay::inline v0::detail {

// True if the A-label decodes to the very code points of `u_label` (UTF-8).
bool stands_for(std::string_view a_label, std::string_view u_label) noexcept;

// Writes the label in lower case (ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic; IDNA2008
// refuses the capital letters of other scripts anyway). Returns its size; 0 if the label must not
// be asked: not UTF-8, a hyphen at either end, a full stop (U+3002, U+FF0E, U+FF61) inside, or no
// room in `out`.
std::size_t prepare_u_label(std::string_view label, std::span<char> out) noexcept;

}  // namespace mailassay::inline v0::detail
