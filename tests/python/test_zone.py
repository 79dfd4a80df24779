"""Zone: DNS data in memory."""

from __future__ import annotations

import json
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from mailassay import (
    AddressRecord,
    AnswerStatus,
    DnsAnswer,
    HostRecord,
    MisuseError,
    MxRecord,
    Question,
    QuestionKind,
    RecordType,
    TxtRecord,
    Zone,
)

NAMES = {
    "example.com": {
        "TXT": ["one", ["t", "wo\xff"]],
        "MX": [[10, "mx.example.com"]],
        "TLSA": [[3, 1, 1, "00"]],
    },
    "mx.example.com": {"A": ["192.0.2.1"], "AAAA": ["2001:db8::1"], "PTR": ["p.example.com"]},
    "www.example.com": {"CNAME": "Example.COM."},
    "a.deep.example.com": {"NS": ["ns.example.com"]},
    "slow.example.com": "TIMEOUT",
    "half.example.com": {"TXT": "SERVFAIL", "A": ["192.0.2.7"]},
    "safe.example.com": {"A": ["192.0.2.8"], "secure": True},
    "chain.example.com": {"CNAME": "safe.example.com", "secure": True},
    "loose.example.com": {"CNAME": "safe.example.com"},
    "ring.example.com": {"CNAME": "ring.example.com"},
    "gone.example.com": {"CNAME": "nowhere.example.com"},
    "mixed.example.com": {"CNAME": "example.com", "A": ["192.0.2.9"]},
}
ZONE = Zone(NAMES)
NODATA = DnsAnswer()


def a(address: str) -> AddressRecord:
    return AddressRecord(ip_address(address))


@pytest.mark.parametrize(
    ("name", "type_", "answer"),
    [
        (
            "example.com",
            "TXT",
            DnsAnswer(records=(TxtRecord((b"one",)), TxtRecord((b"t", b"wo\xff")))),
        ),
        ("EXAMPLE.com.", "MX", DnsAnswer(records=(MxRecord(10, "mx.example.com"),))),
        ("mx.example.com", "A", DnsAnswer(records=(a("192.0.2.1"),))),
        ("mx.example.com", "AAAA", DnsAnswer(records=(a("2001:db8::1"),))),
        ("mx.example.com", "PTR", DnsAnswer(records=(HostRecord("p.example.com"),))),
        ("a.deep.example.com", "NS", DnsAnswer(records=(HostRecord("ns.example.com"),))),
        ("example.com", "A", NODATA),
        ("deep.example.com", "A", NODATA),
        ("com", "A", NODATA),
        ("eep.example.com", "A", DnsAnswer(AnswerStatus.NXDOMAIN)),
        ("none.example.com", "A", DnsAnswer(AnswerStatus.NXDOMAIN)),
        ("slow.example.com", "A", DnsAnswer(AnswerStatus.TIMEOUT)),
        ("half.example.com", "TXT", DnsAnswer(AnswerStatus.SERVFAIL)),
        ("half.example.com", "A", DnsAnswer(records=(a("192.0.2.7"),))),
        ("safe.example.com", "A", DnsAnswer(records=(a("192.0.2.8"),), secure=True)),
        ("safe.example.com", "MX", DnsAnswer(secure=True)),
        ("mixed.example.com", "A", DnsAnswer(records=(a("192.0.2.9"),))),
    ],
)
def test_a_look_up_answers_as_the_format_says(name: str, type_: str, answer: DnsAnswer) -> None:
    assert ZONE.lookup(name, type_) == answer


def test_aliases_are_followed_and_named() -> None:
    assert ZONE.lookup("www.example.com", "MX").canonical_name == "Example.COM."
    assert len(ZONE.lookup("www.example.com", RecordType.TXT).records) == 2
    assert ZONE.lookup("mixed.example.com", "MX").canonical_name == "example.com"


def test_an_alias_is_secure_only_if_every_name_is() -> None:
    assert ZONE.lookup("chain.example.com", "A").secure
    assert not ZONE.lookup("loose.example.com", "A").secure


def test_an_alias_to_nowhere_does_not_exist_and_a_ring_is_an_error() -> None:
    assert ZONE.lookup("gone.example.com", "A").status is AnswerStatus.NXDOMAIN
    assert ZONE.lookup("ring.example.com", "A").status is AnswerStatus.ERROR


def test_questions_are_answered_by_their_ids() -> None:
    questions = (
        Question(4, QuestionKind.DNS, RecordType.A, "safe.example.com", True, False),
        Question(7, QuestionKind.TO_ASCII, None, "bücher", True, False),
    )
    answers = ZONE.resolve(questions)
    assert list(answers) == [4, 7]
    assert answers[4].secure
    assert answers[7].status is AnswerStatus.UNSUPPORTED


def test_a_zone_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "zone.json"
    path.write_text(json.dumps(NAMES), encoding="utf-8")
    for given in (path, str(path)):
        assert Zone(given).lookup("mx.example.com", "A") == ZONE.lookup("mx.example.com", "A")


@pytest.mark.parametrize(
    ("names", "place"),
    [
        ({"x.example": "SLOW"}, "x.example: 'SLOW' is no failure"),
        ({"x.example": 3}, "x.example: an object"),
        ({"x.example": {"A": "192.0.2.1"}}, "x.example A: '192.0.2.1' is no failure"),
        ({"x.example": {"A": ["2001:db8::1"]}}, "x.example A: .* is no IPv4 address"),
        ({"x.example": {"AAAA": ["fe80::1%eth0"]}}, "x.example AAAA: .* is no IPv6 address"),
        ({"x.example": {"MX": ["mx.example.com"]}}, "x.example MX: an MX record is"),
        ({"x.example": {"MX": [["a", "b"]]}}, "x.example MX: an MX record is"),
        ({"x.example": {"MX": [[65536, "b"]]}}, "x.example MX: an MX preference"),
        ({"x.example": {"TXT": [7]}}, "x.example TXT: a list"),
        ({"x.example": {"TXT": ["\u2026"]}}, "x.example TXT: .* stands for no byte"),
        ({"x.example": {"txt": ["x"]}}, "x.example txt: this is no record type"),
        ({"x.example": {"secure": 1}}, "x.example secure: true or false"),
        ({"b\u0151.example": {}}, "stands for no byte"),
    ],
)
def test_what_is_no_zone_is_refused_with_its_place(names: dict[str, object], place: str) -> None:
    with pytest.raises(ValueError, match=place):
        Zone(names)


def test_a_file_that_is_no_zone_is_refused_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "zone.json"
    path.write_text("[", encoding="utf-8")
    with pytest.raises(ValueError, match=r"zone\.json: Expecting value"):
        Zone(path)
    with pytest.raises(ValueError, match=r"a zone file is a \.json file"):
        Zone(tmp_path / "zone.txt")
    with pytest.raises(FileNotFoundError):
        Zone(tmp_path / "missing.json")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            {"x.example": {"TXT": "v=spf1 -all"}},
            r"x.example TXT: 'v=spf1 -all' is no failure .*: \"TXT\": \[\"v=spf1 -all\"\]",
        ),
        ({"x.example": {"MX": "mx.x.de"}}, r'MX: .* in a list: "MX": \[\[10, "mx.example.com"\]\]'),
        ({"x.example": {"MX": ["mx.x.de"]}}, r'the form is "MX": \[\[10, "mx.example.com"\]\]'),
        ({"x.example": {"MX": [10, "mx.x.de"]}}, r'the form is "MX": \[\[10, "mx.example.com"\]\]'),
        ({"x.example": {"MX": [[True, "mx.x.de"]]}}, "an MX record is"),
        ({"x.example": {"A": None}}, r'a list is wanted here, not None; the form is "A": \["192'),
        ({"x.example": {"A": [7]}}, r'a string is wanted here, not int; the form is "A": \["192'),
        ({"x.example": {"CNAME": ["y.example"]}}, 'not list; the form is "CNAME": "example.com"'),
        ({"x.example": "v=spf1 -all"}, r"x.example: .*: \{\"TXT\": \[\"v=spf1 -all\"\]\}"),
        ({"x.example": ["v=spf1 -all"]}, r"x.example: an object .*\{\"TXT\": .*not list"),
        ({"x.example": {"TXTT": []}}, 'x.example TXTT: .* did you mean "TXT"'),
        ({"x.example": {"txt": []}}, 'x.example txt: .* did you mean "TXT"'),
        ({"x.example": {"aaaa": []}}, 'did you mean "AAAA"'),
        ({"x.example": {"CNAM": "y"}}, 'did you mean "CNAME"'),
        ({"x.example": {"Secure": True}}, 'did you mean "secure"'),
        ({"x.example": {"caa": []}}, 'did you mean "CAA"'),
        ({"x.example": {"what": []}}, "capital letters"),
        ({"x.example": {5: []}}, "a record type is a str, not int"),
        ({"x.example": {10**5000: []}}, "a record type is a str, not int"),
        ({5: {}}, "a name of a zone is a str, not int"),
        ({"x.example": {}, "X.example.": {}}, "X.example.: this name stands twice"),
        (5, "not of int"),
        (None, "not of None"),
        (b"zone.json", "not of bytes"),
    ],
)
def test_slips_are_refused_with_the_right_form(names: Any, message: str) -> None:
    with pytest.raises(MisuseError, match=message):
        Zone(names)


def test_types_that_no_check_asks_for_are_left_out() -> None:
    others = {word: ["x"] for word in ("SPF", "TLSA", "CAA", "SOA", "SRV", "DNAME", "TYPE65280")}
    zone = Zone({"x.example": {**others, "FUTURE": ["x"]}})
    assert zone.lookup("x.example", "TXT") == NODATA


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"x.example": {}, "y.example": {}, "x.example": {}}', r"json: 'x.example' stands twice"),
        ('{"x.example": {"TXT": ["a"], "TXT": ["b"]}}', "json: 'TXT' stands twice"),
        ('{"x.example": {}, "X.example": {}}', "X.example: this name stands twice"),
        ("[" * 100_000, "json: this is nested too deeply"),
        ("1" * 10_000, "json: "),
        ("[]", "json: an object is wanted"),
    ],
)
def test_files_with_slips_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "zone.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MisuseError, match=message):
        Zone(path)


def test_wrong_look_ups_are_misuse() -> None:
    for type_ in ("txt", "CAA", "", None, 16):
        with pytest.raises(MisuseError, match="type of a look-up; use one of A, AAAA, MX, NS, PTR"):
            ZONE.lookup("x", type_)  # type: ignore[arg-type]
    for name in (None, b"x", "\u2026"):
        with pytest.raises(MisuseError, match=r"a name of a zone is a str|stands for no byte"):
            ZONE.lookup(name, "TXT")  # type: ignore[arg-type]
    questions: Any
    for questions in (None, 5, ["x"], "x"):
        with pytest.raises(MisuseError, match=r"resolve\(\) takes"):
            ZONE.resolve(questions)


def test_a_zone_has_a_short_repr() -> None:
    assert repr(Zone({})) == "<mailassay.Zone of 0 names>"
    assert repr(Zone({"x.\x1b": {}})) == r"<mailassay.Zone of 1 name: 'x.\x1b'>"
    assert repr(ZONE) == (
        "<mailassay.Zone of 12 names: 'example.com', 'mx.example.com', 'www.example.com', …>"
    )
