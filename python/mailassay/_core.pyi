"""The C++ core, without any comfort; use the package mailassay."""

from typing import TypeAlias

__version__: str

class MisuseError(ValueError):
    """The API was used wrongly; the text says how."""

# Rows are tuples in the order that these names give. Text from outside holds code points 0-255.
# placeholder, value
_Argument: TypeAlias = tuple[str, str | int]
# kind, owner, type, text, string_ends
_SourceRow: TypeAlias = tuple[str, str, str | None, str, tuple[int, ...]]
# code, name, severity, source, begin, end, arguments
_DiagnosticRow: TypeAlias = tuple[int, str, str, int, int, int, tuple[_Argument, ...]]
# depth, kind, source, begin, end, target, question, outcome, lookups, voids
_StepRow: TypeAlias = tuple[int, str, int, int, int, str, int, str, int, int]
# id, kind, type, name, needed, answered
_QuestionRow: TypeAlias = tuple[int, str, str | None, str, bool, bool]
# cause, decided_by, limited, trace_cut, sources, questions, diagnostics, trace
_ReportRow: TypeAlias = tuple[
    int, int, bool, bool, list[_SourceRow], list[_QuestionRow], list[_DiagnosticRow], list[_StepRow]
]
# verdict, identity, domain, local_part, client (packed), helo, receiver, explanation, lookups,
# void_lookups, received_spf, report
_SpfRow: TypeAlias = tuple[str, str, str, str, bytes, str, str, str, int, int, str, _ReportRow]
# kind, begin, end, qualifier, name, value, prefix4, prefix6, network (packed), has_macro,
# canonical, error
_TermRow: TypeAlias = tuple[
    str, int, int, str, str, str, int, int, bytes | None, bool, str, _DiagnosticRow | None
]
# character-strings, host, preference, address (packed)
_RecordRow: TypeAlias = tuple[tuple[bytes, ...], bytes, int, bytes]

def enum_names() -> dict[str, tuple[str, ...]]: ...
def default_limits() -> dict[str, int]: ...
def parse_address(text: bytes) -> bytes | None: ...
def render(code: int, arguments: tuple[tuple[str, bytes | int], ...], language: str) -> str: ...
def escape_text(text: bytes) -> str: ...
def parse_spf(record: bytes) -> tuple[_DiagnosticRow | None, list[_TermRow]]: ...
def spf_record_json(record: bytes) -> str: ...
def spf_check(
    client: bytes,
    mail_from: bytes,
    helo: bytes,
    receiver: bytes,
    now: int,
    void_lookups: int,
    guesses: int,
    limits: dict[str, int],
) -> SpfCheck: ...

class SpfCheck:
    def __init__(self, *args: object, **kwargs: object) -> None: ...  # raises; see spf_check()
    def poll(self) -> bool: ...
    def new_questions(self) -> list[_QuestionRow]: ...
    def questions(self) -> list[_QuestionRow]: ...
    def answer_dns(
        self, id: int, status: str, secure: bool, canonical_name: bytes, records: list[_RecordRow]
    ) -> None: ...
    def answer_label(self, id: int, status: str, label: bytes) -> None: ...
    def fail_open(self, status: str) -> None: ...
    def scratch_used(self) -> int: ...
    def result(self) -> _SpfRow: ...
    def json(self) -> str: ...
