"""Every vector through all three frontends: the right answer, and equal reports."""

from __future__ import annotations

import os
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import openspf
import pytest

import vectors

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = Path(os.environ.get("MAILASSAY_CACHE", str(ROOT / "build" / "third-party")))
FRONTENDS = ("cpp", "python", "wasm")
OWN = vectors.own_cases()


@cache
def command(frontend: str) -> tuple[str, ...]:
    """The adapter's command line, set by ./dev; a frontend that was not built is no pass."""
    line = os.environ.get(f"MAILASSAY_ADAPTER_{frontend.upper()}")
    if not line:
        pytest.fail(f"MAILASSAY_ADAPTER_{frontend.upper()} is not set; run ./dev test")
    return tuple(shlex.split(line))


@cache
def own_answers(frontend: str) -> dict[str, vectors.Answer]:
    return vectors.ask(list(command(frontend)), OWN)


@cache
def foreign_cases() -> tuple[vectors.Case, ...] | str:
    try:
        return tuple(openspf.cases(openspf.fetch(CACHE)))
    except openspf.Unavailable as reason:
        return str(reason)


@cache
def foreign_answers(frontend: str) -> dict[str, vectors.Answer]:
    cases = foreign_cases()
    assert not isinstance(cases, str)
    return vectors.ask(list(command(frontend)), cases)


def differences(first: Any, second: Any, path: str = "report") -> list[str]:
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return [d for key in first for d in differences(first[key], second[key], f"{path}.{key}")]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        pairs = enumerate(zip(first, second))
        return [d for i, pair in pairs for d in differences(*pair, f"{path}[{i}]")]
    return [] if first == second else [f"{path}: {first!r} is not {second!r}"]


@pytest.mark.parametrize("frontend", FRONTENDS)
@pytest.mark.parametrize("case", OWN, ids=lambda case: case["id"])
def test_own_vector_is_answered_right(frontend: str, case: vectors.Case) -> None:
    assert vectors.judge(case, own_answers(frontend).get(case["id"])) == [], case["why"]


@pytest.mark.parametrize("frontend", FRONTENDS[1:])
@pytest.mark.parametrize("case", OWN, ids=lambda case: case["id"])
def test_own_vector_gives_the_report_of_the_core(frontend: str, case: vectors.Case) -> None:
    core = own_answers("cpp")[case["id"]]["report"]
    assert differences(core, own_answers(frontend)[case["id"]]["report"]) == []


@pytest.mark.parametrize("frontend", FRONTENDS)
def test_openspf_suite_is_answered_right(frontend: str) -> None:
    cases = foreign_cases()
    if isinstance(cases, str):
        pytest.skip(cases)
    answers = foreign_answers(frontend)
    faults = {case["id"]: vectors.judge(case, answers.get(case["id"])) for case in cases}
    assert {name: fault for name, fault in faults.items() if fault} == {}
    assert len(cases) == 203
    reports = [
        name
        for name, answer in answers.items()
        if differences(foreign_answers("cpp")[name]["report"], answer["report"])
    ]
    assert reports == []


def test_no_vector_is_lost() -> None:
    """Vectors are only ever added; those that are disputed are listed."""
    assert len(OWN) + len(vectors.disputed_ids()) >= 755


def test_a_wrong_answer_is_noticed() -> None:
    case = {"expect": {"result": ["pass", "neutral"], "lookups": 1}}
    assert vectors.judge(case, {"result": "pass", "lookups": 1}) == []
    assert vectors.judge(case, {"result": "fail", "lookups": 1}) != []
    assert vectors.judge(case, {"result": "pass"}) != []
    assert vectors.judge(case, None) != []
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}) == ["report.a[1].b: 2 is not 3"]
