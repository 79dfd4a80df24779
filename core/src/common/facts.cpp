// The table of questions: open addressing over 16-bit row numbers, no removal.
#include "common/facts.h"

#include "common/domain_name.h"
#include "common/idna.h"

namespace mailassay::inline v0::detail {
namespace {

constexpr std::uint16_t kFree = 0xffff;
constexpr std::uint32_t kNoRow = 0xffffffff;

bool is_name_type(RecordType type) noexcept {
  return type == RecordType::mx || type == RecordType::ptr || type == RecordType::ns;
}

// The host name as it is stored: without a final dot. Of one that is too long for DNS so much is
// kept that it stays too long.
std::string_view stored_name(std::string_view name) noexcept {
  return head(without_final_dot(name), kNameBytes + 1);
}

std::uint64_t text_size(const DnsRecord& record) noexcept {
  std::uint64_t size = 0;
  for (const std::string_view string : record.strings) size += string.size();
  return size;
}

std::uint64_t stored_size(RecordType type, const DnsRecord& record) noexcept {
  if (type == RecordType::a) return 4;
  if (type == RecordType::aaaa) return 16;
  if (is_name_type(type)) return 4 + Pool::round_up(stored_name(record.name).size());
  return 8 + 4 * std::uint64_t{record.strings.size()} + Pool::round_up(text_size(record));
}

bool is_wrong(RecordType type, const DnsRecord& record) noexcept {
  return (type == RecordType::a && record.address.family != Family::ipv4) ||
         (type == RecordType::aaaa && record.address.family != Family::ipv6);
}

}  // namespace

Facts::Facts(Pool& pool, QuestionRow* rows, std::uint16_t* slots, std::uint32_t slot_count,
             const Limits& limits, std::uint32_t guesses) noexcept
    : pool_(pool),
      rows_(rows),
      slots_(slots),
      slot_count_(slot_count),
      needed_limit_(capped_rows(limits.questions)),
      guess_limit_(capped_rows(guesses < limits.guesses ? guesses : limits.guesses)),
      record_bytes_(limits.record_bytes),
      record_limit_(limits.addresses < 0xffff ? limits.addresses : 0xffff) {
  for (std::uint32_t i = 0; i < slot_count_; ++i) slots_[i] = kFree;
}

std::uint32_t Facts::find(QuestionKind kind, RecordType type, std::string_view name,
                          std::uint32_t hash) const noexcept {
  std::uint32_t forgotten = kNoRow;
  for (std::uint32_t i = hash & (slot_count_ - 1); slots_[i] != kFree;
       i = (i + 1) & (slot_count_ - 1)) {
    const QuestionRow& row = rows_[slots_[i]];
    if (row.hash != (hash & 0xffff) || row.kind != kind || row.type != type ||
        !equal_ignoring_case(pool_.text(row.name), name)) {
      continue;
    }
    if ((row.flags & kForgotten) == 0) return slots_[i];
    forgotten = slots_[i];
  }
  return forgotten;
}

Lookup Facts::ask(QuestionKind kind, RecordType type, std::string_view name, bool needed,
                  std::uint32_t& row) noexcept {
  const std::uint32_t hash =
      hash_name(name, static_cast<std::uint32_t>(type) + (kind == QuestionKind::dns ? 0U : 256U));
  row = find(kind, type, name, hash);
  if (row == kNoRow) return add(kind, type, name, needed, hash, row);
  QuestionRow& found = rows_[row];
  if ((found.flags & kForgotten) != 0) {
    return needed ? add(kind, type, name, needed, hash, row) : Lookup::open;
  }
  if (needed && (found.flags & kNeeded) == 0) {
    if (needed_ == needed_limit_) return Lookup::over_questions;
    if (!promote(found)) return Lookup::over_pool;
  }
  if ((found.flags & kAnswered) == 0) return Lookup::open;
  if ((found.flags & kOverPool) != 0) return Lookup::over_pool;
  return (found.flags & kOverRecord) != 0 ? Lookup::over_record : Lookup::known;
}

bool Facts::promote(QuestionRow& row) noexcept {
  row.flags |= kNeeded;
  if (!pool_.charge(row.bytes)) return false;
  ++needed_;
  return true;
}

Lookup Facts::add(QuestionKind kind, RecordType type, std::string_view name, bool needed,
                  std::uint32_t hash, std::uint32_t& row) noexcept {
  row = kNoRow;
  if (needed && needed_ == needed_limit_) return Lookup::over_questions;
  if (!needed && count_ - needed_ >= guess_limit_) return Lookup::open;
  const Range kept = pool_.keep(name.size(), needed ? Account::needed : Account::guess);
  if (kept.offset == 0) return needed ? Lookup::over_pool : Lookup::open;
  for (std::size_t i = 0; i < name.size(); ++i) pool_.bytes(kept)[i] = to_lower(name[i]);

  row = count_++;
  if (needed) ++needed_;
  QuestionRow& added = rows_[row];
  added = {};
  added.name = kept;
  added.bytes = static_cast<std::uint32_t>(Pool::round_up(name.size()));
  added.hash = static_cast<std::uint16_t>(hash & 0xffff);
  added.kind = kind;
  added.type = type;
  added.flags = needed ? kNeeded : 0;
  std::uint32_t slot = hash & (slot_count_ - 1);
  while (slots_[slot] != kFree) slot = (slot + 1) & (slot_count_ - 1);
  slots_[slot] = static_cast<std::uint16_t>(row);
  return Lookup::open;
}

Question Facts::question(std::uint32_t id) const noexcept {
  const QuestionRow& row = rows_[id];
  return {id,
          row.kind,
          row.type,
          pool_.text(row.name),
          (row.flags & kNeeded) != 0,
          (row.flags & kAnswered) != 0};
}

std::uint32_t Facts::first_not_yielded() const noexcept {
  std::uint32_t id = count_;
  while (id > 0 && (rows_[id - 1].flags & kYielded) == 0) --id;
  return id;
}

Range Facts::keep(std::uint32_t id, std::size_t size) noexcept {
  QuestionRow& row = rows_[id];
  const Range range = pool_.keep(size, account(row));
  if (range.offset != 0) row.bytes += static_cast<std::uint32_t>(Pool::round_up(size));
  return range;
}

std::uint32_t Facts::attachment(std::uint32_t id, std::uint32_t room) const noexcept {
  std::uint32_t offset = rows_[id].attachment;
  while (offset != 0) {
    const auto head = pool_.load<Attachment>(offset);
    if (head.room == room) return offset;
    offset = head.next;
  }
  return 0;
}

bool Facts::is_unread_guess(std::uint32_t id) const noexcept {
  return (rows_[id].flags & (kNeeded | kUnread)) == kUnread;
}

std::uint32_t Facts::attach(std::uint32_t id, std::uint32_t room, std::size_t size) noexcept {
  const Range range = keep(id, size);
  if (range.offset == 0) {
    rows_[id].flags |= kUnread;
    return 0;
  }
  pool_.store(range.offset, Attachment{room, rows_[id].attachment});
  rows_[id].attachment = range.offset;
  return range.offset;
}

// ---- Answers ------------------------------------------------------------------------------------

Status Facts::check(std::uint32_t id, QuestionKind kind) const noexcept {
  if (id >= count_ || (rows_[id].flags & kYielded) == 0) return Status::unknown_question;
  return rows_[id].kind == kind ? Status::ok : Status::wrong_kind;
}

Status Facts::answer(std::uint32_t id, const DnsAnswer& answer) noexcept {
  const Status status = check(id, QuestionKind::dns);
  if (status != Status::ok) return status;
  QuestionRow& row = rows_[id];
  if ((row.flags & kAnswered) != 0) return Status::ok;
  if (answer.status == AnswerStatus::ok) {
    for (const DnsRecord& record : answer.records) {
      if (is_wrong(row.type, record)) return Status::wrong_record;
    }
  }
  row.flags |= kAnswered;
  row.status = answer.status;
  if (answer.secure) row.flags |= kSecure;
  if (answer.status == AnswerStatus::ok) store_records(id, answer);
  return Status::ok;
}

Status Facts::answer(std::uint32_t id, const LabelAnswer& answer) noexcept {
  const Status status = check(id, QuestionKind::to_ascii);
  if (status != Status::ok) return status;
  QuestionRow& row = rows_[id];
  if ((row.flags & kAnswered) != 0) return Status::ok;
  row.flags |= kAnswered;
  row.status = answer.status;
  if (answer.status != AnswerStatus::ok) return Status::ok;
  if (!stands_for(answer.label, pool_.text(row.name))) {
    row.status = AnswerStatus::error;
    return Status::ok;
  }
  const Range range = keep(id, 4 + answer.label.size());
  if (range.offset == 0) {
    overflow(row, kOverPool);
    return Status::ok;
  }
  row.answer = range.offset;
  row.stored = 1;
  row.total = 1;
  pool_.store(range.offset, static_cast<std::uint32_t>(answer.label.size()));
  pool_.write(range.offset + 4, answer.label);
  return Status::ok;
}

void Facts::answer_all(AnswerStatus status) noexcept {
  const bool is_deadline = status == AnswerStatus::timeout || status == AnswerStatus::failed ||
                           status == AnswerStatus::unsupported;
  for (std::uint32_t id = 0; id < count_; ++id) {
    if ((rows_[id].flags & kAnswered) != 0) continue;
    rows_[id].flags |= kAnswered | kYielded;
    rows_[id].status = is_deadline ? status : AnswerStatus::failed;
  }
}

std::size_t Facts::stored_limit(RecordType type) const noexcept {
  if (type == RecordType::txt) return 0xffff;
  return type == RecordType::ptr ? kPtrNames : record_limit_;
}

void Facts::store_records(std::uint32_t id, const DnsAnswer& answer) noexcept {
  QuestionRow& row = rows_[id];
  const std::size_t total = answer.records.size();
  const std::size_t limit = stored_limit(row.type);
  row.total = total < 0xffffffff ? static_cast<std::uint32_t>(total) : 0xffffffff;
  row.stored = static_cast<std::uint16_t>(total < limit ? total : limit);
  // Which of the records matter is not known here, so none may be left out.
  if (row.type == RecordType::txt && total > limit) return overflow(row, kOverPool);
  const std::span<const DnsRecord> stored = answer.records.first(row.stored);

  std::uint64_t size = 0;
  for (const DnsRecord& record : stored) {
    if (row.type == RecordType::txt && text_size(record) > record_bytes_) {
      row.total = static_cast<std::uint32_t>(text_size(record));
      return overflow(row, kOverRecord);
    }
    size += stored_size(row.type, record);
  }
  if (size > 0xffffffff) return overflow(row, kOverPool);
  const Range range = keep(id, static_cast<std::size_t>(size));
  if (range.offset == 0) return overflow(row, kOverPool);
  row.answer = range.offset;
  std::uint32_t offset = range.offset;
  for (const DnsRecord& record : stored) store_record(row, record, offset);
}

// There is no room: what is needed meets the limit, a guess is forgotten.
void Facts::overflow(QuestionRow& row, std::uint8_t flag) noexcept {
  const bool needed = (row.flags & kNeeded) != 0;
  row.flags |= flag == kOverRecord || needed ? flag : static_cast<std::uint8_t>(kForgotten);
  row.stored = 0;
}

void Facts::store_record(const QuestionRow& row, const DnsRecord& record,
                         std::uint32_t& offset) noexcept {
  if (row.type == RecordType::a || row.type == RecordType::aaaa) {
    std::memcpy(pool_.at(offset), record.address.bytes.data(), record.address.size());
    offset += static_cast<std::uint32_t>(record.address.size());
    return;
  }
  if (is_name_type(row.type)) {
    const std::string_view name = stored_name(record.name);
    pool_.store(offset, static_cast<std::uint32_t>(name.size()));
    pool_.write(offset + 4, name);
    offset += 4 + static_cast<std::uint32_t>(Pool::round_up(name.size()));
    return;
  }
  const auto strings = static_cast<std::uint32_t>(record.strings.size());
  const auto size = static_cast<std::uint32_t>(text_size(record));
  pool_.store(offset, size);
  pool_.store(offset + 4, strings);
  std::uint32_t end = 0;
  const std::uint32_t text = offset + 8 + 4 * strings;
  for (std::uint32_t i = 0; i < strings; ++i) {
    const std::string_view string = record.strings[i];
    pool_.write(text + end, string);
    end += static_cast<std::uint32_t>(string.size());
    pool_.store(offset + 8 + 4 * i, end);
  }
  offset = text + static_cast<std::uint32_t>(Pool::round_up(size));
}

// ---- Reading ------------------------------------------------------------------------------------

bool RecordWalk::next_text(TextRecord& record) noexcept {
  if (left_ == 0) return false;
  --left_;
  const auto size = pool_.load<std::uint32_t>(offset_);
  const auto strings = pool_.load<std::uint32_t>(offset_ + 4);
  record.string_ends = {reinterpret_cast<const std::uint32_t*>(pool_.at(offset_ + 8)), strings};
  record.text = pool_.text({offset_ + 8 + 4 * strings, size});
  offset_ += 8 + 4 * strings + static_cast<std::uint32_t>(Pool::round_up(size));
  return true;
}

bool RecordWalk::next_name(std::string_view& name) noexcept {
  if (left_ == 0) return false;
  --left_;
  const auto size = pool_.load<std::uint32_t>(offset_);
  name = pool_.text({offset_ + 4, size});
  offset_ += 4 + static_cast<std::uint32_t>(Pool::round_up(size));
  return true;
}

}  // namespace mailassay::inline v0::detail
