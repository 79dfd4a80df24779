"""Proves that the core behaves alike wherever it is compiled: one number over 20,000 generated
inputs (determinism.cpp) from several compilers, with and without optimisation, with 32 and 64 bits,
and from two compilers to WebAssembly."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from proof import (
    HERE,
    LANGUAGE,
    ROOT,
    Build,
    ProofError,
    compile_core,
    has,
    in_parallel,
    main,
    options,
    run,
)

COUNT = 20_000
PLANT = "-DMAILASSAY_PLANT_DIFFERENCE"
SOURCE = HERE / "determinism.cpp"
EXPORTS = ("ma_determinism_run", "ma_determinism_low", "ma_determinism_high")
STACK = 64 * 1024
MEMORY = 2 * 1024 * 1024

PLAIN = "-fno-stack-protector"  # as in symbols.py, so that both use the same objects
NATIVE = [
    Build("g++", ("-O0", PLAIN)),
    Build("g++", ("-O2", PLAIN)),
    Build("g++", ("-O2", "-m32")),
    Build("clang++-19", ("-O2", PLAIN)),
]
FLOOR = Build("clang++-14", ("-O2", PLAIN))  # left out where it is not installed
PLANTED = (NATIVE[1], NATIVE[2])  # 64 and 32 bits
EMSCRIPTEN = Build("em++", ("-O2",))
EMSCRIPTEN_LINK = (
    "--no-entry",
    "-sSTANDALONE_WASM",
    f"-sINITIAL_MEMORY={MEMORY}",
    f"-sTOTAL_STACK={STACK}",
    "-sALLOW_MEMORY_GROWTH=0",
    "-Wl,--stack-first",
    f"-sGLOBAL_BASE={STACK}",
    "-sEXPORTED_FUNCTIONS=" + ",".join(f"_{name}" for name in EXPORTS),
)
WASI = Build("clang++-19", ("-O2", "--target=wasm32-wasi", "-stdlib=libc++"))
WASI_LINK = (
    "-mexec-model=reactor",
    "-nostartfiles",
    "-Wl,--no-entry,--stack-first,--gc-sections",
    f"-Wl,-z,stack-size={STACK},--initial-memory={MEMORY},--max-memory={MEMORY}",
    *(f"-Wl,--export={name}" for name in EXPORTS),
)


@dataclass(frozen=True)
class Number:
    """What one build computed; the verdicts only from a program."""

    build: str
    value: str
    verdicts: tuple[int, ...] = ()


def link(build: Build, folder: Path, name: str, *flags: str | Path) -> Path:
    objects = compile_core(build, folder)
    target = build.folder(folder) / name
    run([build.compiler, *build.flags, *LANGUAGE, SOURCE, *objects, *flags, "-o", target])
    return target


def native(build: Build, folder: Path, *flags: str) -> Number:
    name = "planted" if flags else "determinism"
    value, *verdicts = run([link(build, folder, name, *flags), str(COUNT)]).split()
    return Number(build.name, value, tuple(map(int, verdicts)))


def wasm(build: Build, folder: Path, flags: tuple[str, ...]) -> Number:
    module = link(build, folder, "determinism.wasm", ROOT / "wasm" / "trap.cpp", *flags)
    return Number(build.name, run(["node", HERE / "determinism.mjs", module, str(COUNT)]).strip())


def compute(folder: Path, jobs: list[Callable[[], Number]]) -> list[Number]:
    """All numbers, several at a time. The cores come first: each compiles in parallel by itself."""
    for build in (*NATIVE, *([FLOOR] if has(FLOOR.compiler) else []), EMSCRIPTEN, WASI):
        compile_core(build, folder)
    numbers: list[Number] = []
    in_parallel([partial(lambda job: numbers.append(job()), job) for job in jobs])
    return sorted(numbers, key=lambda number: number.build)


def check_equal(numbers: list[Number]) -> None:
    if len({number.value for number in numbers}) != 1:
        lines = [f"{number.value} {number.build}" for number in numbers]
        raise ProofError("the builds differ:\n" + "\n".join(lines))


def planted_difference_is_found(folder: Path) -> None:
    planted = [native(build, folder, PLANT) for build in PLANTED]
    try:
        check_equal(planted)
    except ProofError:
        return
    raise ProofError("the planted difference between 32 and 64 bits was not found")


def check_variety(number: Number) -> None:
    """Inputs that all come to the same verdict would prove little."""
    if min(number.verdicts) < COUNT // 100:
        raise ProofError(f"the inputs are not varied: verdicts {number.verdicts}")


def proof(arguments: argparse.Namespace) -> str:
    folder = arguments.build
    builds = [*NATIVE, *([FLOOR] if has(FLOOR.compiler) else [])]
    jobs: list[Callable[[], Number]] = [partial(native, build, folder) for build in builds]
    jobs.append(partial(wasm, EMSCRIPTEN, folder, EMSCRIPTEN_LINK))
    jobs.append(partial(wasm, WASI, folder, WASI_LINK))
    numbers = compute(folder, jobs)
    for number in numbers:
        print(f"{number.value} {number.build}")
    check_equal(numbers)
    check_variety(max(numbers, key=lambda number: len(number.verdicts)))
    planted_difference_is_found(folder)
    return f"proof: determinism: {COUNT} inputs give {numbers[0].value} in {len(numbers)} builds"


if __name__ == "__main__":
    raise SystemExit(main(proof, options(__doc__)))
