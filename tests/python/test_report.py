"""Results as values: texts in both languages, JSON, enumerations, immutability."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

import mailassay
from mailassay import (
    AnswerStatus,
    Diagnostic,
    DnsAnswer,
    Limits,
    MisuseError,
    Outcome,
    RecordType,
    Severity,
    Source,
    SourceKind,
    SpfCheck,
    SpfResult,
    Step,
    StepKind,
    Verdict,
    Zone,
    _core,
    drive,
    parse_spf,
)

ZONE = Zone(
    {
        "example.com": {
            "TXT": ["v=spf1 mx include:b.example.com a:ghost.example.com -all"],
            "MX": [[10, "mx.example.com"]],
        },
        "mx.example.com": {"A": ["192.0.2.7"]},
        "b.example.com": {"TXT": [["v=spf1 inclu", "de:\xff -all"]]},
    }
)


def done_check() -> SpfCheck:
    check = SpfCheck("2001:db8::1", b"\xe4@example.com", helo="hé", now=1700000000)
    drive(check, ZONE)
    return check


def result() -> SpfResult:
    return done_check().result()


def test_the_dictionary_of_a_result_is_what_the_core_writes() -> None:
    check = done_check()
    assert check.result().to_dict() == json.loads(check._core.json())
    assert json.loads(check.result().to_json()) == json.loads(check._core.json())


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"v=spf1",
        b"v=spf1 a/8 mx//9 ip4:192.0.2.1 ip6:::1/3 +ptr ?exists:%{i} x=%{l} -all",
        b"v=spf1 redirect=a.b redirect=c.d exp=\xff \x00 ip4:1 :::",
        b"v=spf10 \xe4",
    ],
)
def test_the_dictionary_of_a_record_is_what_the_core_writes(record: bytes) -> None:
    read = parse_spf(record)
    assert read.to_dict() == json.loads(_core.spf_record_json(record))
    assert json.loads(read.to_json()) == read.to_dict()


def test_the_dictionary_holds_plain_values_only() -> None:
    def types(value: Any) -> set[type]:
        parts = value.values() if isinstance(value, dict) else value
        found = {type(value)}
        for part in parts if isinstance(value, dict | list) else ():
            found |= types(part)
        return found

    assert types(result().to_dict()) <= {dict, list, str, int, bool}


def finding(*arguments: tuple[str, str | int]) -> Diagnostic:
    return Diagnostic(1101, "spf.mechanism-unknown", Severity.ERROR, None, 0, 0, arguments)


def test_a_finding_is_told_in_english_and_german() -> None:
    unknown = finding(("found", "inlcude"))
    assert unknown.text() == unknown.text("en")
    assert unknown.text("en").startswith("inlcude is not an SPF mechanism")
    assert unknown.text("de").startswith("inlcude ist kein SPF-Mechanismus")
    assert "löschen" in unknown.text("de")


def test_every_code_that_occurs_has_both_texts() -> None:
    records = ("x", "v=spf1 inlcude:x ip4:1 a/99 redirect=a redirect=b %{x} exp= a: -all:x")
    found = [d for record in records for d in parse_spf(record).diagnostics]
    assert len({d.code for d in found}) > 4
    for diagnostic in found:
        for text in (diagnostic.text("en"), diagnostic.text("de")):
            assert len(text) > 20
            assert not re.search(r"(?<!%)\{[a-z]+\}", text)


def test_text_from_outside_is_harmless_in_a_message() -> None:
    evil = "\x1b[2J\u202eok".encode().decode("latin-1")
    text = finding(("found", evil + "\xff")).text()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.startswith(r"\u{001B}[2J\u{202E}ok\xFF is not")


def test_a_long_argument_is_cut_in_a_message() -> None:
    assert finding(("found", "x" * 500)).text().startswith("x" * 80 + "… is not")


def test_a_language_without_texts_is_misuse() -> None:
    with pytest.raises(MisuseError, match="no texts in 'fr'"):
        finding().text("fr")  # type: ignore[arg-type]


def test_a_finding_made_by_hand_is_checked() -> None:
    with pytest.raises(MisuseError, match='"nothing" is no name of an argument'):
        finding(("nothing", "x")).text()
    with pytest.raises(MisuseError, match="3 arguments at most"):
        finding(*[("found", "x")] * 4).text()
    with pytest.raises(MisuseError, match="a number in a finding"):
        finding(("count", -1)).text()


def test_all_values_are_frozen() -> None:
    r = result()
    values: list[Any] = [r, r.sources[0], r.questions[0], r.trace[0], *r.diagnostics]
    record = parse_spf("v=spf1 a x")
    values += [record, record.terms[0], record.diagnostics[0], DnsAnswer(), Limits()]
    for value in values:
        name = dataclasses.fields(value)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)
        assert isinstance(hash(value), int)
        assert not hasattr(value, "__dict__")


def test_results_can_be_copied_and_pickled() -> None:
    r = result()
    for twin in (copy.deepcopy(r), pickle.loads(pickle.dumps(r))):
        assert twin == r
        assert twin.to_dict() == r.to_dict()
        assert twin.cause == r.cause


def test_steps_find_their_question_and_source() -> None:
    r = result()
    record = r.trace[0]
    assert (record.kind, record.source, record.target) == (
        StepKind.RECORD,
        r.sources[0],
        "example.com",
    )
    assert record.question is r.questions[0]
    assert record.question is not None
    assert record.question.type is RecordType.TXT


def test_a_step_without_a_source_has_no_text() -> None:
    step = Step(0, StepKind.HOST, Outcome.NONE, None, 0, 0, "x", None, 0, 0)
    assert step.text == ""
    assert step.to_dict()["source"] == -1
    assert finding().marked == ""


def test_a_source_without_a_type_is_written_without_one() -> None:
    assert Source(0, SourceKind.ARGUMENT, "helo", None, "x").to_dict()["type"] == ""


def test_the_enumerations_are_those_of_the_core() -> None:
    for name, values in _core.enum_names().items():
        members = tuple(str(member) for member in getattr(mailassay, name))
        assert members == values, name


def test_the_limits_are_those_of_the_core() -> None:
    assert dataclasses.asdict(Limits()) == _core.default_limits()


def test_enumerations_print_and_compare_as_their_text() -> None:
    assert str(Verdict.PASS) == f"{Verdict.PASS}" == "pass"
    assert str(Outcome.NO_MATCH) == "no-match"
    assert AnswerStatus("ok") == "ok"
    assert json.dumps([Verdict.PASS]) == '["pass"]'
    assert {Verdict.PASS: 1}["pass"] == 1  # type: ignore[index]


def test_all_public_names_exist_and_have_a_docstring() -> None:
    for name in mailassay.__all__:
        value = getattr(mailassay, name)
        if callable(value) and isinstance(value, type):
            assert value.__doc__, name


def test_the_version_is_that_of_the_project() -> None:
    listing = (Path(__file__).parents[2] / "CMakeLists.txt").read_text(encoding="utf-8")
    assert f"project(mailassay VERSION {mailassay.__version__} " in listing
