#include "mailassay/check.h"

#include "common/pass.h"

namespace mailassay::inline v0 {

Question NewQuestions::Iterator::operator*() const noexcept {
  pass_->facts.mark_yielded(index_);
  return pass_->facts.question(index_);
}

NewQuestions::Iterator& NewQuestions::Iterator::operator++() noexcept {
  pass_->facts.mark_yielded(index_++);
  return *this;
}

CheckBase::CheckBase(std::span<std::byte> memory, const Options& options,
                     const Limits& limits) noexcept
    : pass_(detail::Pass::make(memory, options, limits)) {
  if (pass_ == nullptr) status_ = Status::scratch_too_small;
}

NewQuestions CheckBase::new_questions() & noexcept {
  if (pass_ == nullptr || pass_->done) return {pass_, 0, 0};
  return {pass_, pass_->facts.first_not_yielded(), pass_->facts.count()};
}

List<Question> CheckBase::questions() const& noexcept {
  return {pass_, pass_ == nullptr ? 0 : pass_->facts.count()};
}

Status CheckBase::answer(std::uint32_t id, const DnsAnswer& answer) noexcept {
  if (pass_ == nullptr) return status_;
  return pass_->done ? pass_->facts.check(id, QuestionKind::dns) : pass_->facts.answer(id, answer);
}

Status CheckBase::answer(std::uint32_t id, const LabelAnswer& answer) noexcept {
  if (pass_ == nullptr) return status_;
  return pass_->done ? pass_->facts.check(id, QuestionKind::to_ascii)
                     : pass_->facts.answer(id, answer);
}

Status CheckBase::fail_open(AnswerStatus status) noexcept {
  if (pass_ == nullptr) return status_;
  if (!pass_->done) pass_->facts.answer_all(status);
  return Status::ok;
}

std::size_t CheckBase::scratch_used() const noexcept {
  return pass_ == nullptr ? 0 : pass_->table_bytes() + pass_->pool.peak();
}

}  // namespace mailassay::inline v0
