"""Proves that the core needs nothing from outside but seven functions on bytes: no heap, no
exceptions, no input or output, no libm, no locale. Compiled without optimisation and with it, since
each hides other calls."""

from __future__ import annotations

import argparse
from pathlib import Path

from proof import (
    FAULTS,
    LIBRARY,
    Build,
    ProofError,
    compile_core,
    compile_object,
    has,
    main,
    options,
    run,
)

REQUIRED_COMPILERS = ("g++", "clang++-19")
FLOOR_COMPILER = "clang++-14"  # left out where it is not installed
PLANTED = ("new.cpp", "substr.cpp")


def builds() -> list[Build]:
    compilers = [*REQUIRED_COMPILERS, *([FLOOR_COMPILER] if has(FLOOR_COMPILER) else [])]
    return [
        Build(compiler, (level, "-fno-stack-protector"))
        for compiler in compilers
        for level in ("-O0", "-O2")
    ]


def names(objects: list[Path], *nm_options: str) -> set[str]:
    lines = run(["nm", "--format=posix", *nm_options, *objects]).splitlines()
    return {line.split()[0] for line in lines if line and not line.endswith(":")}


def outside(objects: list[Path]) -> set[str]:
    """What the objects need and do not define themselves."""
    return names(objects, "--undefined-only") - names(objects, "--defined-only")


def planted_faults_are_found(build: Build, folder: Path) -> None:
    for fault in PLANTED:
        target = build.folder(folder) / f"planted-{fault}.o"
        compile_object(build, FAULTS / fault, target)
        if outside([target]) <= LIBRARY:
            raise ProofError(f"the planted fault {fault} was not found by {build.name}")


def proof(arguments: argparse.Namespace) -> str:
    used: set[str] = set()
    for build in builds():
        planted_faults_are_found(build, arguments.build)
        objects = compile_core(build, arguments.build)
        needed = outside(objects)
        print(f"{build.name}: {len(objects)} objects, {' '.join(sorted(needed))}")
        if not needed <= LIBRARY:
            foreign = run(["c++filt", *sorted(needed - LIBRARY)]).split("\n")
            raise ProofError(f"{build.name} needs {', '.join(filter(None, foreign))}")
        used |= needed
    return (
        f"proof: symbols: {len(builds())} builds need {len(used)} symbols: {' '.join(sorted(used))}"
    )


if __name__ == "__main__":
    raise SystemExit(main(proof, options(__doc__)))
