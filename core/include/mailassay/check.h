// The part of a check that is the same for every protocol: polling, questions, answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mailassay/config.h"
#include "mailassay/limits.h"
#include "mailassay/question.h"
#include "mailassay/result.h"

namespace mailassay::inline v0 {

enum class Progress : std::uint8_t {
  pending,  // at least one needed question is open
  done,     // result() holds the verdict; further calls change nothing
  misused,  // see status(); result() holds a temperror
};
std::string_view name(Progress progress) noexcept;

// The questions that were not yet given out. Each is given out once, when it is read or passed
// over; questions may be answered inside the loop.
class NewQuestions {
 public:
  class Iterator {
   public:
    using value_type = Question;
    using difference_type = std::ptrdiff_t;
    Question operator*() const noexcept;
    Iterator& operator++() noexcept;
    bool operator==(const Iterator& other) const noexcept { return index_ == other.index_; }

   private:
    friend class NewQuestions;
    Iterator(detail::Pass* pass, std::uint32_t index) noexcept : pass_(pass), index_(index) {}
    detail::Pass* pass_;
    std::uint32_t index_;
  };

  [[nodiscard]] Iterator begin() const noexcept { return {pass_, begin_}; }
  [[nodiscard]] Iterator end() const noexcept { return {pass_, end_}; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }

 private:
  friend class CheckBase;
  NewQuestions(detail::Pass* pass, std::uint32_t begin, std::uint32_t end) noexcept
      : pass_(pass), begin_(begin), end_(end) {}
  detail::Pass* pass_;
  std::uint32_t begin_;
  std::uint32_t end_;
};

// Common base of all checks; made only through them. A check belongs to one thread at a time;
// distinct checks share nothing. It owns no memory: the span given to its constructor must outlive
// it, and must not be touched meanwhile.
class CheckBase {
 public:
  CheckBase(const CheckBase&) = delete;
  CheckBase& operator=(const CheckBase&) = delete;
  CheckBase(CheckBase&& other) noexcept : pass_(other.pass_), status_(other.status_) {
    other.pass_ = nullptr;
    other.status_ = Status::moved_from;
  }
  CheckBase& operator=(CheckBase&& other) noexcept {
    pass_ = other.pass_;
    status_ = other.status_;
    if (this != &other) {
      other.pass_ = nullptr;
      other.status_ = Status::moved_from;
    }
    return *this;
  }

  // ok, or why this check cannot be used.
  [[nodiscard]] Status status() const noexcept { return status_; }

  // Questions that were asked and not yet given out.
  [[nodiscard]] NewQuestions new_questions() & noexcept MAILASSAY_LIFETIME_BOUND;
  NewQuestions new_questions() && = delete;

  // All questions asked so far, in the order of their ids, which count from 0. A guess may have
  // become needed since it was given out.
  [[nodiscard]] List<Question> questions() const& noexcept MAILASSAY_LIFETIME_BOUND;
  List<Question> questions() && = delete;

  // Answers one question, in any order. A second or late answer is ignored and is no misuse.
  Status answer(std::uint32_t id, const DnsAnswer& answer) noexcept;
  Status answer(std::uint32_t id, const LabelAnswer& answer) noexcept;

  // Answers every open question with `status`: the host's deadline. It is timeout, failed or
  // unsupported; any other, which would claim an answer, counts as failed. Questions not given out
  // yet are answered too.
  Status fail_open(AnswerStatus status) noexcept;

  // The largest number of bytes that this check had in use so far, of the span given to it.
  [[nodiscard]] std::size_t scratch_used() const noexcept;

 protected:
  CheckBase(std::span<std::byte> memory, const Options& options, const Limits& limits) noexcept;
  ~CheckBase() = default;

  detail::Pass* pass_ = nullptr;
  Status status_ = Status::ok;
};

}  // namespace mailassay::inline v0
