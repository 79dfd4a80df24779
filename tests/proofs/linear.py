"""Counts instructions of the core for inputs of n, 2n and 4n: twice the input may cost little more
than twice the work, whatever the input is made of. Then the most that a lawful check can cost with
the default limits, and that no check polls more often than it has questions, and once more."""

from __future__ import annotations

import argparse
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from proof import CORE, HERE, Build, ProofError, compile_core, has, main, options, run

MAX_RATIO = 2.2  # a doubling of the input
MAX_INSTRUCTIONS = 600_000_000  # of one lawful check; about a fifth of a second
BUILD = Build("g++", ("-O2", "-fno-stack-protector"))
PLANTED = "planted/quadratic"


@dataclass(frozen=True)
class Run:
    """One piece of work: what it was and what it cost."""

    group: str
    name: str
    size: int
    polls: int
    questions: int
    instructions: int


def build_driver(folder: Path) -> Path:
    driver = BUILD.folder(folder) / "linear_driver"
    draft = driver.with_suffix(f".{os.getpid()}")
    objects = compile_core(BUILD, folder)
    include = f"-I{CORE / 'include'}"
    source = HERE / "linear_driver.cpp"
    run([BUILD.compiler, "-std=c++20", "-O2", "-g1", include, source, *objects, "-o", draft])
    draft.replace(driver)
    return driver


def count_share(driver: Path, share: int, shares: int) -> list[Run]:
    """The runs of one process; callgrind writes one numbered file for each."""
    out = driver.parent / f"callgrind.{os.getpid()}.{share}"
    lines = run(
        [
            "valgrind",
            "-q",
            "--tool=callgrind",
            "--toggle-collect=measured",
            "--dump-after=measured",
            f"--callgrind-out-file={out}",
            driver,
            str(share),
            str(shares),
        ]
    ).splitlines()
    runs = []
    for number, line in enumerate(lines, 1):
        group, name, *counts = line.split(" ")
        size, polls, questions = map(int, counts)
        part = out.with_name(f"{out.name}.{number}")
        totals = re.search(r"^totals: (\d+)", part.read_text(encoding="utf-8"), re.MULTILINE)
        if totals is None:
            raise ProofError(f"callgrind counted nothing for {line}")
        runs.append(Run(group, name, size, polls, questions, int(totals[1])))
    for file in out.parent.glob(f"{out.name}*"):
        file.unlink()
    return runs


def count_all(driver: Path) -> list[Run]:
    shares = os.cpu_count() or 1
    with ThreadPoolExecutor(shares) as pool:
        parts = list(pool.map(lambda share: count_share(driver, share, shares), range(shares)))
    return [counted for part in parts for counted in part]


def ratio(runs: list[Run]) -> float:
    """The steepest doubling of one kind of input."""
    counts = [counted.instructions for counted in sorted(runs, key=lambda counted: counted.size)]
    return max(after / before for before, after in pairwise(counts))


def by_name(runs: list[Run]) -> dict[str, list[Run]]:
    groups: dict[str, list[Run]] = {}
    for counted in runs:
        if counted.group == "linear":
            groups.setdefault(counted.name, []).append(counted)
    return groups


def judge(runs: list[Run]) -> list[str]:
    problems = []
    for name, group in by_name(runs).items():
        if ratio(group) > MAX_RATIO:
            counts = ", ".join(f"{counted.size}: {counted.instructions}" for counted in group)
            problems.append(f"{name} grows by {ratio(group):.2f} a doubling ({counts})")
    for counted in runs:
        if counted.polls > counted.questions + 1:
            problems.append(f"{counted.name}: {counted.polls} polls, {counted.questions} questions")
        if counted.group == "worst" and counted.instructions > MAX_INSTRUCTIONS:
            problems.append(f"{counted.name}: {counted.instructions} instructions")
    return problems


def planted_faults_are_found(runs: list[Run]) -> None:
    faults = {
        "the planted quadratic function": [one for one in runs if one.name == PLANTED],
        "a check with too many polls": [
            Run("linear", "", 1, 3, 1, 1),
            Run("linear", "", 2, 1, 0, 1),
        ],
        "a check with too many instructions": [Run("worst", "", 1, 1, 0, MAX_INSTRUCTIONS + 1)],
    }
    for fault, planted in faults.items():
        if len(judge(planted)) != 1:
            raise ProofError(f"{fault} was not found")


def proof(arguments: argparse.Namespace) -> str:
    if not has("valgrind"):
        raise ProofError("valgrind is not installed")
    everything = count_all(build_driver(arguments.build))
    planted_faults_are_found(everything)
    runs = [counted for counted in everything if counted.name != PLANTED]
    problems = judge(runs)
    if problems:
        raise ProofError("\n".join(problems))
    worst = sorted((one for one in runs if one.group == "worst"), key=lambda one: one.instructions)
    for one in worst:
        print(f"{one.instructions:12,} instructions, {one.polls:3} polls: {one.name}")
    groups = by_name(runs)
    name = max(groups, key=lambda key: ratio(groups[key]))
    steepest = ratio(groups[name])
    return (
        f"proof: linear: {len(groups)} kinds of input, at most {steepest:.3f} a doubling "
        f"({name}); the dearest lawful check {worst[-1].instructions:,} instructions"
    )


if __name__ == "__main__":
    raise SystemExit(main(proof, options(__doc__)))
