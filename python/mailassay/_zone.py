"""A resolver over DNS data in memory, for tests and offline use."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address
from itertools import islice
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
from mailassay._arguments import kind, member_of, require_text, shown
from mailassay._core import MisuseError
from mailassay._names import AnswerStatus, QuestionKind, RecordType
from mailassay._report import Question

# A resolver that follows a longer chain of CNAMEs than this gives up.
_MAX_ALIASES = 16

_REPR_NAMES = 3

_FAILURES = {
    word: AnswerStatus(word.lower())
    for word in ("SERVFAIL", "TIMEOUT", "REFUSED", "BOGUS", "NXDOMAIN")
}

# Types that no check asks for and that a zone may hold all the same.
_OTHER_TYPES = frozenset(
    (  # noqa: SIM905, a line for each would hide the rest of this file
        "A6 AFSDB ANY APL AVC CAA CDNSKEY CDS CERT CSYNC DHCID DLV DNAME DNSKEY DS EID EUI48 "
        "EUI64 GPOS HINFO HIP HTTPS IPSECKEY ISDN KEY KX L32 L64 LOC LP MB MD MF MG MINFO MR "
        "NAPTR NID NIMLOC NINFO NSAP NSAP-PTR NSEC NSEC3 NSEC3PARAM NULL NXT OPENPGPKEY OPT PX "
        "RESINFO RKEY RP RRSIG RT SIG SINK SMIMEA SOA SPF SRV SSHFP SVCB TA TALINK TKEY TLSA "
        "TSIG UINFO URI WALLET WKS X25 ZONEMD"
    ).split()
)

# How each member of a name is written, for errors.
_FORMS = {
    RecordType.A: '"A": ["192.0.2.1"]',
    RecordType.AAAA: '"AAAA": ["2001:db8::1"]',
    RecordType.MX: '"MX": [[10, "mx.example.com"]]',
    RecordType.NS: '"NS": ["ns.example.com"]',
    RecordType.PTR: '"PTR": ["host.example.com"]',
    RecordType.TXT: '"TXT": ["v=spf1 -all"]',
    "CNAME": '"CNAME": "example.com"',
    "secure": '"secure": true',
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
    names below it, has no data; any other name does not exist. No name may stand twice. Other types
    of the DNS (SPF, which is type 99, TLSA, CAA, SOA, SRV and so on) may stand in a zone and are
    left out, since no check asks for them; what looks like a misspelt type is refused. Raises
    MisuseError, a ValueError, naming the place, if the data is not of this form, and OSError if the
    file cannot be read.
    """

    def __init__(self, names: Mapping[str, object] | str | PathLike[str]) -> None:
        if isinstance(names, str | PathLike):
            names = _read_file(names)
        elif not isinstance(names, Mapping):
            raise MisuseError(
                "a Zone is made of a mapping of names or the path of a .json file, "
                f"not of {kind(names)}"
            )
        self._nodes: dict[bytes, _Node] = {}
        for name, value in names.items():
            key = _key(name)
            if key in self._nodes:
                raise MisuseError(
                    f"{name}: this name stands twice (case and a final dot are equal)"
                )
            self._nodes[key] = _read_node(name, value)
        # Spelt backwards, the names below one stand right behind it.
        self._order = sorted(key[::-1] for key in self._nodes)

    def __repr__(self) -> str:
        names = [shown(key.decode("latin-1")) for key in islice(self._nodes, _REPR_NAMES)]
        more = ["…"] if len(self._nodes) > _REPR_NAMES else []
        count = f"{len(self._nodes)} name{'' if len(self._nodes) == 1 else 's'}"
        return f"<mailassay.Zone of {count}{': ' if names else ''}{', '.join(names + more)}>"

    def resolve(self, questions: Sequence[Question], /) -> dict[int, DnsAnswer]:
        """Answers dns questions, by their ids; questions of other kinds are unsupported."""
        return {
            question.id: self.lookup(question.name, question.type)
            if question.kind is QuestionKind.DNS and question.type
            else DnsAnswer(AnswerStatus.UNSUPPORTED)
            for question in _questions(questions)
        }

    def lookup(self, name: str, type: RecordType | str) -> DnsAnswer:
        """What this zone says about one name and type, CNAMEs followed."""
        wanted = member_of(RecordType, type, "type of a look-up")
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


def _questions(given: object) -> Iterator[Question]:
    if not isinstance(given, Iterable):
        raise MisuseError(f"resolve() takes the questions of a check, not {kind(given)}")
    for question in given:
        if not isinstance(question, Question):
            raise MisuseError(f"resolve() takes Question objects, not {kind(question)}")
        yield question


def _key(name: object) -> bytes:
    """Lower case (ASCII only), without the final dot."""
    return _bytes(require_text("a name of a zone", name)).removesuffix(b".").lower()


def _read_file(file: str | PathLike[str]) -> Mapping[str, object]:
    path = Path(file)
    if path.suffix != ".json":
        raise MisuseError(f"{path}: a zone file is a .json file")
    try:
        return _object(json.loads(path.read_text("utf-8"), object_pairs_hook=_unique_members))
    except RecursionError:
        raise MisuseError(f"{path}: this is nested too deeply for a zone") from None
    except ValueError as error:  # json.JSONDecodeError and UnicodeDecodeError are such
        raise MisuseError(f"{path}: {error}") from None


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON; without this, the last of two equal names would win silently."""
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise MisuseError(f"{shown(name)} stands twice in one object")
        members[name] = value
    return members


def _read_node(name: str, value: object) -> _Node:
    node = _Node()
    place = name
    try:
        if isinstance(value, str):
            node.failure = _failure(value, f"{{{_FORMS[RecordType.TXT]}}}")
            return node
        for word, member in _object(value).items():
            place = f"{name} {word if isinstance(word, str) else shown(word)}"
            _read_member(node, word, member)
    except MisuseError as error:
        raise MisuseError(f"{place}: {error}") from None
    return node


def _read_member(node: _Node, word: object, value: object) -> None:
    if not isinstance(word, str) or word not in _FORMS:
        _require_other_type(word)
        return
    form = _FORMS[word]
    if isinstance(value, str) and word in _READERS:
        node.sets[RecordType(word)] = _failure(value, form)
        return
    try:
        if word == "secure":
            if not isinstance(value, bool):
                raise MisuseError("true or false is wanted here")
            node.secure = value
        elif word == "CNAME":
            node.alias = _host(value)
        else:
            read = _READERS[word]
            node.sets[RecordType(word)] = tuple(read(record) for record in _list(value))
    except MisuseError as error:
        raise MisuseError(f"{error}; the form is {form}") from None


def _require_other_type(word: object) -> None:
    """Passes over types that no check asks for; a misspelt one would be searched for long."""
    if not isinstance(word, str):
        raise MisuseError(f"a record type is a str, not {kind(word)}")
    if word in _OTHER_TYPES or re.fullmatch(r"TYPE[0-9]{1,5}", word):
        return
    known = {str(name).upper(): str(name) for name in _FORMS}
    capitals = word.upper()[:20]
    meant = [capitals] if capitals in _OTHER_TYPES else get_close_matches(capitals, known, 1)
    if meant:
        raise MisuseError(
            f'this is no record type; did you mean "{known.get(meant[0], meant[0])}"?'
        )
    if not re.fullmatch(r"[A-Z0-9-]+", word):
        raise MisuseError("this is no record type; types are in capital letters")


def _failure(word: str, form: str) -> AnswerStatus:
    if word not in _FAILURES:
        raise MisuseError(
            f"{shown(word)} is no failure ({', '.join(_FAILURES)}); records stand in a list: {form}"
        )
    return _FAILURES[word]


def _txt(value: object) -> TxtRecord:
    strings = [value] if isinstance(value, str) else _list(value)
    return TxtRecord(tuple(_bytes(string) for string in strings))


def _address(value: object, version: int) -> AddressRecord:
    packed = _core.parse_address(_text(value).encode("utf-8", "replace"))
    address = ip_address(packed) if packed else None
    if address is None or address.version != version:
        raise MisuseError(f"{shown(value)} is no IPv{version} address")
    return AddressRecord(address)


def _mx(value: object) -> MxRecord:
    pair = value if isinstance(value, Sequence) else ()
    if isinstance(value, str) or len(pair) != 2 or type(pair[0]) is not int:
        raise MisuseError('an MX record is [preference, "host"]')
    if not 0 <= pair[0] <= 0xFFFF:
        raise MisuseError("an MX preference lies between 0 and 65535")
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
        raise MisuseError(
            f"an object is wanted here, such as {{{_FORMS[RecordType.TXT]}}}, not {kind(value)}"
        )
    return value


def _list(value: object) -> Sequence[object]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise MisuseError(f"a list is wanted here, not {kind(value)}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise MisuseError(f"a string is wanted here, not {kind(value)}")
    return value


def _bytes(value: object) -> bytes:
    """Code points 0-255 stand for bytes."""
    try:
        return _text(value).encode("latin-1")
    except UnicodeEncodeError:
        raise MisuseError(f"{shown(value)} has a character that stands for no byte") from None
