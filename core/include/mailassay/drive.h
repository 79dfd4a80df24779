// Runs any check to its end with a host that answers each question as it comes.
#pragma once

#include "mailassay/check.h"

namespace mailassay::inline v0 {

// `host(question, check)` answers one question by check.answer(question.id, …). A question that it
// leaves open is answered with AnswerStatus::failed, so that the loop always ends.
template <class Check, class Host>
Progress drive(Check& check, Host&& host) {
  Progress progress = check.poll();
  while (progress == Progress::pending) {
    for (const Question& question : check.new_questions()) host(question, check);
    progress = check.poll();
    if (progress == Progress::pending && check.new_questions().empty()) {
      check.fail_open(AnswerStatus::failed);
      progress = check.poll();
    }
  }
  return progress;
}

}  // namespace mailassay::inline v0
