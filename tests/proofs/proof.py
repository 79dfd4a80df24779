"""What the proofs share: compilers, running them, compiling the core once a set of flags."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CORE = ROOT / "core"
HERE = Path(__file__).resolve().parent
FAULTS = HERE / "faults"
LANGUAGE = (
    "-std=c++20",
    "-fno-exceptions",
    "-fno-rtti",
    f"-I{CORE / 'include'}",
    f"-I{CORE / 'src'}",
)

# All that the core may need from outside; what the language itself may call.
LIBRARY = frozenset({"memchr", "memcmp", "bcmp", "memcpy", "memmove", "memset", "strlen"})


class ProofError(Exception):
    """The proof does not hold, or could not be made; the text says which."""


@dataclass(frozen=True)
class Build:
    """One way to compile the core."""

    compiler: str
    flags: tuple[str, ...]

    @property
    def name(self) -> str:
        return " ".join((self.compiler, *self.flags))

    def folder(self, build: Path) -> Path:
        key = sha256(self.name.encode()).hexdigest()[:12]
        return build / f"{self.compiler}-{key}"


def core_sources() -> list[Path]:
    return sorted((CORE / "src").rglob("*.cpp"))


def has(program: str) -> bool:
    return shutil.which(program) is not None


def run(command: Iterable[str | Path], cwd: Path | None = None) -> str:
    """Runs a command to its end and returns its standard output."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise ProofError(f"{' '.join(words)}\nended with {done.returncode}\n{done.stderr}")
    return done.stdout


def fingerprint(build: Build) -> str:
    """What the objects of one build depend on: the core, the compiler and its flags."""
    digest = hashlib.sha256(" ".join(build.flags).encode())
    digest.update(run([build.compiler, "--version"]).encode())
    for file in sorted([*CORE.glob("include/**/*"), *CORE.glob("src/**/*")]):
        if file.is_file():
            digest.update(str(file.relative_to(CORE)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def compile_object(build: Build, source: Path, target: Path) -> None:
    """Compiles one file; other proofs may be compiling the same one into the same place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / f"{target.stem}.{os.getpid()}.o"
    run([build.compiler, *build.flags, *LANGUAGE, "-c", source, "-o", draft])
    call_graph = draft.with_suffix(".ci")  # -fcallgraph-info writes it beside the object
    if call_graph.exists():
        call_graph.replace(target.with_suffix(".ci"))
    draft.replace(target)


def in_parallel(jobs: Iterable[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in [pool.submit(job) for job in jobs]:
            future.result()


def compile_core(build: Build, folder: Path) -> list[Path]:
    """The objects of the core for one set of flags, compiled where they are not those of now."""
    objects = {
        source: build.folder(folder)
        / "-".join(source.relative_to(CORE / "src").with_suffix(".o").parts)
        for source in core_sources()
    }
    current = fingerprint(build)
    stamp = build.folder(folder) / "fingerprint"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != current:
        in_parallel(partial(compile_object, build, *pair) for pair in objects.items())
        stamp.write_text(current, encoding="utf-8")
    return list(objects.values())


def options(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "proofs", help="for objects")
    return parser


def main(proof: Callable[[argparse.Namespace], str], parser: argparse.ArgumentParser) -> int:
    """Runs a proof; its last line says what was measured, or why it failed."""
    arguments = parser.parse_args()
    arguments.build.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    try:
        measured = proof(arguments)
    except ProofError as problem:
        print(f"FAILED: {problem}", file=sys.stderr)
        return 1
    print(f"{measured} ({time.monotonic() - begin:.1f} s)")
    return 0
