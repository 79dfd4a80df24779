// What is known so far: the questions asked and their answers, by (kind, type, name).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/pool.h"
#include "mailassay/limits.h"
#include "mailassay/question.h"

namespace mailassay::inline v0::detail {

// One row of the table of questions. The id of a question is the index of its row.
struct QuestionRow {
  Range name;                // lower case, no final dot
  std::uint32_t answer;      // offset of the stored records
  std::uint32_t attachment;  // offset of what a room made of the answer (see Facts::attachment)
  std::uint32_t bytes;       // what this row holds of the pool
  std::uint32_t total;       // records that the host gave; with kOverRecord the bytes of the record
  std::uint16_t stored;      // records that were stored
  std::uint16_t hash;
  QuestionKind kind;
  RecordType type;
  AnswerStatus status;
  std::uint8_t flags;
};
static_assert(sizeof(QuestionRow) <= kQuestionBytes);

enum QuestionFlag : std::uint8_t {
  kNeeded = 1,
  kYielded = 2,
  kAnswered = 4,
  kSecure = 8,
  // The answer to a guess did not fit; if it turns out to be needed it is asked again.
  kForgotten = 16,
  // The answer did not fit although it is needed, or a record is longer than the limit.
  kOverPool = 32,
  kOverRecord = 64,
  // There was no room for what a room makes of the answer. A guess is not read again before it is
  // needed.
  kUnread = 128,
};

// Head of what a room keeps with an answer, so that it is made once. Rooms are told apart by tag.
struct Attachment {
  std::uint32_t room;
  std::uint32_t next;
};

// PTR names that are kept. The owner of an address controls them, and RFC 7208 §4.6.4 has all but
// the first ten ignored, so the others must not cost anything.
inline constexpr std::size_t kPtrNames = 10;

// What became of a look-up.
enum class Lookup : std::uint8_t {
  known,
  open,            // asked; or not even asked, since no further guess is allowed
  over_questions,  // Limits::questions is used up
  over_pool,       // the pool has no room for the question or its answer
  over_record,     // a record is longer than Limits::record_bytes
};

class Facts {
 public:
  Facts(Pool& pool, QuestionRow* rows, std::uint16_t* slots, std::uint32_t slot_count,
        const Limits& limits, std::uint32_t guesses) noexcept;

  // Finds the answer to a question, and asks it if nobody did. `needed`: the verdict waits for
  // it. `row` is set if the result is known or over_record. Names are compared without regard to
  // case.
  Lookup ask(QuestionKind kind, RecordType type, std::string_view name, bool needed,
             std::uint32_t& row) noexcept;

  // ok if `id` was given out and is of this kind.
  Status check(std::uint32_t id, QuestionKind kind) const noexcept;
  Status answer(std::uint32_t id, const DnsAnswer& answer) noexcept;
  Status answer(std::uint32_t id, const LabelAnswer& answer) noexcept;
  void answer_all(AnswerStatus status) noexcept;

  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  [[nodiscard]] const QuestionRow& row(std::uint32_t id) const noexcept { return rows_[id]; }
  [[nodiscard]] std::string_view name(std::uint32_t id) const noexcept {
    return pool_.text(rows_[id].name);
  }
  [[nodiscard]] Question question(std::uint32_t id) const noexcept;
  void mark_yielded(std::uint32_t id) noexcept { rows_[id].flags |= kYielded; }
  [[nodiscard]] std::uint32_t first_not_yielded() const noexcept;

  // What room `room` attached to the answer; 0 if nothing.
  [[nodiscard]] std::uint32_t attachment(std::uint32_t id, std::uint32_t room) const noexcept;
  // True for a guess whose attachment found no room.
  [[nodiscard]] bool is_unread_guess(std::uint32_t id) const noexcept;
  // Makes an attachment of `size` bytes, which begins with its Attachment; 0 if there is no room.
  std::uint32_t attach(std::uint32_t id, std::uint32_t room, std::size_t size) noexcept;
  // Room charged to the question; a range of offset 0 if there is none.
  Range keep(std::uint32_t id, std::size_t size) noexcept;

 private:
  [[nodiscard]] Account account(const QuestionRow& row) const noexcept {
    return (row.flags & kNeeded) != 0 ? Account::needed : Account::guess;
  }
  std::uint32_t find(QuestionKind kind, RecordType type, std::string_view name,
                     std::uint32_t hash) const noexcept;
  Lookup add(QuestionKind kind, RecordType type, std::string_view name, bool needed,
             std::uint32_t hash, std::uint32_t& row) noexcept;
  bool promote(QuestionRow& row) noexcept;
  [[nodiscard]] std::size_t stored_limit(RecordType type) const noexcept;
  void store_records(std::uint32_t id, const DnsAnswer& answer) noexcept;
  void store_record(const QuestionRow& row, const DnsRecord& record,
                    std::uint32_t& offset) noexcept;
  void overflow(QuestionRow& row, std::uint8_t flag) noexcept;

  Pool& pool_;
  QuestionRow* rows_;
  std::uint16_t* slots_;
  std::uint32_t slot_count_;
  std::uint32_t needed_limit_;
  std::uint32_t guess_limit_;
  std::uint32_t record_bytes_;
  std::uint32_t record_limit_;
  std::uint32_t count_ = 0;
  std::uint32_t needed_ = 0;
};

// ---- Reading stored answers ---------------------------------------------------------------------

// TXT: { u32 size, u32 strings, u32 ends[strings], bytes }, padded to 4 bytes; other records of
// names: { u32 size, bytes }, padded. Addresses stand one after the other, 4 or 16 bytes each.
struct TextRecord {
  std::string_view text;
  std::span<const std::uint32_t> string_ends;
};

// Walks the stored records of one answer from first to last.
class RecordWalk {
 public:
  RecordWalk(const Pool& pool, const QuestionRow& row) noexcept
      : pool_(pool), offset_(row.answer), left_(row.stored) {}

  bool next_text(TextRecord& record) noexcept;
  bool next_name(std::string_view& name) noexcept;

 private:
  const Pool& pool_;
  std::uint32_t offset_;
  std::uint32_t left_;
};

}  // namespace mailassay::inline v0::detail
