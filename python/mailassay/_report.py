"""What every result holds beside its verdict: sources, questions, findings, trace.

Text from outside is a str of the code points 0-255, one for each byte, so that the byte offsets
`begin` and `end` (half-open) index it. Everything is a copy and outlives the check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from mailassay import _core
from mailassay._arguments import require_range, require_text, shown
from mailassay._core import MisuseError
from mailassay._names import (
    Outcome,
    QuestionKind,
    RecordType,
    Severity,
    SourceKind,
    StepKind,
)
from mailassay._underline import underline

if TYPE_CHECKING:
    from mailassay._core import _DiagnosticRow, _QuestionRow, _ReportRow, _SourceRow, _StepRow

Language = Literal["en", "de"]


@dataclass(frozen=True, slots=True)
class Source:
    """A text that findings and steps point into.

    id: its place in the result's sources. owner: for a record its DNS name, for an argument the
    argument's name. type: the DNS type of a record. text: the bytes that were given, character-
    strings joined, as one code point 0-255 each, so that spans index it; to read it, decode them:
    text.encode("latin-1").decode("utf-8", "replace"). string_ends: where each character-string of
    a record ends.
    """

    id: int
    kind: SourceKind
    owner: str
    type: RecordType | None
    text: str
    string_ends: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """This source in the JSON schema."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "owner": self.owner,
            "type": self.type.value if self.type else "",
            "text": self.text,
            "string_ends": list(self.string_ends),
        }


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    code: its number, and name: its name; both never change their meaning. source: None where there
    is nothing to point at. An empty span marks the place where something is missing. arguments:
    the values that text() fills in, as pairs of name and value; they come from outside.
    """

    code: int
    name: str
    severity: Severity
    source: Source | None = field(repr=False)
    begin: int
    end: int
    arguments: tuple[tuple[str, str | int], ...]

    @property
    def marked(self) -> str:
        """The part of the source's text that the finding points at."""
        return self.source.text[self.begin : self.end] if self.source else ""

    def text(self, lang: Language = "en") -> str:
        """The finding as one sentence that says what is wrong and what to do.

        Control and bidirectional characters from outside are escaped and long values are cut, so
        that it is harmless on a terminal; for HTML, escape it as any text. Texts may be reworded
        in any version: programs compare codes. Raises MisuseError for a language without texts.
        """
        if lang not in get_args(Language):
            raise MisuseError(f"there are no texts in {shown(lang)}; languages are en and de")
        packed = tuple(_argument(name, value) for name, value in self.arguments)
        return _core.render(require_range("a code", self.code, 16), packed, lang)

    def underline(self) -> str:
        """Two lines of plain text: the source, and `^~~~` under the part that is marked.

            v=spf1 inlcude:example.net -all
                   ^~~~~~~

        At most 100 columns wide: of a longer source, the part around the mark. Harmless on a
        terminal and readable: UTF-8 is decoded, and whatever is no sound UTF-8 or would move the
        cursor, turn the direction of writing or show nothing is escaped. An empty span, where
        something is missing, has a `^` alone. Empty if there is no source.
        """
        return underline(self.source.text, self.begin, self.end) if self.source else ""

    def to_dict(self) -> dict[str, Any]:
        """This finding in the JSON schema."""
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity.value,
            "source": self.source.id if self.source else -1,
            "begin": self.begin,
            "end": self.end,
            "arguments": dict(self.arguments),
        }


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a check.

    name: for dns a name in lower case without a final dot (code points 0-255 stand for bytes); for
    to_ascii a U-label as text. type: None for to_ascii. needed: the verdict waits for the answer;
    otherwise it is a guess, asked ahead of time. answered: when this object was made.
    """

    id: int
    kind: QuestionKind
    type: RecordType | None
    name: str
    needed: bool
    answered: bool = field(compare=False)

    def to_list(self) -> list[Any]:
        """This question in the JSON schema: [name, type, needed], a U-label as its UTF-8 bytes."""
        if self.type is not None:
            return [self.name, self.type.value, self.needed]
        label = self.name.encode("utf-8", "surrogateescape").decode("latin-1")
        return [label, self.kind.value, self.needed]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an evaluation. Steps are in pre-order; with `depth` they form a tree.

    source: None where the step has no text. target: the name that was looked up. question: the
    step's own look-up. lookups, voids: terms and void look-ups counted against the limits of RFC
    7208 §4.6.4 in this step and below it.
    """

    depth: int
    kind: StepKind
    outcome: Outcome
    source: Source | None = field(repr=False)
    begin: int
    end: int
    target: str
    question: Question | None = field(repr=False)
    lookups: int
    voids: int

    @property
    def text(self) -> str:
        """The part of its source that the step looked at: a record, a term; empty for a host."""
        return self.source.text[self.begin : self.end] if self.source else ""

    def to_dict(self) -> dict[str, Any]:
        """This step in the JSON schema."""
        return {
            "depth": self.depth,
            "kind": self.kind.value,
            "source": self.source.id if self.source else -1,
            "begin": self.begin,
            "end": self.end,
            "target": self.target,
            "question": self.question.id if self.question else -1,
            "outcome": self.outcome.value,
            "lookups": self.lookups,
            "voids": self.voids,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What every result holds beside its verdict.

    limited: a limit of this check, not of the standard, set the verdict. trace_cut: further steps
    were left out of the trace. cause_index, decided_by_index: places in `diagnostics` and `trace`,
    -1 for none; use `cause` and `decided_by`.
    """

    limited: bool
    trace_cut: bool
    cause_index: int = field(repr=False)
    decided_by_index: int = field(repr=False)
    sources: tuple[Source, ...] = field(repr=False)
    questions: tuple[Question, ...] = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]
    trace: tuple[Step, ...] = field(repr=False)

    @property
    def cause(self) -> Diagnostic | None:
        """The finding that explains the verdict, if one does."""
        return self.diagnostics[self.cause_index] if self.cause_index >= 0 else None

    @property
    def decided_by(self) -> Step | None:
        """The step that decided, if one did."""
        return self.trace[self.decided_by_index] if self.decided_by_index >= 0 else None

    def members(self) -> dict[str, Any]:
        """The part of the JSON schema that all results share."""
        return {
            "cause": self.cause_index,
            "decided_by": self.decided_by_index,
            "limited": self.limited,
            "sources": [source.to_dict() for source in self.sources],
            "questions": [question.to_list() for question in self.questions],
            "diagnostics": [diagnostic.to_dict() for diagnostic in self.diagnostics],
            "trace": [step.to_dict() for step in self.trace],
            "trace_cut": self.trace_cut,
        }


def _argument(name: object, value: object) -> tuple[str, bytes | int]:
    name = require_text("the name of an argument of a finding", name)
    if isinstance(value, int):
        return name, require_range("a number in a finding", value, 32)
    text = require_text("an argument of a finding that is no int", value)
    return name, text.encode("latin-1", "replace")


def source_from(row: _SourceRow, id: int) -> Source:
    kind, owner, type_, text, string_ends = row
    return Source(
        id, SourceKind(kind), owner, RecordType(type_) if type_ else None, text, string_ends
    )


def diagnostic_from(row: _DiagnosticRow, sources: tuple[Source, ...]) -> Diagnostic:
    code, name, severity, source, begin, end, arguments = row
    where = sources[source] if source >= 0 else None
    return Diagnostic(code, name, Severity(severity), where, begin, end, arguments)


def question_from(row: _QuestionRow) -> Question:
    id_, kind, type_, name, needed, answered = row
    return Question(
        id_, QuestionKind(kind), RecordType(type_) if type_ else None, name, needed, answered
    )


def step_from(row: _StepRow, sources: tuple[Source, ...], questions: tuple[Question, ...]) -> Step:
    depth, kind, source, begin, end, target, question, outcome, lookups, voids = row
    return Step(
        depth=depth,
        kind=StepKind(kind),
        outcome=Outcome(outcome),
        source=sources[source] if source >= 0 else None,
        begin=begin,
        end=end,
        target=target,
        question=questions[question] if question >= 0 else None,
        lookups=lookups,
        voids=voids,
    )


def report_from(row: _ReportRow) -> dict[str, Any]:
    """The members of a Report, by name."""
    cause, decided_by, limited, trace_cut, source_rows, question_rows, diagnostics, trace = row
    sources = tuple(source_from(source, i) for i, source in enumerate(source_rows))
    questions = tuple(question_from(question) for question in question_rows)
    return {
        "limited": limited,
        "trace_cut": trace_cut,
        "cause_index": cause,
        "decided_by_index": decided_by,
        "sources": sources,
        "questions": questions,
        "diagnostics": tuple(diagnostic_from(diagnostic, sources) for diagnostic in diagnostics),
        "trace": tuple(step_from(step, sources, questions) for step in trace),
    }
