// From the request to the arguments of check_host(): RFC 7208 §2.3, §2.4, §4.1, §4.3.
#include "spf/session.h"

#include "common/ascii.h"
#include "common/domain_name.h"

namespace mailassay::inline v0::spf {
namespace {

using detail::drop;
using detail::head;
using detail::Range;

// The host's own name, which RFC 1035 bounds; a longer one is cut.
constexpr std::size_t kReceiverBytes = 255;

// A part of a range that is already in the pool.
Range part(Range whole, std::size_t begin, std::size_t end) noexcept {
  return {whole.offset + static_cast<std::uint32_t>(begin),
          static_cast<std::uint32_t>(end - begin)};
}

// Copies a text into the pool. What does not fit is left out.
void copy(detail::Pass& pass, std::string_view text, Session& session, Range& range) noexcept {
  range = pass.pool.keep(text.size(), detail::Account::needed);
  if (range.offset == 0) {
    range = {};
    session.complete = false;
    return;
  }
  pass.pool.write(range.offset, text);
}

// Copies MAIL FROM or HELO. One that is longer than the limit is left out.
void copy_identity(detail::Pass& pass, std::string_view text, Session& session,
                   Range& range) noexcept {
  if (text.size() > pass.limits.identity_bytes) {
    session.oversized = static_cast<std::uint32_t>(text.size());
  } else {
    copy(pass, text, session, range);
  }
}

std::string_view without_angle_brackets(std::string_view path) noexcept {
  const bool has_them = path.size() >= 2 && path.front() == '<' && path.back() == '>';
  return has_them ? head(drop(path, 1), path.size() - 2) : path;
}

// RFC 5321 §4.1.2, Appendix C: a source route, "@a,@b:", is dropped. Returns where the mailbox
// begins; the size of the path if a route has no mailbox behind it.
std::size_t mailbox_begin(std::string_view path) noexcept {
  if (path.empty() || path.front() != '@') return 0;
  std::size_t colon = 0;
  while (colon < path.size() && path[colon] != ':') ++colon;
  if (colon == path.size()) return 0;
  for (const char c : drop(path, colon + 1)) {
    if (c == '@') return colon + 1;
  }
  return path.size();
}

// The domain begins behind the last "@": a quoted local-part may hold others. Without "@" the
// whole is a domain (§4.3: then the local-part is "postmaster").
std::size_t last_at(std::string_view mailbox) noexcept {
  std::size_t end = mailbox.size();
  while (end > 0 && mailbox[end - 1] != '@') --end;
  return end;
}

void split_identity(const detail::Pass& pass, Session& session) noexcept {
  const std::string_view identity = pass.pool.text(session.identity);
  std::size_t begin = 0;
  std::size_t domain = 0;
  if (session.checked == Identity::mail_from) {
    begin = mailbox_begin(identity);
    domain = begin + last_at(drop(identity, begin));
  }
  session.malformed = begin == identity.size();
  const std::size_t end = detail::without_final_dot(identity).size();
  session.raw_domain = part(session.identity, domain, end < domain ? domain : end);
  if (domain > begin + 1) session.local_part = part(session.identity, begin, domain - 1);
}

// §7.3: %{i} of an IPv6 address is its nibbles, separated by dots. DNS ignores case, so capitals
// show in explanations only; the openspf suite has them, §7.4 has none.
void write_client(detail::Pass& pass, Session& session) noexcept {
  char text[64];
  std::size_t size = 0;
  if (session.client.family == Family::ipv4) {
    size = format(session.client, text);
  } else {
    for (const std::uint8_t byte : session.client.bytes) {
      text[size++] = detail::upper_hex_digit(byte >> 4U);
      text[size++] = '.';
      text[size++] = detail::upper_hex_digit(byte);
      text[size++] = '.';
    }
    --size;
  }
  copy(pass, {text, size}, session, session.client_text);
}

}  // namespace

void begin_session(detail::Pass& pass, const Request& request) noexcept {
  const Range place = pass.pool.keep(sizeof(Session), detail::Account::needed);
  Session session{};
  session.client = request.client.unmapped();
  session.now_low = static_cast<std::uint32_t>(request.now & 0xffffffff);
  session.now_high = static_cast<std::uint32_t>(request.now >> 32);
  session.void_limit = request.void_lookups;
  session.complete = true;

  const std::string_view path = without_angle_brackets(request.mail_from);
  const std::string_view receiver = request.receiver.empty() ? "unknown" : request.receiver;
  session.checked = path.empty() ? Identity::helo : Identity::mail_from;
  write_client(pass, session);
  copy(pass, head(receiver, kReceiverBytes), session, session.receiver);
  copy_identity(pass, request.helo, session, session.helo);
  if (session.checked == Identity::helo) {
    session.identity = session.helo;
  } else {
    copy_identity(pass, path, session, session.identity);
  }
  if (session.identity.offset != 0) split_identity(pass, session);
  pass.state = place.offset;
  pass.pool.store(place.offset, session);
}

}  // namespace mailassay::inline v0::spf
