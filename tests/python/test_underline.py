"""Diagnostic.underline(): the source, and a mark under the part that is meant."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailassay import Diagnostic, Severity, Source, SourceKind, Zone, check_spf, parse_spf


def shown(data: bytes, begin: int, end: int) -> list[str]:
    source = Source(0, SourceKind.RECORD, "example.com", None, data.decode("latin-1"))
    found = Diagnostic(1101, "x", Severity.ERROR, source, begin, end, ()).underline().split("\n")
    assert len(found) == 2
    return found


def columns(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(c) in {"W", "F"} for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in {"Mn", "Me"} for c in text)


def test_a_record_is_marked() -> None:
    (finding,) = parse_spf("v=spf1 inlcude:example.net -all").diagnostics
    assert finding.underline() == "v=spf1 inlcude:example.net -all\n       ^~~~~~~"


def test_a_record_of_a_check_is_marked() -> None:
    zone = Zone({"example.com": {"TXT": ["v=spf1 inlcude:x -all"]}})
    cause = check_spf("192.0.2.1", "a@example.com", resolver=zone).cause
    assert cause is not None
    assert cause.underline() == "v=spf1 inlcude:x -all\n       ^~~~~~~"


@pytest.mark.parametrize(
    ("data", "begin", "end", "line", "mark"),
    [
        ("ä bc".encode(), 3, 5, "ä bc", "  ^~"),
        ("漢 b 漢".encode(), 4, 5, "漢 b 漢", "   ^"),
        ("漢 b 漢".encode(), 0, 3, "漢 b 漢", "^~"),
        (b"e\xcc\x81 b", 4, 5, "e\u0301 b", "  ^"),
        (b"\x1b[2J b", 5, 6, r"\u{001B}[2J b", " " * 12 + "^"),
        (b"\xff\xfe b", 0, 1, r"\xFF\xFE b", "^~~~"),
        ("\u202eb".encode(), 3, 4, r"\u{202E}b", " " * 8 + "^"),
        (b"a\nb", 1, 2, r"a\u{000A}b", " ^~~~~~~~"),
        (b"\xe4\xb8b", 2, 3, r"\xE4\xB8b", " " * 8 + "^"),
        (b"\x80\x81b", 0, 1, r"\x80\x81b", "^~~~"),
        (b"ab", 2, 2, "ab", "  ^"),
        (b"ab", 1, 1, "ab", " ^"),
        (b"", 0, 0, "", "^"),
        (b"ab", 5, 9, "ab", "  ^"),
    ],
)
def test_the_mark_stands_below_its_part(
    data: bytes, begin: int, end: int, line: str, mark: str
) -> None:
    assert shown(data, begin, end) == [line, mark]


def test_without_a_source_nothing_is_shown() -> None:
    assert Diagnostic(1101, "x", Severity.ERROR, None, 0, 0, ()).underline() == ""


def test_a_long_text_is_shown_around_the_mark() -> None:
    data = b"a" * 5000 + b"BCD" + b"e" * 5000
    line, mark = shown(data, 5000, 5003)
    assert (line[0], line[-1], len(line)) == ("…", "…", 100)
    assert line[mark.index("^") : len(mark)] == "BCD"
    assert shown(b"B" + b"a" * 200, 0, 1) == ["B" + "a" * 97 + "…", "^"]
    assert shown(b"a" * 200, 200, 200) == ["…" + "a" * 97, " " * 98 + "^"]
    line, mark = shown(b"x" * 200, 10, 200)
    assert (columns(line), len(mark)) == (99, 98)


def test_a_full_line_is_not_cut() -> None:
    assert shown(b"a" * 100, 99, 100) == ["a" * 100, " " * 99 + "^"]
    assert len(shown(b"a" * 100, 100, 100)[1]) <= 100


def test_many_findings_in_a_large_record_are_fast() -> None:
    record = parse_spf(b"v=spf1" + b" !" * 20_000)
    for finding in record.diagnostics:
        assert finding.underline().endswith("^")


@given(st.one_of(st.binary(max_size=600), st.text(max_size=300).map(str.encode)), st.data())
def test_any_text_stays_on_its_line_and_harmless(data: bytes, draw: st.DataObject) -> None:
    begin = draw.draw(st.integers(0, len(data)))
    line, mark = shown(data, begin, draw.draw(st.integers(begin, len(data))))
    assert columns(line) <= 100
    assert len(mark) <= 100
    assert mark.strip(" ~") == "^"
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in line)
