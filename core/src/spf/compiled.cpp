// Selecting the record (RFC 7208 §4.5) and reading it once for one client.
#include "spf/compiled.h"

#include "common/pass.h"

namespace mailassay::inline v0::spf {
namespace {

constexpr std::uint32_t kRoom = 0x53504631;  // "SPF1"

class Compiler {
 public:
  Compiler(CompiledRecord& record, const Address& client) noexcept
      : record_(record), client_(client) {}

  void compile(std::string_view text) noexcept {
    record_.valid = true;
    RecordReader reader(text);
    Term term;
    while (reader.next(term)) {
      if (term.error.code != Code::none) {
        record_.valid = false;  // §4.6: nothing of it is evaluated
        return;
      }
      add(term);
    }
    if (has_all_) record_.redirect = -1;
  }

  [[nodiscard]] const CompiledTerm* terms() const noexcept { return terms_; }

 private:
  void add(const Term& term) noexcept {
    switch (term.kind) {
      case TermKind::all:
        has_all_ = true;
        push_mechanism(term, CompiledTerm::Action::match);
        ended_ = true;
        return;
      case TermKind::ip4:
      case TermKind::ip6:
        return add_network(term);
      case TermKind::redirect:
        record_.redirect = push(term, CompiledTerm::Action::redirect);
        return;
      case TermKind::exp:
        record_.exp = push(term, CompiledTerm::Action::exp);
        return;
      case TermKind::modifier:
      case TermKind::invalid:
        return;
      default:
        if (ended_) return;
        push_mechanism(term, CompiledTerm::Action::look_up);
        ended_ = ++lookups_ > kMaxLookups;
    }
  }

  // §5: ip4 matches only IPv4 clients, ip6 only IPv6 clients.
  void add_network(const Term& term) noexcept {
    if (ended_) return;
    const unsigned prefix = term.kind == TermKind::ip4 ? term.prefix4 : term.prefix6;
    if (in_network(client_, term.network, prefix)) {
      push_mechanism(term, CompiledTerm::Action::match);
      ended_ = true;
    } else if (run_ >= 0) {
      terms_[run_].span.end = term.span.end;
    } else {
      run_ = push(term, CompiledTerm::Action::pass_over);
    }
  }

  void push_mechanism(const Term& term, CompiledTerm::Action action) noexcept {
    if (ended_) return;
    push(term, action);
    run_ = -1;
  }

  std::int8_t push(const Term& term, CompiledTerm::Action action) noexcept {
    CompiledTerm& added = terms_[record_.term_count];
    added = {};
    added.action = action;
    added.kind = term.kind;
    added.qualifier = term.qualifier;
    added.prefix4 = term.prefix4;
    added.prefix6 = term.prefix6;
    added.span = term.span;
    added.value = action == CompiledTerm::Action::pass_over ? Span{} : term.value;
    if (term.has_macro) added.flags |= CompiledTerm::kMacro;
    if (term.has_sender_macro) added.flags |= CompiledTerm::kSenderMacro;
    return static_cast<std::int8_t>(record_.term_count++);
  }

  CompiledRecord& record_;
  const Address& client_;
  CompiledTerm terms_[kMaxTerms];
  std::uint32_t lookups_ = 0;
  std::int8_t run_ = -1;
  bool has_all_ = false;
  bool ended_ = false;
};

void select(const detail::Pool& pool, const detail::QuestionRow& row,
            CompiledRecord& record) noexcept {
  detail::RecordWalk walk(pool, row);
  detail::TextRecord found;
  while (walk.next_text(found)) {
    if (!has_version(found.text)) continue;
    if (record.selected++ > 0) continue;
    record.text = pool.find(found.text);
    record.ends = pool.offset_of(found.string_ends.data());
    record.ends_count = static_cast<std::uint32_t>(found.string_ends.size());
  }
  record.selection = record.selected == 0   ? CompiledRecord::Selection::none
                     : record.selected == 1 ? CompiledRecord::Selection::one
                                            : CompiledRecord::Selection::several;
}

}  // namespace

std::uint32_t compiled_record(detail::Facts& facts, detail::Pool& pool, std::uint32_t row,
                              const Address& client) noexcept {
  const std::uint32_t known = facts.attachment(row, kRoom);
  if (known != 0 || facts.is_unread_guess(row)) return known;
  CompiledRecord record{};
  record.redirect = record.exp = -1;
  select(pool, facts.row(row), record);
  Compiler compiler(record, client);
  if (record.selection == CompiledRecord::Selection::one) compiler.compile(pool.text(record.text));
  const std::size_t terms = record.valid ? record.term_count : 0;
  const std::uint32_t offset =
      facts.attach(row, kRoom, sizeof(CompiledRecord) + terms * sizeof(CompiledTerm));
  if (offset == 0) return 0;
  record.head = pool.load<detail::Attachment>(offset);
  pool.store(offset, record);
  std::memcpy(pool.at(offset + sizeof(CompiledRecord)), compiler.terms(),
              terms * sizeof(CompiledTerm));
  return offset;
}

}  // namespace mailassay::inline v0::spf
