// check_host(): RFC 7208 §4 to §6, RFC 8616 §4.
//
// Every pass walks from the start over what is known. Where an answer is missing the walk goes on
// to collect guesses (Pass::open), but a record with a waiting term ends as `pending`. There is no
// second mode: what is asked behind an open term is a guess, and nothing is reported there.
#include "common/domain_name.h"
#include "common/idna.h"
#include "common/pass.h"
#include "common/writer.h"
#include "spf/compiled.h"
#include "spf/macro.h"
#include "spf/session.h"

namespace mailassay::inline v0::spf {
namespace {

using detail::drop;
using detail::head;
using detail::Lookup;
using detail::number_argument;
using detail::Pass;
using detail::QuestionRow;
using detail::Range;
using detail::text_argument;
using ArgName = Argument::Name;

// What an evaluation of check_host() comes to: a Verdict, or not yet.
struct Answer {
  Verdict verdict = Verdict::none;
  bool pending = false;
};
constexpr Answer kPending{Verdict::temperror, true};

// §4.6.2: a mechanism can match, not match, or return an exception.
enum class Match : std::uint8_t { no, yes, pending, temperror, permerror };

enum class Fetched : std::uint8_t {
  record,     // exactly one SPF record, valid or not
  no_record,  // no such name, no TXT record, or none that is SPF
  several,
  pending,
  temperror,
  limited,
};

// One evaluation of check_host() for one domain.
struct Frame {
  std::string_view domain;
  std::uint32_t row = 0;     // question that brought the record
  std::uint32_t offset = 0;  // the CompiledRecord
  std::int32_t source = -1;
  std::uint16_t depth = 0;
  bool inside_include = false;
};

constexpr Outcome outcome_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::none:
      return Outcome::none;
    case Verdict::neutral:
      return Outcome::neutral;
    case Verdict::pass:
      return Outcome::pass;
    case Verdict::fail:
      return Outcome::fail;
    case Verdict::softfail:
      return Outcome::softfail;
    case Verdict::temperror:
      return Outcome::temperror;
    case Verdict::permerror:
      return Outcome::permerror;
  }
  return Outcome::none;
}

constexpr Outcome outcome_of(Match match) noexcept {
  switch (match) {
    case Match::yes:
      return Outcome::match;
    case Match::temperror:
      return Outcome::temperror;
    case Match::permerror:
      return Outcome::permerror;
    default:
      return Outcome::no_match;
  }
}

constexpr Verdict verdict_of(Qualifier qualifier) noexcept {
  switch (qualifier) {
    case Qualifier::pass:
      return Verdict::pass;
    case Qualifier::fail:
      return Verdict::fail;
    case Qualifier::softfail:
      return Verdict::softfail;
    case Qualifier::neutral:
      return Verdict::neutral;
  }
  return Verdict::neutral;
}

// §4.4, §5: NXDOMAIN counts as an answer without records.
constexpr bool is_answer(AnswerStatus status) noexcept {
  return status == AnswerStatus::ok || status == AnswerStatus::nxdomain;
}

class Evaluator {
 public:
  Evaluator(Session& session, Pass& pass) noexcept : session_(session), pass_(pass) {}

  // False: pending.
  bool run() noexcept {
    const Answer answer = start();
    if (answer.pending) return false;
    session_.verdict = answer.verdict;
    session_.lookups = lookups_;
    session_.void_lookups = voids_;
    return true;
  }

 private:
  // ---- Arguments (§4.3) -------------------------------------------------------------------------

  Answer start() noexcept {
    if (session_.oversized != 0) {
      pass_.meet_limit(Code::limit_identity,
                       {number_argument(ArgName::count, session_.oversized),
                        number_argument(ArgName::limit, pass_.limits.identity_bytes)});
      return {Verdict::permerror};
    }
    if (!session_.complete) return out_of_pool();
    if (session_.sender.offset == 0) {
      const Answer resolved = resolve_sender();
      if (resolved.pending || resolved.verdict != Verdict::pass) return resolved;
    }
    if (!detail::is_host_name(text(session_.domain))) return refuse_identity();
    Frame frame;
    frame.domain = text(session_.domain);
    const Fetched fetched = fetch(frame);
    if (fetched == Fetched::no_record) return explain_none(frame);
    return evaluate_fetched(frame, fetched);
  }

  // "none": there is no name to look up.
  Answer refuse_identity() noexcept {
    const bool helo = session_.checked == Identity::helo;
    const std::string_view identity = text(session_.identity);
    const std::int32_t source = pass_.argument_source(
        helo ? detail::ArgumentSource::helo : detail::ArgumentSource::mail_from, identity);
    const std::uint32_t begin = session_.raw_domain.offset - session_.identity.offset;
    const Span span{begin, static_cast<std::uint32_t>(identity.size())};
    pass_.explain(Code::spf_sender_invalid, source, span,
                  {text_argument(ArgName::found, slice(identity, span))});
    return {Verdict::none};
  }

  Answer explain_none(const Frame& frame) noexcept {
    const bool missing = status(frame.row) == AnswerStatus::nxdomain;
    pass_.explain(missing ? Code::dns_domain_missing : Code::spf_missing, -1, {},
                  {text_argument(ArgName::domain, frame.domain)});
    return {Verdict::none};
  }

  // Puts local-part "@" domain together, U-labels turned into A-labels (RFC 8616 §4). The verdict
  // `pass` means that it is there.
  Answer resolve_sender() noexcept {
    const std::string_view raw = text(session_.raw_domain);
    if (session_.malformed || raw.empty()) return refuse_identity();
    char domain[detail::kNameBytes];
    detail::Writer writer(domain);
    const Answer resolved = write_a_labels(raw, writer);
    if (resolved.pending || resolved.verdict != Verdict::pass) return resolved;
    if (writer.size() > sizeof(domain)) return refuse_identity();

    // §4.3: if the sender has no local-part, "postmaster" takes its place.
    const std::string_view local =
        session_.local_part.size == 0 ? "postmaster" : text(session_.local_part);
    const Range sender = pass_.pool.keep(local.size() + 1 + writer.size(), detail::Account::needed);
    if (sender.offset == 0) return out_of_pool();
    detail::Writer out(pass_.pool.bytes(sender));
    out.put(local);
    out.put('@');
    out.put({domain, writer.size()});
    const auto local_size = static_cast<std::uint32_t>(local.size());
    session_.sender = sender;
    session_.local_part = {sender.offset, local_size};
    session_.domain = {sender.offset + local_size + 1, static_cast<std::uint32_t>(writer.size())};
    return {Verdict::pass};
  }

  Answer write_a_labels(std::string_view raw, detail::Writer& out) noexcept {
    // An IDN in HELO must already be in A-labels (RFC 8616 §4).
    const bool convert = session_.checked == Identity::mail_from;
    bool waiting = false;
    for (std::size_t begin = 0; begin <= raw.size();) {
      std::size_t end = begin;
      while (end < raw.size() && raw[end] != '.') ++end;
      const std::string_view label = head(drop(raw, begin), end - begin);
      if (begin > 0) out.put('.');
      begin = end + 1;
      if (detail::all_ascii(label)) {
        out.put(label);
      } else {
        const Answer converted = convert ? write_a_label(label, out) : Answer{};
        if (!converted.pending && converted.verdict != Verdict::pass) {
          if (waiting) return kPending;
          return converted.verdict == Verdict::none ? refuse_identity() : converted;
        }
        waiting = waiting || converted.pending;
        if (converted.pending && !pass_.go_on_guessing()) return kPending;
      }
      if (out.size() > detail::kNameBytes) return waiting ? kPending : refuse_identity();
    }
    return waiting ? kPending : Answer{Verdict::pass};
  }

  Answer write_a_label(std::string_view label, detail::Writer& out) noexcept {
    char prepared[detail::kNameBytes];
    const std::size_t size = detail::prepare_u_label(label, prepared);
    if (size == 0) return {Verdict::none};
    std::uint32_t row = 0;
    const Lookup lookup =
        pass_.ask(QuestionKind::to_ascii, RecordType::none, {prepared, size}, row);
    if (lookup == Lookup::open) return kPending;
    if (lookup != Lookup::known) return {Verdict::permerror};
    const AnswerStatus answer = status(row);
    if (answer == AnswerStatus::ok) {
      std::string_view a_label;
      detail::RecordWalk(pass_.pool, pass_.facts.row(row)).next_name(a_label);
      out.put(a_label);
      return {Verdict::pass};
    }
    if (answer == AnswerStatus::error || answer == AnswerStatus::nxdomain) return {Verdict::none};
    pass_.explain(Code::spf_label_not_converted, -1, {},
                  {text_argument(ArgName::found, pass_.facts.name(row))});
    return {Verdict::temperror};
  }

  // ---- The record (§4.4, §4.5) ------------------------------------------------------------------

  Fetched fetch(Frame& frame) noexcept {
    const Lookup lookup = pass_.ask(QuestionKind::dns, RecordType::txt, frame.domain, frame.row);
    if (lookup == Lookup::open) return Fetched::pending;
    if (lookup != Lookup::known) return Fetched::limited;
    if (!is_answer(status(frame.row))) {
      explain_fault(frame.row);
      return Fetched::temperror;
    }
    if (row(frame.row).stored == 0) return Fetched::no_record;
    frame.offset = compiled_record(pass_.facts, pass_.pool, frame.row, session_.client);
    if (frame.offset == 0) {
      out_of_pool();
      return Fetched::limited;
    }
    const auto record = pass_.pool.load<CompiledRecord>(frame.offset);
    if (record.selection == CompiledRecord::Selection::none) return Fetched::no_record;
    if (record.selection == CompiledRecord::Selection::one) return Fetched::record;
    pass_.explain(Code::spf_multiple_records, -1, {},
                  {text_argument(ArgName::domain, frame.domain),
                   number_argument(ArgName::count, record.selected)});
    return Fetched::several;
  }

  // What check_host() returns for a look-up that is not "no record".
  Answer evaluate_fetched(Frame& frame, Fetched fetched) noexcept {
    switch (fetched) {
      case Fetched::record:
        return evaluate_record(frame);
      case Fetched::pending:
        pass_.go_on_guessing();
        return kPending;
      case Fetched::temperror:
        return {Verdict::temperror};
      default:
        return {Verdict::permerror};
    }
  }

  Answer evaluate_record(Frame& frame) noexcept {
    const auto record = pass_.pool.load<CompiledRecord>(frame.offset);
    const std::string_view record_text = pass_.pool.text(record.text);
    frame.source = pass_.record_source(frame.row, record_text, string_ends(record));
    const std::int32_t step =
        open_step(frame, Step::Kind::record, {0, record.text.size}, frame.domain, frame.row);
    const Counters before = counters();
    Answer answer{Verdict::permerror};
    if (record.valid) {
      answer = evaluate_terms(frame, record);
    } else {
      report_errors(frame, record_text);
    }
    if (!answer.pending) close_step(step, outcome_of(answer.verdict), before);
    return answer;
  }

  // §4.6: any syntax error anywhere ends the evaluation before it begins. All are reported.
  void report_errors(const Frame& frame, std::string_view record) noexcept {
    if (pass_.open) return;
    RecordReader reader(record);
    Term term;
    while (reader.next(term)) {
      if (term.error.code != Code::none) pass_.explain(term.error, frame.source);
    }
  }

  // §4.6.2: from left to right, the first match decides.
  Answer evaluate_terms(Frame& frame, const CompiledRecord& record) noexcept {
    bool waiting = false;
    for (std::uint32_t i = 0; i < record.term_count; ++i) {
      const std::uint32_t offset = term_offset(frame.offset, i);
      const auto term = pass_.pool.load<CompiledTerm>(offset);
      if (term.action > CompiledTerm::Action::look_up) continue;
      std::int32_t step = -1;
      switch (evaluate_term(frame, term, offset, step)) {
        case Match::no:
          continue;
        case Match::pending:
          waiting = true;
          if (!pass_.go_on_guessing()) return kPending;
          continue;
        case Match::yes:
          return waiting ? kPending : decide(frame, record, term, step);
        case Match::temperror:
          return waiting ? kPending : fail_with(Verdict::temperror, step);
        case Match::permerror:
          return waiting ? kPending : fail_with(Verdict::permerror, step);
      }
    }
    if (record.redirect >= 0) {
      const Answer redirected = redirect(frame, static_cast<std::uint32_t>(record.redirect));
      return waiting ? kPending : redirected;
    }
    return waiting ? kPending : Answer{Verdict::neutral};  // §4.7
  }

  Answer decide(const Frame& frame, const CompiledRecord& record, const CompiledTerm& term,
                std::int32_t step) noexcept {
    const Verdict verdict = verdict_of(term.qualifier);
    if (frame.inside_include || pass_.open) return {verdict};
    pass_.decided_by = step;
    if (verdict != Verdict::fail || record.exp < 0) return {verdict};
    const bool known = explain_fail(frame, static_cast<std::uint32_t>(record.exp));
    return known ? Answer{verdict} : kPending;
  }

  // The innermost term with an exception is what decided.
  Answer fail_with(Verdict verdict, std::int32_t step) noexcept {
    if (!pass_.open && pass_.decided_by < 0) pass_.decided_by = step;
    return {verdict};
  }

  // ---- Mechanisms (§5) --------------------------------------------------------------------------

  Match evaluate_term(Frame& frame, const CompiledTerm& term, std::uint32_t offset,
                      std::int32_t& step) noexcept {
    const Counters before = counters();
    step = open_step(frame, Step::Kind::term, term.span, {}, -1, 1);
    set_here(frame, term.span);
    Match match = Match::no;
    if (term.action == CompiledTerm::Action::match) match = Match::yes;
    if (term.action == CompiledTerm::Action::look_up) match = look_up(frame, term, offset, step);
    if (match != Match::pending) close_step(step, outcome_of(match), before);
    return match;
  }

  Match look_up(Frame& frame, const CompiledTerm& term, std::uint32_t offset,
                std::int32_t step) noexcept {
    if (!count_lookup(frame, term.span)) return Match::permerror;
    // Guessed are only names that tell the owner nothing about the sender (DESIGN.md §1).
    const bool guessable = (term.flags & CompiledTerm::kMacro) == 0 &&
                           term.kind != TermKind::exists && term.kind != TermKind::ptr;
    if (pass_.open && !guessable) return Match::pending;
    if (is_sender_macro_void(frame, term)) return Match::no;
    std::string_view target;
    if (!expand(frame, term, offset, target)) return last_;
    set_target(step, target);
    switch (term.kind) {
      case TermKind::include:
        return include(frame, term, target, step);
      case TermKind::a:
        return match_a(frame, term, target, step);
      case TermKind::mx:
        return match_mx(frame, term, target, step);
      case TermKind::ptr:
        return match_ptr(frame, term, target, step);
      default:
        return match_exists(frame, term, target, step);
    }
  }

  // §4.6.4: the eleventh term is counted and not looked up.
  bool count_lookup(const Frame& frame, Span span) noexcept {
    if (++lookups_ <= kMaxLookups) return true;
    pass_.explain(
        Code::spf_lookups_exceeded, frame.source, span,
        {number_argument(ArgName::count, lookups_), number_argument(ArgName::limit, kMaxLookups)});
    return false;
  }

  // §4.6.4: a term whose own look-up finds nothing. False if there were too many.
  bool count_void(const Frame& frame, const CompiledTerm& term, std::uint32_t id) noexcept {
    const QuestionRow& answer = row(id);
    if (!is_answer(answer.status) || answer.total != 0) return true;
    if (++voids_ <= session_.void_limit) {
      report_void(frame, term, id);
      return true;
    }
    pass_.explain(Code::spf_void_lookups_exceeded, frame.source, term.span,
                  {number_argument(ArgName::count, voids_),
                   number_argument(ArgName::limit, session_.void_limit)});
    return false;
  }

  // For exists and ptr an empty answer is an ordinary "no"; include and redirect report their own.
  void report_void(const Frame& frame, const CompiledTerm& term, std::uint32_t id) noexcept {
    if (term.kind != TermKind::a && term.kind != TermKind::mx) return;
    pass_.diagnose(Code::spf_void_lookup, frame.source, term.span,
                   {text_argument(ArgName::name, pass_.facts.name(id)),
                    text_argument(ArgName::found, term_text(frame, term))});
  }

  // RFC 8616 §4: such a term does not match anything.
  bool is_sender_macro_void(const Frame& frame, const CompiledTerm& term) noexcept {
    if ((term.flags & CompiledTerm::kSenderMacro) == 0 ||
        detail::all_ascii(text(session_.local_part))) {
      return false;
    }
    pass_.diagnose(Code::spf_local_part_not_ascii, frame.source, term.span,
                   {text_argument(ArgName::found, term_text(frame, term))});
    return true;
  }

  // Asks for the own look-up of a term. False: `last_` says why the term ends here.
  bool ask(const Frame& frame, const CompiledTerm& term, RecordType type, std::string_view name,
           std::int32_t step, std::uint32_t& id) noexcept {
    set_here(frame, term.span);
    const Lookup lookup = pass_.ask(QuestionKind::dns, type, name, id);
    if (lookup != Lookup::known) {
      last_ = lookup == Lookup::open ? Match::pending : Match::permerror;
      return false;
    }
    set_question(step, id);
    return true;
  }

  // §5.2.
  Match include(const Frame& frame, const CompiledTerm& term, std::string_view target,
                std::int32_t step) noexcept {
    Frame inner;
    inner.inside_include = true;
    const Answer answer = check_host(frame, term, target, step, inner);
    if (answer.pending) return Match::pending;
    switch (answer.verdict) {
      case Verdict::pass:
        return Match::yes;
      case Verdict::temperror:
        return Match::temperror;
      case Verdict::permerror:
      case Verdict::none:
        return Match::permerror;
      default:
        return Match::no;
    }
  }

  // The recursive evaluation of include and redirect; §5.2 and §6.1 turn "none" into permerror.
  Answer check_host(const Frame& frame, const CompiledTerm& term, std::string_view target,
                    std::int32_t step, Frame& inner) noexcept {
    // §4.3: a malformed name or one of a single label gives "none".
    if (!detail::is_valid_name(target) || !detail::is_multi_label(target)) {
      explain_target(frame, term, target);
      return {Verdict::permerror};
    }
    inner.domain = target;
    inner.depth = static_cast<std::uint16_t>(frame.depth + 2);
    const Fetched fetched = fetch(inner);
    if (fetched == Fetched::pending) return kPending;
    set_question(step, inner.row);
    if (fetched != Fetched::limited && !count_void(frame, term, inner.row)) {
      return {Verdict::permerror};
    }
    if (fetched == Fetched::no_record) {
      const bool missing = status(inner.row) == AnswerStatus::nxdomain;
      pass_.explain(missing ? Code::spf_include_nxdomain : Code::spf_include_no_record,
                    frame.source, term.span, {text_argument(ArgName::domain, target)});
      return {Verdict::permerror};
    }
    const Answer answer = evaluate_fetched(inner, fetched);
    const bool broken =
        fetched == Fetched::several ||
        (fetched == Fetched::record && !pass_.pool.load<CompiledRecord>(inner.offset).valid);
    if (broken) report_broken(frame, term, target);
    return answer;
  }

  void report_broken(const Frame& frame, const CompiledTerm& term,
                     std::string_view target) noexcept {
    if (pass_.open) return;
    const Report report = pass_.report();
    const Code why = report.diagnostics[static_cast<std::size_t>(report.cause)].code;
    pass_.diagnose(Code::spf_include_broken, frame.source, term.span,
                   {text_argument(ArgName::domain, target),
                    text_argument(ArgName::found, mailassay::name(why))});
  }

  // §5.3.
  Match match_a(const Frame& frame, const CompiledTerm& term, std::string_view target,
                std::int32_t step) noexcept {
    if (!is_usable(frame, term, target)) return Match::no;
    std::uint32_t id = 0;
    if (!ask(frame, term, address_type(), target, step, id)) return last_;
    if (!is_answer(status(id))) return fault(id);
    if (!count_void(frame, term, id)) return Match::permerror;
    return find_client(id, prefix(term), target);
  }

  // §5.4. More than ten MX names are an error before any host is looked up (§4.6.4); a null MX
  // (RFC 7505) names no host.
  Match match_mx(Frame& frame, const CompiledTerm& term, std::string_view target,
                 std::int32_t step) noexcept {
    if (!is_usable(frame, term, target)) return Match::no;
    std::uint32_t id = 0;
    if (!ask(frame, term, RecordType::mx, target, step, id)) return last_;
    if (!is_answer(status(id))) return fault(id);
    if (!count_void(frame, term, id)) return Match::permerror;
    if (count_names(id) > kMaxMxNames) {
      pass_.explain(
          Code::spf_mx_names_exceeded, frame.source, term.span,
          {text_argument(ArgName::domain, target), number_argument(ArgName::count, row(id).total),
           number_argument(ArgName::limit, kMaxMxNames)});
      return Match::permerror;
    }
    const std::uint32_t unknown = row(id).total - row(id).stored;
    if (count_names(id) + unknown > kMaxMxNames) return meet_address_limit(id, target);
    bool waiting = false;
    std::string_view host;
    for (detail::RecordWalk walk(pass_.pool, row(id)); walk.next_name(host);) {
      if (!detail::is_valid_name(host)) continue;
      const Match match = match_host(frame, term, host);
      if (match == Match::no) continue;
      if (match != Match::pending) return waiting ? Match::pending : match;
      waiting = true;
      if (!pass_.go_on_guessing()) return Match::pending;
    }
    if (waiting) return Match::pending;
    return unknown == 0 ? Match::no : meet_address_limit(id, target);
  }

  // Names of an answer that stand for a host, as far as they are known.
  [[nodiscard]] std::uint32_t count_names(std::uint32_t id) const noexcept {
    std::uint32_t count = 0;
    std::string_view name;
    for (detail::RecordWalk walk(pass_.pool, row(id)); walk.next_name(name);) {
      if (!name.empty()) ++count;
    }
    return count;
  }

  Match match_host(const Frame& frame, const CompiledTerm& term, std::string_view host) noexcept {
    const std::int32_t step = open_step(frame, Step::Kind::host, term.span, host, -1, 2);
    std::uint32_t id = 0;
    if (!ask(frame, term, address_type(), host, step, id)) return last_;
    const Match match = is_answer(status(id)) ? find_client(id, prefix(term), host) : fault(id);
    close_step(step,
               row(id).total == 0 && match == Match::no ? Outcome::not_found : outcome_of(match));
    return match;
  }

  // §5.5. A fault of the reverse look-up is no match.
  Match match_ptr(const Frame& frame, const CompiledTerm& term, std::string_view target,
                  std::int32_t step) noexcept {
    if (!is_usable(frame, term, target)) return Match::no;
    char buffer[kReverseBytes];
    std::uint32_t id = 0;
    if (!ask(frame, term, RecordType::ptr, reverse_name(buffer), step, id)) return last_;
    if (!count_void(frame, term, id)) return Match::permerror;
    report_ignored_names(frame, term.span, id);
    std::uint32_t left = kMaxPtrNames;
    std::string_view name;
    for (detail::RecordWalk walk(pass_.pool, row(id)); left > 0 && walk.next_name(name); --left) {
      if (!detail::is_same_or_below(name, target)) continue;  // validated or not: no match
      const Match match = validate(frame, term.span, name);
      if (match != Match::no) return match;
    }
    return Match::no;
  }

  // True if `name` has the client's address. A fault skips the name.
  Match validate(const Frame& frame, Span span, std::string_view name) noexcept {
    if (!detail::is_valid_name(name)) return Match::no;
    const std::int32_t step = open_step(frame, Step::Kind::host, span, name, -1, 2);
    set_here(frame, span);
    std::uint32_t id = 0;
    const Lookup lookup = pass_.ask(QuestionKind::dns, address_type(), name, id);
    if (lookup == Lookup::open) return Match::pending;
    if (lookup != Lookup::known) return Match::permerror;
    set_question(step, id);
    if (!is_answer(status(id))) {
      close_step(step, Outcome::failed);
      return Match::no;
    }
    const Match match = find_client(id, 128, name);
    close_step(step, row(id).total == 0 ? Outcome::not_found : outcome_of(match));
    return match;
  }

  void report_ignored_names(const Frame& frame, Span span, std::uint32_t id) noexcept {
    if (row(id).total <= kMaxPtrNames) return;
    pass_.diagnose(Code::spf_ptr_names_ignored, frame.source, span,
                   {number_argument(ArgName::count, row(id).total),
                    number_argument(ArgName::limit, kMaxPtrNames)});
  }

  // §5.7: A, whatever the family of the client.
  Match match_exists(const Frame& frame, const CompiledTerm& term, std::string_view target,
                     std::int32_t step) noexcept {
    if (!is_usable(frame, term, target)) return Match::no;
    std::uint32_t id = 0;
    if (!ask(frame, term, RecordType::a, target, step, id)) return last_;
    if (!is_answer(status(id))) return fault(id);
    if (!count_void(frame, term, id)) return Match::permerror;
    return row(id).total > 0 ? Match::yes : Match::no;
  }

  // §4.8 leaves open what a name does that DNS cannot carry: here such a term does not match.
  bool is_usable(const Frame& frame, const CompiledTerm& term, std::string_view target) noexcept {
    if (detail::is_valid_name(target)) return true;
    pass_.diagnose(Code::spf_target_invalid, frame.source, term.span,
                   {text_argument(ArgName::found, term_text(frame, term)),
                    text_argument(ArgName::name, target)});
    return false;
  }

  void explain_target(const Frame& frame, const CompiledTerm& term,
                      std::string_view target) noexcept {
    pass_.explain(Code::spf_target_invalid, frame.source, term.span,
                  {text_argument(ArgName::found, term_text(frame, term)),
                   text_argument(ArgName::name, target)});
  }

  // Compares the client with the addresses of an answer.
  Match find_client(std::uint32_t id, unsigned prefix_length, std::string_view name) noexcept {
    const QuestionRow& answer = row(id);
    const auto size = static_cast<std::uint32_t>(session_.client.size());
    Address address;
    address.family = session_.client.family;
    for (std::uint32_t i = 0; i < answer.stored; ++i) {
      std::memcpy(address.bytes.data(), pass_.pool.at(answer.answer + i * size), size);
      if (in_network(session_.client, address, prefix_length)) return Match::yes;
    }
    return answer.total == answer.stored ? Match::no : meet_address_limit(id, name);
  }

  // More addresses, or hosts, than are looked at: what the others say is not known.
  Match meet_address_limit(std::uint32_t id, std::string_view name) noexcept {
    pass_.meet_limit(
        Code::limit_addresses,
        {text_argument(ArgName::name, name), number_argument(ArgName::count, row(id).total),
         number_argument(ArgName::limit, pass_.limits.addresses)});
    return Match::permerror;
  }

  // ---- Modifiers (§6) ---------------------------------------------------------------------------

  // §6.1.
  Answer redirect(const Frame& frame, std::uint32_t index) noexcept {
    const std::uint32_t offset = term_offset(frame.offset, index);
    const auto term = pass_.pool.load<CompiledTerm>(offset);
    const Counters before = counters();
    const std::int32_t step = open_step(frame, Step::Kind::term, term.span, {}, -1, 1);
    set_here(frame, term.span);
    const Answer answer = follow(frame, term, offset, step);
    if (answer.pending) return kPending;
    close_step(step, outcome_of(answer.verdict), before);
    const bool error = answer.verdict == Verdict::permerror || answer.verdict == Verdict::temperror;
    return error ? fail_with(answer.verdict, step) : answer;
  }

  Answer follow(const Frame& frame, const CompiledTerm& term, std::uint32_t offset,
                std::int32_t step) noexcept {
    // RFC 8616 §4 speaks of terms that do not match; a redirect that does not is not taken, and one
    // that is not taken is not counted.
    if (is_sender_macro_void(frame, term)) return {Verdict::neutral};
    if (!count_lookup(frame, term.span)) return {Verdict::permerror};
    if (pass_.open && (term.flags & CompiledTerm::kMacro) != 0) return kPending;
    std::string_view target;
    if (!expand(frame, term, offset, target)) {
      return last_ == Match::pending ? kPending : Answer{Verdict::permerror};
    }
    set_target(step, target);
    Frame inner;
    inner.inside_include = frame.inside_include;
    return check_host(frame, term, target, step, inner);
  }

  // §6.2. False if the text has to be waited for. Whatever goes wrong, a limit included, the result
  // stays "fail" and no text is reported.
  bool explain_fail(const Frame& frame, std::uint32_t index) noexcept {
    const std::uint32_t offset = term_offset(frame.offset, index);
    const auto term = pass_.pool.load<CompiledTerm>(offset);
    const std::int32_t step = open_step(frame, Step::Kind::term, term.span, {}, -1, 1);
    set_here(frame, term.span);
    if (is_sender_macro_void(frame, term)) return true;
    pass_.limits_decide = false;
    std::string_view target;
    const Match found = find_explanation(frame, term, offset, step, target);
    pass_.limits_decide = true;
    if (found == Match::pending) return false;
    close_step(step, found == Match::yes ? Outcome::none : Outcome::failed);
    if (found != Match::yes) {
      pass_.diagnose(Code::spf_explanation_unusable, frame.source, term.span,
                     {text_argument(ArgName::name, target)});
    }
    return true;
  }

  Match find_explanation(const Frame& frame, const CompiledTerm& term, std::uint32_t offset,
                         std::int32_t step, std::string_view& target) noexcept {
    if (!expand(frame, term, offset, target)) return last_;
    set_target(step, target);
    if (!is_usable(frame, term, target)) return Match::no;
    std::uint32_t id = 0;
    const Lookup lookup = pass_.ask(QuestionKind::dns, RecordType::txt, target, id);
    if (lookup == Lookup::open) return Match::pending;
    if (lookup != Lookup::known) return Match::no;
    set_question(step, id);
    return write_explanation(frame, id);
  }

  Match write_explanation(const Frame& frame, std::uint32_t id) noexcept {
    const QuestionRow& answer = row(id);
    if (answer.status != AnswerStatus::ok || answer.total != 1) return Match::no;
    detail::TextRecord record;
    detail::RecordWalk(pass_.pool, answer).next_text(record);
    bool uses_p = false;
    if (!is_explain_string(record.text, uses_p)) return Match::no;
    Buffers buffers;
    MacroValues values = macro_values(frame, buffers);
    if (uses_p && !find_validated_name(frame, values.validated)) return last_;

    // The pool holds no more anyway, so expanding costs no more than that.
    const std::uint32_t room = pass_.pool.capacity();
    const std::uint32_t wanted = pass_.limits.explanation_bytes;
    const std::uint32_t limit = wanted < room ? wanted : room;
    detail::Writer counter({});
    expand_text(record.text, values, counter, limit);
    const bool cut = counter.size() > limit;
    const Range range = pass_.pool.borrow(cut ? limit : counter.size());
    if (range.offset == 0) return Match::no;
    detail::Writer out(pass_.pool.bytes(range));
    expand_text(record.text, values, out, limit);
    // The text goes into a reply: only printable ASCII, and so no line end.
    for (const char c : text(range)) {
      if (!detail::is_printable(c)) return Match::no;
    }
    if (cut) {
      pass_.diagnose(Code::limit_explanation, frame.source, {},
                     {number_argument(ArgName::limit, limit)});
    }
    session_.explanation = range;
    return Match::yes;
  }

  static bool is_explain_string(std::string_view text, bool& uses_p) noexcept {
    MacroToken token;
    MacroReader reader(text, MacroReader::Form::explain_string);
    while (reader.next(token)) {
      if (token.kind == MacroToken::Kind::bad_macro || token.kind == MacroToken::Kind::bad_byte ||
          token.zero) {
        return false;
      }
      uses_p = uses_p || token.letter == 'p';
    }
    return true;
  }

  // ---- Macros (§7) ------------------------------------------------------------------------------

  static constexpr std::size_t kReverseBytes = 80;
  struct Buffers {
    char readable[48];
    char timestamp[24];
  };

  MacroValues macro_values(const Frame& frame, Buffers& buffers) const noexcept {
    MacroValues values;
    values.sender = text(session_.sender);
    values.local_part = text(session_.local_part);
    values.sender_domain = text(session_.domain);
    values.domain = frame.domain;
    values.client = text(session_.client_text);
    values.version = session_.client.family == Family::ipv4 ? "in-addr" : "ip6";
    values.helo = text(session_.helo);
    values.receiver = text(session_.receiver);
    values.readable = {buffers.readable, format(session_.client, buffers.readable)};
    detail::Writer timestamp(buffers.timestamp);
    timestamp.put_number(std::uint64_t{session_.now_high} << 32 | session_.now_low);
    values.timestamp = {buffers.timestamp, timestamp.size()};
    return values;
  }

  // The target-name of a term (§4.8), expanded once and then kept. False: `last_` says why not.
  bool expand(const Frame& frame, const CompiledTerm& term, std::uint32_t offset,
              std::string_view& target) noexcept {
    if (term.value.size() == 0) {
      target = frame.domain;
      return true;
    }
    if ((term.flags & CompiledTerm::kMacro) == 0) {
      target = literal_target(value_text(frame, term));
      return true;
    }
    if ((term.flags & CompiledTerm::kExpanded) == 0) {
      return expand_macros(frame, term, offset, target);
    }
    // The steps by which the name was validated belong into every trace.
    target = text(term.target);
    std::string_view validated;
    return (term.flags & CompiledTerm::kValidated) == 0 || find_validated_name(frame, validated);
  }

  // §7.3 cuts an expanded name of more than 253 bytes on the left, also one without macros.
  static std::string_view literal_target(std::string_view spec) noexcept {
    std::string_view name = detail::without_final_dot(spec);
    while (name.size() > detail::kNameBytes) {
      std::size_t dot = name.size() - (detail::kNameBytes + 1);
      while (dot < name.size() && name[dot] != '.') ++dot;
      name = drop(name, dot + 1);
    }
    return name;
  }

  bool expand_macros(const Frame& frame, const CompiledTerm& term, std::uint32_t offset,
                     std::string_view& target) noexcept {
    const std::string_view spec = value_text(frame, term);
    Buffers buffers;
    MacroValues values = macro_values(frame, buffers);
    const bool validated = uses_validated_name(spec);
    if (validated && !find_validated_name(frame, values.validated)) return false;
    char buffer[kExpansionBytes];
    const std::string_view expanded = expand_name(spec, values, buffer);
    const Range kept = pass_.facts.keep(frame.row, expanded.size());
    if (kept.offset == 0) {
      out_of_pool();
      last_ = Match::permerror;
      return false;
    }
    pass_.pool.write(kept.offset, expanded);
    CompiledTerm changed = term;
    changed.target = kept;
    changed.flags |= CompiledTerm::kExpanded;
    if (validated) changed.flags |= CompiledTerm::kValidated;
    pass_.pool.store(offset, changed);
    target = text(kept);
    return true;
  }

  static bool uses_validated_name(std::string_view spec) noexcept {
    MacroToken token;
    MacroReader reader(spec, MacroReader::Form::macro_string);
    while (reader.next(token)) {
      if (token.kind == MacroToken::Kind::macro && token.letter == 'p') return true;
    }
    return false;
  }

  // %{p}: the domain itself, else a name below it, else any validated name; "unknown" if there is
  // none (§7.3). Names that would be preferred are validated first. False: `last_` says why not.
  bool find_validated_name(const Frame& frame, std::string_view& name) noexcept {
    name = "unknown";
    char buffer[kReverseBytes];
    std::uint32_t id = 0;
    const Lookup lookup = pass_.ask(QuestionKind::dns, RecordType::ptr, reverse_name(buffer), id);
    if (lookup != Lookup::known) {
      last_ = lookup == Lookup::open ? Match::pending : Match::permerror;
      return false;
    }
    report_ignored_names(frame, pass_.here, id);
    for (int rank = 0; rank < 3; ++rank) {
      std::uint32_t left = kMaxPtrNames;
      std::string_view candidate;
      for (detail::RecordWalk walk(pass_.pool, row(id)); left > 0 && walk.next_name(candidate);
           --left) {
        if (rank_of(candidate, frame.domain) != rank) continue;
        last_ = validate(frame, pass_.here, candidate);
        if (last_ == Match::yes) name = candidate;
        if (last_ != Match::no) return last_ == Match::yes;
      }
    }
    return true;
  }

  static int rank_of(std::string_view name, std::string_view domain) noexcept {
    if (!detail::is_same_or_below(name, domain)) return 2;
    return name.size() == domain.size() ? 0 : 1;
  }

  // §5.5: below in-addr.arpa or ip6.arpa.
  std::string_view reverse_name(std::span<char, kReverseBytes> buffer) const noexcept {
    detail::Writer out(buffer);
    const bool ipv4 = session_.client.family == Family::ipv4;
    for (std::size_t i = session_.client.size(); i > 0; --i) {
      const unsigned byte = session_.client.bytes[i - 1];
      if (ipv4) {
        out.put_number(byte);
      } else {
        out.put(detail::hex_digit(byte));
        out.put('.');
        out.put(detail::hex_digit(byte >> 4U));
      }
      out.put('.');
    }
    out.put(ipv4 ? "in-addr.arpa" : "ip6.arpa");
    return {buffer.data(), out.size()};
  }

  // ---- Faults and limits ------------------------------------------------------------------------

  // §5: a look-up that fails ends the whole evaluation with temperror.
  Match fault(std::uint32_t id) noexcept {
    explain_fault(id);
    return Match::temperror;
  }

  void explain_fault(std::uint32_t id) noexcept {
    const std::string_view name = pass_.facts.name(id);
    if (status(id) == AnswerStatus::bogus) {
      pass_.explain(Code::dnssec_bogus, pass_.here_source, pass_.here,
                    {text_argument(ArgName::name, name)});
      return;
    }
    pass_.explain(Code::dns_server_failure, pass_.here_source, pass_.here,
                  {text_argument(ArgName::name, name),
                   text_argument(ArgName::found, mailassay::name(status(id)))});
  }

  Answer out_of_pool() noexcept {
    pass_.meet_limit(Code::limit_pool, {number_argument(ArgName::limit, pass_.pool.capacity())});
    return {Verdict::permerror};
  }

  // ---- Trace ------------------------------------------------------------------------------------

  struct Counters {
    std::uint32_t lookups;
    std::uint32_t voids;
  };
  [[nodiscard]] Counters counters() const noexcept { return {lookups_, voids_}; }

  std::int32_t open_step(const Frame& frame, Step::Kind kind, Span span, std::string_view target,
                         std::int64_t question, std::uint16_t below = 0) noexcept {
    if (pass_.open) return -1;
    detail::StepRow step{};
    step.depth = static_cast<std::uint16_t>(frame.depth + below);
    step.kind = kind;
    step.source = frame.source;
    step.span = span;
    step.target = pass_.intern(target);
    step.question = static_cast<std::int32_t>(question);
    return pass_.add_step(step);
  }

  void set_target(std::int32_t index, std::string_view target) noexcept {
    if (detail::StepRow* step = pass_.step(index)) step->target = pass_.intern(target);
  }

  void set_question(std::int32_t index, std::uint32_t id) noexcept {
    if (detail::StepRow* step = pass_.step(index)) step->question = static_cast<std::int32_t>(id);
  }

  void close_step(std::int32_t index, Outcome outcome) noexcept {
    if (detail::StepRow* step = pass_.step(index)) step->outcome = outcome;
  }

  void close_step(std::int32_t index, Outcome outcome, const Counters& before) noexcept {
    close_step(index, outcome);
    if (detail::StepRow* step = pass_.step(index)) {
      step->lookups = lookups_ - before.lookups;
      step->voids = voids_ - before.voids;
    }
  }

  // Where findings of the layers below point to.
  void set_here(const Frame& frame, Span span) noexcept {
    pass_.here_source = frame.source;
    pass_.here = span;
  }

  // ---- Small things -----------------------------------------------------------------------------

  [[nodiscard]] std::string_view text(Range range) const noexcept { return pass_.pool.text(range); }
  [[nodiscard]] const QuestionRow& row(std::uint32_t id) const noexcept {
    return pass_.facts.row(id);
  }
  [[nodiscard]] AnswerStatus status(std::uint32_t id) const noexcept { return row(id).status; }
  [[nodiscard]] RecordType address_type() const noexcept {
    return session_.client.family == Family::ipv4 ? RecordType::a : RecordType::aaaa;
  }
  [[nodiscard]] unsigned prefix(const CompiledTerm& term) const noexcept {
    return session_.client.family == Family::ipv4 ? term.prefix4 : term.prefix6;
  }
  [[nodiscard]] std::string_view record_text(const Frame& frame) const noexcept {
    return text(pass_.pool.load<CompiledRecord>(frame.offset).text);
  }
  [[nodiscard]] std::string_view value_text(const Frame& frame,
                                            const CompiledTerm& term) const noexcept {
    return slice(record_text(frame), term.value);
  }
  [[nodiscard]] std::string_view term_text(const Frame& frame,
                                           const CompiledTerm& term) const noexcept {
    return slice(record_text(frame), term.span);
  }
  [[nodiscard]] std::span<const std::uint32_t> string_ends(
      const CompiledRecord& record) const noexcept {
    return {reinterpret_cast<const std::uint32_t*>(pass_.pool.at(record.ends)), record.ends_count};
  }

  Session& session_;
  Pass& pass_;
  std::uint32_t lookups_ = 0;
  std::uint32_t voids_ = 0;
  Match last_ = Match::no;  // why the last ask() or expand() returned false
};

}  // namespace

bool evaluate(Session& session, detail::Pass& pass) noexcept {
  return Evaluator(session, pass).run();
}

}  // namespace mailassay::inline v0::spf
