// A planted fault for symbols.py: string_view::substr can throw.
#include <string_view>
std::string_view planted(std::string_view text, std::size_t begin) { return text.substr(begin); }
