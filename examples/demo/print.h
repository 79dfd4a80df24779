// A result for people: verdict, tree of what was looked at, findings with the place they point to.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mailassay/messages.h"
#include "mailassay/spf.h"

namespace demo {

struct Style {
  mailassay::Language language = mailassay::Language::en;
  bool color = false;
};

// No line of a report is meant to be longer, in columns.
inline constexpr std::size_t kColumns = 100;

// What stands above a report.
struct Heading {
  std::string title;  // may be empty
  std::string ip;
  std::string mail_from;
  std::string helo;
};

// Text from outside on one line that cannot steer a terminal.
std::string shown(std::string_view text);

std::string heading(const Heading& heading, const Style& style);

// Everything that follows the heading. Ends with an empty line.
std::string report(const mailassay::spf::Result& result, const Style& style);

}  // namespace demo
