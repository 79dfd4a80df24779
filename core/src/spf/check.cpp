#include "common/pass.h"
#include "mailassay/spf.h"
#include "spf/session.h"

namespace mailassay::inline v0::spf {

std::string_view name(Verdict verdict) noexcept {
  constexpr std::string_view kNames[] = {"none",     "neutral",   "pass",     "fail",
                                         "softfail", "temperror", "permerror"};
  return kNames[static_cast<unsigned>(verdict)];
}

std::string_view name(Identity identity) noexcept {
  return identity == Identity::helo ? "helo" : "mailfrom";
}

Check::Check(const Request& request, std::span<std::byte> memory, const Options& options,
             const Limits& limits) noexcept
    : CheckBase(memory, options, limits) {
  if (pass_ != nullptr) begin_session(*pass_, request);
}

Progress Check::poll() noexcept {
  if (pass_ == nullptr) return Progress::misused;
  if (pass_->done) return Progress::done;
  pass_->begin();
  auto session = pass_->pool.load<Session>(pass_->state);
  pass_->done = evaluate(session, *pass_);
  pass_->pool.store(pass_->state, session);
  if (pass_->done) return Progress::done;
  pass_->begin();  // the report of an unfinished pass is worth nothing
  return Progress::pending;
}

Result Check::result() const& noexcept {
  Result result;
  if (pass_ == nullptr || !pass_->done) return result;
  static_cast<Report&>(result) = pass_->report();
  const auto session = pass_->pool.load<Session>(pass_->state);
  const auto text = [this](detail::Range range) { return pass_->pool.text(range); };
  result.verdict = session.verdict;
  result.identity = session.checked;
  result.domain = text(session.domain.offset != 0 ? session.domain : session.raw_domain);
  result.local_part = text(session.local_part);
  if (result.local_part.empty() && !result.domain.empty()) result.local_part = "postmaster";
  result.explanation = text(session.explanation);
  result.lookups = session.lookups;
  result.void_lookups = session.void_lookups;
  result.client = session.client;
  result.helo = text(session.helo);
  result.receiver = text(session.receiver);
  return result;
}

}  // namespace mailassay::inline v0::spf
