"""A resolver over DNS data in memory, for tests and offline use."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from os import PathLike
from pathlib import Path

from mailassay import _core
from mailassay._answers import (
    AddressRecord,
    DnsAnswer,
    DnsRecord,
    HostRecord,
    MxRecord,
    TxtRecord,
)
from mailassay._names import AnswerStatus, QuestionKind, RecordType
from mailassay._report import Question

# A resolver that follows a longer chain of CNAMEs than this gives up.
_MAX_ALIASES = 16

_FAILURES = {
    word: AnswerStatus(word.lower())
    for word in ("SERVFAIL", "TIMEOUT", "REFUSED", "BOGUS", "NXDOMAIN")
}


@dataclass(slots=True)
class _Node:
    failure: AnswerStatus | None = None
    alias: str | None = None
    secure: bool = False
    sets: dict[RecordType, AnswerStatus | tuple[DnsRecord, ...]] = field(default_factory=dict)


class Zone:
    """DNS data: a mapping of names, or a JSON file that holds one.

    Each name maps to an object with lists of records by type, or to a failure (SERVFAIL, TIMEOUT,
    REFUSED, BOGUS, NXDOMAIN); a failure may also stand in place of one type's list:

        {"example.com": {"TXT": ["v=spf1 mx -all"], "MX": [[10, "mx.example.com"]]},
         "mx.example.com": {"A": ["192.0.2.1"], "AAAA": ["2001:db8::1"]},
         "www.example.com": {"CNAME": "example.com"},
         "slow.example.com": "TIMEOUT"}

    A TXT record is a string, or a list of character-strings; code points 0-255 stand for bytes.
    "secure": true marks a name's answers as validated by DNSSEC. Names and look-ups ignore case
    and a final dot. A name that is listed but lacks the type asked for, or that only has listed
    names below it, has no data; any other name does not exist. Types that no check asks for are
    left out. Raises ValueError, naming the place, if the data is not of this form, and OSError if
    the file cannot be read.
    """

    def __init__(self, names: Mapping[str, object] | str | PathLike[str]) -> None:
        if not isinstance(names, Mapping):
            names = _read_file(Path(names))
        self._nodes = {_key(name): _read_node(name, value) for name, value in names.items()}
        # Spelt backwards, the names below one stand right behind it.
        self._order = sorted(key[::-1] for key in self._nodes)

    def resolve(self, questions: Sequence[Question], /) -> dict[int, DnsAnswer]:
        """Answers dns questions, by their ids; questions of other kinds are unsupported."""
        return {
            question.id: self.lookup(question.name, question.type)
            if question.kind is QuestionKind.DNS and question.type
            else DnsAnswer(AnswerStatus.UNSUPPORTED)
            for question in questions
        }

    def lookup(self, name: str, type: RecordType | str) -> DnsAnswer:
        """What this zone says about one name and type, CNAMEs followed."""
        wanted = RecordType(type)
        canonical = ""
        secure = True
        for _ in range(_MAX_ALIASES + 1):
            key = _key(canonical or name)
            node = self._nodes.get(key)
            if node is None:
                exists = self._has_names_below(key)
                status = AnswerStatus.OK if exists else AnswerStatus.NXDOMAIN
                return DnsAnswer(status, canonical_name=canonical)
            secure = secure and node.secure
            if node.failure is None and node.alias is not None and wanted not in node.sets:
                canonical = node.alias
                continue
            return _answer(node, wanted, secure, canonical)
        return DnsAnswer(AnswerStatus.ERROR, canonical_name=canonical)

    def _has_names_below(self, key: bytes) -> bool:
        prefix = key[::-1] + b"." if key else b""
        at = bisect_left(self._order, prefix)
        return at < len(self._order) and self._order[at].startswith(prefix)


def _answer(node: _Node, wanted: RecordType, secure: bool, canonical: str) -> DnsAnswer:
    found = node.failure or node.sets.get(wanted, ())
    if not isinstance(found, AnswerStatus):
        return DnsAnswer(AnswerStatus.OK, found, secure, canonical)
    return DnsAnswer(found, (), secure and found is AnswerStatus.NXDOMAIN, canonical)


# ---- Reading ----


def _key(name: str) -> bytes:
    """Lower case (ASCII only), without the final dot."""
    return _bytes(name).removesuffix(b".").lower()


def _read_file(path: Path) -> Mapping[str, object]:
    if path.suffix != ".json":
        raise ValueError(f"{path}: a zone file is a .json file")
    try:
        return _object(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:  # json.JSONDecodeError and UnicodeDecodeError are such
        raise ValueError(f"{path}: {error}") from None


def _read_node(name: str, value: object) -> _Node:
    node = _Node()
    place = name
    try:
        if isinstance(value, str):
            node.failure = _failure(value)
            return node
        for word, member in _object(value).items():
            place = f"{name} {word}"
            _read_member(node, word, member)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
    return node


def _read_member(node: _Node, word: str, value: object) -> None:
    if word == "secure":
        if not isinstance(value, bool):
            raise ValueError("true or false is wanted here")
        node.secure = value
    elif word == "CNAME":
        node.alias = _host(value)
    elif word in _READERS:
        type_ = RecordType(word)
        if isinstance(value, str):
            node.sets[type_] = _failure(value)
        else:
            node.sets[type_] = tuple(_READERS[type_](record) for record in _list(value))
    elif not all("A" <= c <= "Z" or "0" <= c <= "9" or c == "-" for c in word) or not word:
        # A type in lower case would be left out silently, and its owner would search for long.
        raise ValueError("this is no record type; types are in capital letters")


def _failure(word: str) -> AnswerStatus:
    if word not in _FAILURES:
        raise ValueError(f"{word!r} is no failure; write one of {', '.join(_FAILURES)}")
    return _FAILURES[word]


def _txt(value: object) -> TxtRecord:
    strings = [value] if isinstance(value, str) else _list(value)
    return TxtRecord(tuple(_bytes(string) for string in strings))


def _address(value: object, version: int) -> AddressRecord:
    packed = _core.parse_address(_text(value).encode("utf-8", "replace"))
    address = ip_address(packed) if packed else None
    if address is None or address.version != version:
        raise ValueError(f"{value!r} is no IPv{version} address")
    return AddressRecord(address)


def _mx(value: object) -> MxRecord:
    pair = _list(value)
    if len(pair) != 2 or not isinstance(pair[0], int):
        raise ValueError('an MX record is [preference, "host"]')
    if not 0 <= pair[0] <= 0xFFFF:
        raise ValueError("an MX preference lies between 0 and 65535")
    return MxRecord(pair[0], _host(pair[1]))


def _host(value: object) -> str:
    return _bytes(value).decode("latin-1")


_READERS: dict[str, Callable[[object], DnsRecord]] = {
    RecordType.A: lambda value: _address(value, 4),
    RecordType.AAAA: lambda value: _address(value, 6),
    RecordType.MX: _mx,
    RecordType.NS: lambda value: HostRecord(_host(value)),
    RecordType.PTR: lambda value: HostRecord(_host(value)),
    RecordType.TXT: _txt,
}


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError("an object is wanted here")
    return value


def _list(value: object) -> Sequence[object]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise ValueError("a list is wanted here")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a string is wanted here")
    return value


def _bytes(value: object) -> bytes:
    """Code points 0-255 stand for bytes."""
    try:
        return _text(value).encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(f"{value!r} has a character that stands for no byte") from None
