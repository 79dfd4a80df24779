"""Programs that must not compile, each with a twin that does.

A case is one file. Without TWIN it must be refused with a message that matches its `expect` line;
with -DTWIN it must compile. A case marked `compilers: clang` rests on lifetime annotations, which
g++ does not read. The cases below planted/ are wrong and must be reported: they show that this
script sees a fault."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / "core" / "include"
CLANG = "clang++-19"
LIFETIMES = ("-Wdangling", "-Wdangling-gsl", "-Wreturn-stack-address")
COMPILERS = {"g++": (), CLANG: LIFETIMES}


@dataclass(frozen=True)
class Case:
    """One file, and what its head says about it."""

    path: Path
    expect: str
    clang_only: bool

    @staticmethod
    def read(path: Path) -> Case:
        text = path.read_text(encoding="utf-8")
        expect = re.search(r"^// expect: (.+)$", text, re.MULTILINE)
        if expect is None:
            raise ValueError(f"{path.name} does not say what to expect")
        return Case(path, expect[1], "// compilers: clang" in text)


def compile_case(case: Case, compiler: str, *, twin: bool) -> subprocess.CompletedProcess[str]:
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Werror", *COMPILERS[compiler]]
    command += [f"-I{INCLUDE}", *(["-DTWIN"] if twin else []), str(case.path)]
    environment = os.environ | {"LC_ALL": "C"}
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, env=environment
    )


def problem_of(case: Case, compiler: str) -> str | None:
    """What is wrong with the case; None if it is refused for its reason and its twin is not."""
    refused = compile_case(case, compiler, twin=False)
    if refused.returncode == 0:
        return "it compiles"
    errors = [line for line in refused.stderr.splitlines() if "error: " in line]
    if not any(re.search(case.expect, line) for line in errors):
        return "refused for another reason: " + "; ".join(errors)
    twin = compile_case(case, compiler, twin=True)
    if twin.returncode != 0:
        return "its twin does not compile: " + twin.stderr
    return None


def check_all(folder: Path) -> tuple[int, list[str]]:
    """How many compilations were judged, and the problems found."""
    cases = [Case.read(path) for path in sorted(folder.glob("*.cpp"))]
    pairs = [
        (case, compiler)
        for case in cases
        for compiler in ([CLANG] if case.clang_only else COMPILERS)
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = list(pool.map(lambda pair: problem_of(*pair), pairs))
    found = [
        f"{case.path.stem} with {compiler}: {problem}"
        for (case, compiler), problem in zip(pairs, problems, strict=True)
        if problem is not None
    ]
    return len(pairs), found


def main() -> int:
    missing = [compiler for compiler in COMPILERS if shutil.which(compiler) is None]
    if missing:
        print(f"FAILED: {', '.join(missing)} is not installed", file=sys.stderr)
        return 1
    begin = time.monotonic()
    planted, found = check_all(HERE / "planted")
    if planted == 0 or len(found) != planted:
        print(f"FAILED: of {planted} planted faults {len(found)} were found", file=sys.stderr)
        return 1
    count, problems = check_all(HERE)
    for problem in problems:
        print(f"FAILED: {problem}", file=sys.stderr)
    cases = len(list(HERE.glob("*.cpp")))
    seconds = time.monotonic() - begin
    print(f"proof: compile_fail: {cases} programs, {count} refusals and twins ({seconds:.1f} s)")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
