#include "mailassay/messages.h"

#include <algorithm>

#include "texts.h"

namespace mailassay::inline v0 {

std::string_view text(Code code, Language language) noexcept {
  const auto table = detail::texts();
  const auto found =
      std::lower_bound(table.begin(), table.end(), code,
                       [](const detail::Text& row, Code wanted) { return row.code < wanted; });
  if (found == table.end() || found->code != code) return {};
  switch (language) {
    case Language::en:
      return found->en;
    case Language::de:
      return found->de;
  }
  return {};
}

}  // namespace mailassay::inline v0
