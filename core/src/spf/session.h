// What one SPF check keeps in the pool: the request as check_host() wants it (RFC 7208 §4.1, §4.3),
// and in the end the outcome. Fixed layout, offsets only.
#pragma once

#include <cstdint>

#include "common/pass.h"
#include "mailassay/spf.h"

namespace mailassay::inline v0::spf {

struct Session {
  detail::Range identity;  // MAIL FROM or HELO as given
  detail::Range helo;
  detail::Range receiver;
  detail::Range local_part;   // inside `sender` once that is known, else inside `identity`
  detail::Range raw_domain;   // the domain as written, without its final dot; may hold U-labels
  detail::Range sender;       // local-part "@" domain, A-labels; offset 0: not known yet
  detail::Range domain;       // its domain
  detail::Range client_text;  // %{i}: dotted quad, or dotted nibbles
  detail::Range explanation;
  Address client;
  std::uint32_t now_low;
  std::uint32_t now_high;
  std::uint32_t void_limit;
  std::uint32_t lookups;
  std::uint32_t void_lookups;
  std::uint32_t oversized;  // bytes of an identity that is longer than the limit; 0: none is
  Identity checked;
  Verdict verdict;
  bool malformed;  // the identity names no domain at all
  bool complete;   // the pool had room for the whole request
};
static_assert(sizeof(Session) <= detail::kPoolFloor);  // so it always fits

// Copies the request into the pool, as far as it fits.
void begin_session(detail::Pass& pass, const Request& request) noexcept;

// One evaluation of check_host() over what is known; false if it has to wait for answers.
bool evaluate(Session& session, detail::Pass& pass) noexcept;

}  // namespace mailassay::inline v0::spf
