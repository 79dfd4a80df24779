"""The vectors: reading them, asking an adapter, judging its answers (tests/vectors/FORMAT.md)."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Case = dict[str, Any]
Answer = dict[str, Any]

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
DEFAULT_NOW = 1700000000
PROTOCOLS = ("spf",)  # one folder of the vectors a protocol


def disputed_ids() -> set[str]:
    """Ids of cases that are left out: the first column of the table in disputed.md."""
    text = (VECTORS / "disputed.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.MULTILINE))


def own_cases() -> list[Case]:
    """All cases of the repository, each completed to a request with its expectation."""
    cases: list[Case] = []
    skip = disputed_ids()
    for folder in PROTOCOLS:
        for path in sorted((VECTORS / folder).glob("*.json")):
            data = json.loads(path.read_text(encoding="utf-8"))
            for case in data["cases"]:
                if case["id"] not in skip:
                    cases.append(complete(case, data))
    return cases


def complete(case: Case, data: dict[str, Any]) -> Case:
    zone = case.get("zone")
    return {
        "id": case["id"],
        "why": case["why"],
        "expect": case["expect"],
        "protocol": case.get("protocol", data.get("protocol")),
        "ask": case["ask"],
        "names": data["zones"][zone] if zone is not None else {},
        "now": case.get("now", data.get("now", DEFAULT_NOW)),
    }


def ask(command: list[str], cases: Iterable[Case], timeout: float = 600) -> dict[str, Answer]:
    """Runs an adapter over all cases and returns its answers by id."""
    keys = ("id", "protocol", "ask", "names", "now")
    lines = [json.dumps({key: case[key] for key in keys}) for case in cases]
    done = subprocess.run(
        command,
        input="\n".join(lines) + "\n",
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    if done.returncode != 0:
        last = answers[-1]["id"] if answers else "none"
        raise RuntimeError(f"{command} ended with {done.returncode}; last answer: {last}")
    return {answer["id"]: answer for answer in answers}


def matches(expected: Any, got: Any) -> bool:
    """A list against a single value means any of them; a list against a list goes by position."""
    if isinstance(expected, list):
        if isinstance(got, list):
            return len(expected) == len(got) and all(map(matches, expected, got))
        return any(matches(one, got) for one in expected)
    return bool(expected == got)


def judge(case: Case, answer: Answer | None) -> list[str]:
    """What is wrong with an answer; nothing if it is right."""
    if answer is None:
        return ["no answer"]
    if "error" in answer or answer.get("unsupported"):
        return [f"{key}: {answer[key]}" for key in ("error", "unsupported") if key in answer]
    expects = case["expect"] if isinstance(case["expect"], list) else [case["expect"]]
    faults: list[str] = []
    for expect in expects:
        faults = [
            f"{key}: expected {wanted!r}, got {answer.get(key)!r}"
            for key, wanted in expect.items()
            if key not in answer or not matches(wanted, answer[key])
        ]
        if not faults:
            return []
    return faults
