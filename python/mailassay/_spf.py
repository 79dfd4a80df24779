"""SPF: Sender Policy Framework (RFC 7208 with errata 4751 and 5436, RFC 8616 §4)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING, Any

from mailassay import _core
from mailassay._answers import (
    DnsAnswer,
    LabelAnswer,
    Limits,
    Resolver,
    record_rows,
)
from mailassay._arguments import (
    Address,
    Text,
    address_of,
    bytes_of,
    kind,
    name_bytes,
    require_range,
    require_resolver,
    seconds_of,
    shown,
)
from mailassay._core import MisuseError
from mailassay._driver import drive, require_id
from mailassay._names import (
    AnswerStatus,
    Identity,
    Qualifier,
    QuestionKind,
    SourceKind,
    TermKind,
    Verdict,
)
from mailassay._report import (
    Diagnostic,
    Question,
    Report,
    Source,
    diagnostic_from,
    question_from,
    report_from,
)

if TYPE_CHECKING:
    from mailassay._core import _SpfRow, _TermRow

_MECHANISMS = frozenset(TermKind) - {
    TermKind.REDIRECT,
    TermKind.EXP,
    TermKind.MODIFIER,
    TermKind.INVALID,
}
_FAIL_OPEN = (AnswerStatus.TIMEOUT, AnswerStatus.FAILED, AnswerStatus.UNSUPPORTED)
_WITH_PREFIX4 = frozenset({TermKind.A, TermKind.MX, TermKind.IP4})
_WITH_PREFIX6 = frozenset({TermKind.A, TermKind.MX, TermKind.IP6})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfResult(Report):
    """What check_host() found (RFC 7208 §2.6, §4).

    domain: the one that was checked, A-labels. local_part: "postmaster" where the identity had
    none (§4.3). client: an IPv4-mapped address is given as the IPv4 address. receiver: "unknown"
    where none was given. explanation: the domain's own text (§6.2), printable ASCII from a third
    party; empty: none. lookups: terms counted against the limit of ten (§4.6.4), the one that
    exceeds it included. received_spf: a Received-SPF field (§9.1), folded, with its final CRLF.
    """

    verdict: Verdict
    identity: Identity
    domain: str
    local_part: str
    client: IPv4Address | IPv6Address
    helo: str
    receiver: str
    explanation: str
    lookups: int
    void_lookups: int
    received_spf: str = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The whole result in the JSON schema (schema 1); only plain values."""
        return {
            "schema": 1,
            "protocol": "spf",
            "verdict": self.verdict.value,
            "identity": self.identity.value,
            "domain": self.domain,
            "local_part": self.local_part,
            "client": str(self.client),
            "helo": self.helo,
            "receiver": self.receiver,
            "explanation": self.explanation,
            "lookups": self.lookups,
            "void_lookups": self.void_lookups,
            **self.members(),
        }

    def to_json(self) -> str:
        """to_dict() as JSON text, ASCII."""
        return json.dumps(self.to_dict())


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfTerm:
    """One term of a record; `begin` and `end` count in the record's text.

    kind: invalid if the term has an error. text: the whole word. qualifier: of a mechanism (`+` if
    none is written), None for all else. name: as written, without qualifier. value: domain-spec,
    network or modifier value, without prefix lengths; empty: none. prefix4, prefix6: how many bits
    a, mx, ip4 and ip6 compare, None for all else. network: of ip4 and ip6. canonical: for a valid
    mechanism its qualifier, name in lower case and the rest as written; for a modifier its name in
    lower case, `=` and the value.
    """

    kind: TermKind
    begin: int
    end: int
    text: str
    qualifier: Qualifier | None
    name: str
    value: str
    prefix4: int | None
    prefix6: int | None
    network: IPv4Network | IPv6Network | None
    has_macro: bool
    canonical: str
    error: Diagnostic | None

    def to_dict(self) -> dict[str, Any]:
        """This term in the JSON schema."""
        members: dict[str, Any] = {
            "kind": self.kind.value,
            "begin": self.begin,
            "end": self.end,
            "text": self.text,
        }
        if self.kind is TermKind.INVALID:
            return members
        if self.qualifier is not None:
            members["qualifier"] = self.qualifier.value
        members["name"] = self.name
        members["value"] = self.value
        if self.prefix4 is not None:
            members["prefix4"] = self.prefix4
        if self.prefix6 is not None:
            members["prefix6"] = self.prefix6
        return members


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """One record by itself: its terms and what is wrong with it (RFC 7208 §4.5, §4.6.1, §12).

    text: the bytes that were given, as one code point 0-255 each, so that spans index it; to read
    it, decode them: text.encode("latin-1").decode("utf-8", "replace"). valid: no syntax error.
    version_error: what is wrong with the first word, if it is not v=spf1. diagnostics: all errors,
    in their order; Diagnostic.underline() shows each in its place.
    """

    text: str
    valid: bool
    terms: tuple[SpfTerm, ...]
    version_error: Diagnostic | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def error_span(self) -> tuple[int, int] | None:
        """Where the first error lies: the first word if it is no version, else a whole term."""
        if self.version_error is not None:
            return self.version_error.begin, self.version_error.end
        for term in self.terms:
            if term.error is not None:
                return term.begin, term.end
        return None

    def to_dict(self) -> dict[str, Any]:
        """The record in the JSON schema (schema 1); only plain values."""
        return {
            "schema": 1,
            "protocol": "spf_record",
            "text": self.text,
            "terms": [term.to_dict() for term in self.terms],
            "valid": self.valid,
            "diagnostics": [diagnostic.to_dict() for diagnostic in self.diagnostics],
        }

    def to_json(self) -> str:
        """to_dict() as JSON text, ASCII."""
        return json.dumps(self.to_dict())


class SpfCheck:
    """One evaluation of check_host() (RFC 7208 §4) whose questions the caller answers.

        >>> import idna
        >>> from mailassay import AnswerStatus, LabelAnswer, SpfCheck, Zone
        >>> zone = Zone({"example.com": {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"]}})
        >>> check = SpfCheck("192.0.2.1", "a@example.com", helo="mx.example.com")
        >>> while not check.poll():
        ...     for question in check.new_questions():
        ...         if question.type:  # a look-up
        ...             check.answer(question.id, zone.lookup(question.name, question.type))
        ...         else:  # to_ascii: the A-label of one U-label
        ...             try:
        ...                 label = LabelAnswer(label=idna.alabel(question.name).decode())
        ...             except UnicodeError:
        ...                 label = LabelAnswer(AnswerStatus.ERROR)
        ...             check.answer(question.id, label)
        ...     check.fail_open(AnswerStatus.FAILED)  # what is still open: else no end in sight
        >>> print(check.result().verdict)
        pass

    drive() is this loop for any Resolver. SpfCheck does no input or output. Bad input is a verdict;
    MisuseError is raised for wrong use of this class and for nothing else. A check belongs to one
    thread at a time.
    """

    def __init__(
        self,
        ip: str | Address,
        mail_from: Text,
        *,
        helo: Text = "",
        receiver: Text = "",
        now: float | None = None,
        void_lookups: int = 2,
        guesses: int = 20,
        limits: Limits | None = None,
    ) -> None:
        """The arguments of check_spf(), but for the resolver."""
        if limits is None:
            limits = Limits()
        elif not isinstance(limits, Limits):
            raise MisuseError(f"limits: mailassay.Limits(...) is wanted, not {kind(limits)}")
        self._core = _core.spf_check(
            address_of(ip, "ip").packed,
            bytes_of(mail_from, "mail_from"),
            bytes_of(helo, "helo"),
            bytes_of(receiver, "receiver"),
            seconds_of(now),
            require_range("void_lookups", void_lookups, 32),
            require_range("guesses", guesses, 32),
            asdict(limits),
        )
        self._given: dict[int, Question] = {}
        self._done = False

    def poll(self) -> bool:
        """Evaluates what is known; True once the verdict stands, False if it needs answers."""
        self._done = self._core.poll()
        return self._done

    def new_questions(self) -> tuple[Question, ...]:
        """The questions that were not yet given out; each is given out once."""
        questions = tuple(map(question_from, self._core.new_questions()))
        self._given.update((question.id, question) for question in questions)
        return questions

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions so far, in the order of their ids, which count from 0."""
        return tuple(map(question_from, self._core.questions()))

    def answer(self, id: int, answer: DnsAnswer | LabelAnswer, /) -> None:
        """Answers one question, in any order. A second or late answer is ignored.

        Raises MisuseError if no such question was given out, or if the answer is of another kind
        or holds records of another type than the question.
        """
        require_id(id, "answer()")
        question = self._given.get(id)
        if question is None:
            raise MisuseError(f"question {shown(id)} was never given out")
        wanted = DnsAnswer if question.kind is QuestionKind.DNS else LabelAnswer
        if isinstance(answer, DnsAnswer) and wanted is DnsAnswer:
            canonical = name_bytes(answer.canonical_name, "the canonical name")
            records = record_rows(answer, question.type)
            self._core.answer_dns(id, answer.status, answer.secure, canonical, records)
        elif isinstance(answer, LabelAnswer) and wanted is LabelAnswer:
            self._core.answer_label(id, answer.status, bytes_of(answer.label, "the label"))
        else:
            raise MisuseError(
                f"question {id} is of the kind {question.kind} and takes a {wanted.__name__}, "
                f"not a {type(answer).__name__}"
            )

    def fail_open(self, status: AnswerStatus, /) -> None:
        """Answers every open question with `status`: the caller's deadline.

        status: timeout (the time is up), failed (it could not be asked) or unsupported (this host
        cannot answer such questions); any other raises MisuseError.
        """
        if status not in _FAIL_OPEN:
            names = f"{_FAIL_OPEN[0]}, {_FAIL_OPEN[1]} or {_FAIL_OPEN[2]}"
            raise MisuseError(f"fail_open() takes {names}, not {shown(status)}")
        self._core.fail_open(status)

    def result(self) -> SpfResult:
        """The result; raises MisuseError before poll() returned True."""
        if not self._done:
            raise MisuseError("there is no result yet: poll() has not returned True")
        return _result_from(self._core.result())

    @property
    def scratch_used(self) -> int:
        """The largest number of bytes of its memory that this check had in use so far."""
        return self._core.scratch_used()


def check_spf(
    ip: str | Address,
    mail_from: Text,
    *,
    helo: Text = "",
    receiver: Text = "",
    now: float | None = None,
    void_lookups: int = 2,
    guesses: int = 20,
    limits: Limits | None = None,
    resolver: Resolver,
) -> SpfResult:
    """Checks whether a domain permits a client to send for it (RFC 7208).

    ip: the SMTP client; an IPv4-mapped IPv6 address counts as the IPv4 address. mail_from: the
    reverse-path, with or without angle brackets; empty or `<>` checks HELO as postmaster@HELO
    (§2.4). helo: what the client said in HELO or EHLO. receiver: name of the checking host, for
    %{r} (§7.2). A str is taken as UTF-8; U-labels are converted (RFC 8616 §4); bytes are taken as
    they are. now: seconds since 1970, for %{t}; None: the clock. void_lookups: how many are
    allowed (§4.6.4). resolver: looks names up, see Resolver; Zone is one. guesses: how many
    questions may be asked ahead of need; 0 for a resolver that asks one after the other.

    Bad input and faults of the DNS are verdicts. Raises MisuseError for arguments of a wrong type
    or out of their range (`ip` is no address), and what the resolver raises.
    """
    require_resolver(resolver)
    check = SpfCheck(
        ip,
        mail_from,
        helo=helo,
        receiver=receiver,
        now=now,
        void_lookups=void_lookups,
        guesses=guesses,
        limits=limits,
    )
    drive(check, resolver)
    return check.result()


def parse_spf(record: Text) -> SpfRecord:
    """Reads one SPF record, its character-strings joined, by the grammar of RFC 7208 §12.

    Goes on behind every error and never raises on any text. A str is taken as UTF-8; offsets count
    its bytes, and index SpfRecord.text.
    """
    data = bytes_of(record, "record")
    text = data.decode("latin-1")
    sources = (Source(0, SourceKind.ARGUMENT, "record", None, text, (len(data),)),)
    version_row, rows = _core.parse_spf(data)
    version_error = diagnostic_from(version_row, sources) if version_row else None
    terms = tuple(_term_from(row, sources) for row in rows)
    errors = (version_error, *(term.error for term in terms))
    diagnostics = tuple(error for error in errors if error is not None)
    return SpfRecord(
        text=text,
        valid=not diagnostics,
        terms=terms,
        version_error=version_error,
        diagnostics=diagnostics,
    )


def _result_from(row: _SpfRow) -> SpfResult:
    (
        verdict,
        identity,
        domain,
        local_part,
        client,
        helo,
        receiver,
        explanation,
        lookups,
        void_lookups,
        received_spf,
        report,
    ) = row
    return SpfResult(
        verdict=Verdict(verdict),
        identity=Identity(identity),
        domain=domain,
        local_part=local_part,
        client=ip_address(client),
        helo=helo,
        receiver=receiver,
        explanation=explanation,
        lookups=lookups,
        void_lookups=void_lookups,
        received_spf=received_spf,
        **report_from(report),
    )


def _network(packed: bytes | None, prefix4: int, prefix6: int) -> IPv4Network | IPv6Network | None:
    """The bits beyond the prefix may be set in a record (RFC 7208 §5.6) and count for nothing."""
    if packed is None:
        return None
    return ip_network((packed, prefix4 if len(packed) == 4 else prefix6), strict=False)


def _term_from(row: _TermRow, sources: tuple[Source, ...]) -> SpfTerm:
    (
        name_of_kind,
        begin,
        end,
        sign,
        name,
        value,
        prefix4,
        prefix6,
        network,
        has_macro,
        canonical,
        error,
    ) = row
    kind = TermKind.INVALID if error else TermKind(name_of_kind)
    return SpfTerm(
        kind=kind,
        begin=begin,
        end=end,
        text=sources[0].text[begin:end],
        qualifier=Qualifier(sign) if kind in _MECHANISMS else None,
        name=name,
        value=value,
        prefix4=prefix4 if kind in _WITH_PREFIX4 else None,
        prefix6=prefix6 if kind in _WITH_PREFIX6 else None,
        network=_network(network, prefix4, prefix6) if kind is not TermKind.INVALID else None,
        has_macro=has_macro,
        canonical=canonical,
        error=diagnostic_from(error, sources) if error else None,
    )
