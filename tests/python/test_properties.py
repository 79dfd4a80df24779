"""Properties of all inputs: nothing raises, spans lie inside, guesses change no verdict."""

from __future__ import annotations

import json
import unicodedata
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from mailassay import (
    Diagnostic,
    Report,
    SpfCheck,
    SpfResult,
    Step,
    Zone,
    _core,
    drive,
    parse_spf,
)

WORDS = [
    "a",
    "mx",
    "ptr",
    "all",
    "include",
    "exists",
    "redirect",
    "exp",
    "ip4",
    "ip6",
    "v=spf1",
    "b.example.com",
    "192.0.2.1",
    "/24",
]
TERMS = st.sampled_from(
    [*WORDS, *":/=-~?+%", "%{i}", "%{d2r}", "%{", "//", "::1", "\xe4", "\u2026", "\0"]
)
RECORDS = st.lists(st.one_of(TERMS, st.just(" ")), max_size=30).map("".join)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)  # surrogates too
NAMES = ("example.com", "b.example.com", "c.example.com", "h.example.com")
GOOD_TERMS = st.builds(
    "{}{}".format,
    st.sampled_from(["", "-", "~", "?"]),
    st.sampled_from(
        [f"{word}:{name}" for word in ("a", "mx", "include", "exists", "ptr") for name in NAMES]
        + ["mx", "a", "ptr", "all", "ip4:192.0.2.0/28", "ip6:2001:db8::/126", "exists:%{i}.x.y"]
    ),
)
MODIFIERS = st.sampled_from(
    ["", "", " redirect=c.example.com", " exp=h.example.com", " inlcude:x", " x=%{l}"]
)
SPF = st.builds(
    lambda terms, modifier: " ".join(["v=spf1", *terms]) + modifier,
    st.lists(GOOD_TERMS, max_size=6),
    MODIFIERS,
)
NODES = st.one_of(
    st.just("TIMEOUT"),
    st.just("SERVFAIL"),
    st.fixed_dictionaries(
        {"TXT": st.lists(SPF, max_size=2)},
        optional={
            "A": st.just(["192.0.2.3", "192.0.2.77"]),
            "AAAA": st.just(["2001:db8::2"]),
            "MX": st.lists(st.tuples(st.just(5), st.sampled_from(NAMES)), max_size=3),
        },
    ),
)
ZONES = st.dictionaries(st.sampled_from(NAMES), NODES, min_size=1)
CLIENTS = st.one_of(
    st.builds("192.0.2.{}".format, st.integers(0, 20)),
    st.builds("2001:db8::{}".format, st.integers(1, 9)),
)
EMBEDDINGS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def assert_spans_inside(report: Report) -> None:
    parts: list[Diagnostic | Step] = [*report.diagnostics, *report.trace]
    for part in parts:
        if part.source is None:
            assert (part.begin, part.end) == (0, 0)
        else:
            assert 0 <= part.begin <= part.end <= len(part.source.text)
            assert report.sources[part.source.id] is part.source


def assert_harmless(diagnostic: Diagnostic) -> None:
    """Nothing in a message moves the cursor, turns the direction of writing or breaks a line."""
    for text in (diagnostic.text("en"), diagnostic.text("de")):
        assert text
        assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text)
        assert not any(unicodedata.bidirectional(c) in EMBEDDINGS for c in text)


def checked(client: str, names: dict[str, object], guesses: int) -> tuple[SpfCheck, SpfResult]:
    check = SpfCheck(client, "a@example.com", helo="h.example.com", now=0, guesses=guesses)
    drive(check, Zone(names))
    return check, check.result()


@given(st.one_of(RECORDS, ANY_TEXT, RECORDS.map("v=spf1 {}".format)))
def test_any_record_is_read_and_spans_lie_inside(text: str) -> None:
    record = parse_spf(text)
    end = 0
    for term in record.terms:
        assert end <= term.begin < term.end <= len(record.text)
        assert term.text == record.text[term.begin : term.end]
        end = term.end
    for diagnostic in record.diagnostics:
        assert 0 <= diagnostic.begin <= diagnostic.end <= len(record.text)
        assert_harmless(diagnostic)
    assert record.valid == (not record.diagnostics) == (record.error_span is None)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_the_core_reads_them(data: bytes) -> None:
    for record in (data, b"v=spf1 " + data):
        assert parse_spf(record).to_dict() == json.loads(_core.spf_record_json(record))


@given(RECORDS)
def test_the_canonical_text_of_a_valid_record_is_a_fixed_point(text: str) -> None:
    record = parse_spf("v=spf1 " + text)
    if record.valid:
        canonical = [term.canonical for term in record.terms]
        again = parse_spf(" ".join(["v=spf1", *canonical]).encode("latin-1"))
        assert again.valid
        assert [term.canonical for term in again.terms] == canonical


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_identity_has_a_verdict(mail_from: str, helo: str, receiver: str) -> None:
    check = SpfCheck("192.0.2.1", mail_from, helo=helo, receiver=receiver, now=0)
    drive(check, Zone({}))
    result = check.result()
    assert result.verdict in {"none", "temperror", "permerror"}
    assert result.received_spf.isascii()
    assert result.to_dict() == json.loads(check._core.json())


@given(CLIENTS, ZONES)
def test_a_result_is_what_the_core_writes(client: str, names: dict[str, object]) -> None:
    check, result = checked(client, names, guesses=20)
    assert result.to_dict() == json.loads(check._core.json())
    assert_spans_inside(result)
    for diagnostic in result.diagnostics:
        assert_harmless(diagnostic)


@given(CLIENTS, ZONES, st.integers(0, 40))
def test_guesses_change_no_verdict(client: str, names: dict[str, object], guesses: int) -> None:
    _, alone = checked(client, names, guesses=0)
    _, guessing = checked(client, names, guesses)
    assert (alone.verdict, alone.lookups, alone.void_lookups) == (
        guessing.verdict,
        guessing.lookups,
        guessing.void_lookups,
    )
    asked = {(question.type, question.name) for question in guessing.questions}
    assert {(question.type, question.name) for question in alone.questions} <= asked
    assert len(asked) <= len(alone.questions) + guesses


@given(st.binary(min_size=16, max_size=16))
def test_an_ipv6_client_is_written_as_the_core_writes_it(packed: bytes) -> None:
    check = SpfCheck(str(ip_address(packed)), "", helo="x")
    drive(check, Zone({}))
    assert check.result().to_dict()["client"] == json.loads(check._core.json())["client"]
