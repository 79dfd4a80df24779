"""What a host answers, and how much a check may cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Protocol, TypeAlias

from mailassay import _core
from mailassay._arguments import (
    address_of,
    bytes_of,
    kind,
    member_of,
    name_bytes,
    require_range,
    require_text,
    shown,
)
from mailassay._core import MisuseError
from mailassay._names import AnswerStatus, RecordType
from mailassay._report import Question

if TYPE_CHECKING:
    from mailassay._core import _RecordRow


@dataclass(frozen=True, slots=True)
class TxtRecord:
    """A TXT record: its character-strings, any bytes: TxtRecord((b"v=spf1 ", b"-all")).

    In place of bytes a str may stand; its code points 0-255 are the bytes.
    """

    strings: tuple[bytes, ...]

    def __post_init__(self) -> None:
        given: object = self.strings
        if not isinstance(given, tuple | list):
            hint = '; write TxtRecord((b"...",))' if isinstance(given, str | bytes) else ""
            raise MisuseError(
                f"a TxtRecord takes a tuple of character-strings, not {kind(given)}{hint}"
            )
        object.__setattr__(self, "strings", tuple(map(_character_string, given)))


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """An A or AAAA record; the address is of the family that was asked for.

    A str is read: AddressRecord("192.0.2.1").address == IPv4Address("192.0.2.1").
    """

    address: IPv4Address | IPv6Address

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", address_of(self.address, "the address of a record"))


@dataclass(frozen=True, slots=True)
class MxRecord:
    """An MX record: its preference, 0 to 65535, and the host, with or without a final dot."""

    preference: int
    host: str

    def __post_init__(self) -> None:
        require_range("an MX preference", self.preference, 16)
        name_bytes(self.host, "the host")


@dataclass(frozen=True, slots=True)
class HostRecord:
    """A PTR or NS record: a host name, with or without a final dot."""

    host: str

    def __post_init__(self) -> None:
        name_bytes(self.host, "the host")


DnsRecord: TypeAlias = TxtRecord | AddressRecord | MxRecord | HostRecord

_STATUS = "status of an answer"

_CLASSES: Mapping[RecordType, type[DnsRecord]] = {
    RecordType.A: AddressRecord,
    RecordType.AAAA: AddressRecord,
    RecordType.MX: MxRecord,
    RecordType.NS: HostRecord,
    RecordType.PTR: HostRecord,
    RecordType.TXT: TxtRecord,
}


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """The answer to a dns question, CNAMEs already followed; an unfinished chain is an error.

    records: all of the type asked for; read if status is ok. secure: validated by DNSSEC (the AD
    bit of a resolver that is trusted). canonical_name: the owner after CNAMEs; empty: the name
    asked for.
    """

    status: AnswerStatus = AnswerStatus.OK
    records: tuple[DnsRecord, ...] = ()
    secure: bool = False
    canonical_name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", member_of(AnswerStatus, self.status, _STATUS))
        records: object = self.records
        if not isinstance(records, tuple | list):
            hint = "; write (record,)" if isinstance(records, DnsRecord) else ""
            raise MisuseError(f"records is a tuple of records, not {kind(records)}{hint}")
        for record in records:
            if not isinstance(record, DnsRecord):
                raise MisuseError(
                    f"{shown(record)} is no record; use TxtRecord, AddressRecord, MxRecord or "
                    "HostRecord"
                )
        object.__setattr__(self, "records", tuple(records))
        if not isinstance(self.secure, bool):
            raise MisuseError(f"secure is a bool, not {kind(self.secure)}")
        name_bytes(self.canonical_name, "the canonical name")


@dataclass(frozen=True, slots=True)
class LabelAnswer:
    """The answer to a to_ascii question: the A-label, read if status is ok.

    The core decodes it again (RFC 3492) and refuses it unless it stands for the label asked.
    """

    status: AnswerStatus = AnswerStatus.OK
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", member_of(AnswerStatus, self.status, _STATUS))
        require_text("the label of a LabelAnswer", self.label)


class Resolver(Protocol):
    """What looks names up: all questions of a batch in one call."""

    def resolve(
        self, questions: Sequence[Question], /
    ) -> Mapping[int, DnsAnswer] | Iterable[tuple[int, DnsAnswer]]:
        """Answers dns questions, by their ids, in any order.

        A question left out counts as failed. Faults of the network are answers, not exceptions;
        what is raised here ends the check and reaches its caller.
        """
        ...


_DEFAULTS = _core.default_limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much memory and work a check may cost; sizes are in bytes unless a line says otherwise.

    Reaching one is a verdict: the standard's own error with a limit.* finding and `limited` set,
    never a pass and never an exception.

    pool: everything that the verdict needs. guess_pool: answers to guesses. questions: how many
    one verdict may need (a count, as are the next four). guesses: rows kept for guesses.
    trace_steps, diagnostics, sources: kept in a report. record_bytes: one TXT record. addresses:
    of one name, and hosts of one MX, PTR or NS answer (a count). identity_bytes: MAIL FROM and
    HELO, each. explanation_bytes: RFC 7208 §6.2.
    """

    pool: int = _DEFAULTS["pool"]
    guess_pool: int = _DEFAULTS["guess_pool"]
    questions: int = _DEFAULTS["questions"]
    guesses: int = _DEFAULTS["guesses"]
    trace_steps: int = _DEFAULTS["trace_steps"]
    diagnostics: int = _DEFAULTS["diagnostics"]
    sources: int = _DEFAULTS["sources"]
    record_bytes: int = _DEFAULTS["record_bytes"]
    addresses: int = _DEFAULTS["addresses"]
    identity_bytes: int = _DEFAULTS["identity_bytes"]
    explanation_bytes: int = _DEFAULTS["explanation_bytes"]

    def __post_init__(self) -> None:
        for limit in fields(self):
            require_range(f"Limits.{limit.name}", getattr(self, limit.name), 32)


def record_rows(answer: DnsAnswer, type_: RecordType | None) -> list[_RecordRow]:
    """The records as the core takes them; raises MisuseError for records of another type."""
    wanted = _CLASSES[type_] if type_ else None
    rows: list[_RecordRow] = []
    for record in answer.records:
        if wanted and not isinstance(record, wanted):
            raise MisuseError(
                f"a question for {type_} is answered with {wanted.__name__}, "
                f"not with {type(record).__name__}"
            )
        rows.append(_record_row(record))
    return rows


def _record_row(record: DnsRecord) -> _RecordRow:
    if isinstance(record, TxtRecord):
        return record.strings, b"", 0, b""
    if isinstance(record, AddressRecord):
        return (), b"", 0, record.address.packed
    preference = record.preference if isinstance(record, MxRecord) else 0
    return (), name_bytes(record.host, "the host"), preference, b""


def _character_string(value: object) -> bytes:
    if not isinstance(value, str):
        return bytes_of(value, "a character-string of a TXT record")
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        raise MisuseError(
            f"{shown(value)} has a character that stands for no byte; give bytes, such as "
            "text.encode()"
        ) from None
