"""Bounds the stack that the core needs: the worst path through the call graph that g++ -O2 writes.

No frame may depend on the input, no call may be indirect, and no function may call itself but for
check_host() of RFC 7208, which include and redirect enter again. Both count against the limit of
ten look-up terms (section 4.6.4), so that at most eleven records are open at a time."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from proof import (
    FAULTS,
    LIBRARY,
    Build,
    ProofError,
    compile_core,
    compile_object,
    main,
    options,
    run,
)

BOUND = 32 * 1024  # bytes; the stack of the WebAssembly module has 64 KiB
RECORDS = 11
# How often each is on the stack at most; the optimiser chooses which of them stay functions.
ENTERED_AGAIN = {"check_host": RECORDS - 1, "evaluate_record": RECORDS, "evaluate_terms": RECORDS}
LIBRARY_FRAME = 256  # allowed for each of them
BUILD = Build("g++", ("-O2", "-fno-stack-protector", "-fcallgraph-info=su,da"))
PLANTED = {
    "recursion.cpp": "calls itself",
    "alloca.cpp": "depends on the input",
    "indirect.cpp": "indirect",
    "frame.cpp": "above the bound",
}

NODE = re.compile(r'node: \{ title: "([^"]*)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"')
FRAME = re.compile(r"(\d+) bytes \(([a-z,]+)\)")


@dataclass
class Graph:
    """Bytes of each frame, whom a function calls, and whose frame has no fixed size."""

    frames: dict[str, int] = field(default_factory=dict)
    calls: dict[str, set[str]] = field(default_factory=dict)
    dynamic: set[str] = field(default_factory=set)

    def read(self, text: str) -> None:
        for title, label in NODE.findall(text):
            frame = FRAME.search(label)
            if frame is not None:
                self.frames[title] = int(frame[1])
                if frame[2] == "dynamic":
                    self.dynamic.add(title)
        for caller, called in EDGE.findall(text):
            self.calls.setdefault(caller, set()).add(called)

    def called_by(self, function: str) -> set[str]:
        """Complete constructors (C1) are the base constructors (C2) under another name."""
        found = set()
        for name in self.calls.get(function, set()):
            base = re.sub(r"C1(?=E)", "C2", name)
            found.add(base if name not in self.frames and base in self.frames else name)
        return found


def graph_of(objects: Iterable[Path]) -> Graph:
    graph = Graph()
    for target in objects:
        graph.read(target.with_suffix(".ci").read_text(encoding="utf-8"))
    return graph


def spoken(function: str) -> str:
    """The name of a function as C++ has it, without its arguments."""
    symbol = function.rsplit(":", 1)[-1]
    return run(["c++filt", "--no-params", symbol]).strip().replace("mailassay::v0::", "")


def check_calls(graph: Graph) -> None:
    if graph.dynamic:
        raise ProofError(f"the frame of {spoken(min(graph.dynamic))} depends on the input")
    for function in graph.calls:
        called = graph.called_by(function)
        if "__indirect_call" in called:
            raise ProofError(f"{spoken(function)} makes an indirect call")
        unknown = called - graph.frames.keys() - LIBRARY
        if unknown:
            raise ProofError(f"{spoken(function)} calls {', '.join(unknown)}, which is not known")


def entered_again(graph: Graph) -> tuple[frozenset[str], int]:
    """The one function through which all recursion goes, if any, and how often it does."""
    for name, times in ENTERED_AGAIN.items():
        mangled = f"Evaluator{len(name)}{name}E"
        functions = frozenset(function for function in graph.frames if mangled in function)
        if functions and find_cycle(graph, functions) is None:
            return functions, times
    cycle = find_cycle(graph, frozenset())
    if cycle is not None:
        raise ProofError(f"{spoken(cycle)} calls itself, and its depth is not known")
    return frozenset(), 0


def find_cycle(graph: Graph, without: frozenset[str]) -> str | None:
    """A function that calls itself, directly or not, where those of `without` are left out."""
    finished: set[str] = set()
    open_functions: set[str] = set()

    def visit(function: str) -> str | None:
        if function in finished or function in without:
            return None
        if function in open_functions:
            return function
        open_functions.add(function)
        for called in graph.called_by(function):
            found = visit(called)
            if found is not None:
                return found
        open_functions.discard(function)
        finished.add(function)
        return None

    return next((found for found in map(visit, graph.frames) if found is not None), None)


def worst_path(graph: Graph) -> tuple[int, tuple[str, ...]]:
    """Bytes of the deepest stack, and the functions on it from the outermost to the innermost."""
    again, times = entered_again(graph)

    @cache
    def below(function: str, entries: int) -> tuple[int, tuple[str, ...]]:
        if function not in graph.frames:
            return LIBRARY_FRAME, (function,)
        deepest: tuple[int, tuple[str, ...]] = (0, ())
        for called in graph.called_by(function):
            left = entries - (called in again)
            if left >= 0:
                deepest = max(deepest, below(called, left))
        return graph.frames[function] + deepest[0], (function, *deepest[1])

    return max(below(function, times - (function in again)) for function in graph.frames)


def bound(objects: Iterable[Path]) -> tuple[int, tuple[str, ...], Graph]:
    graph = graph_of(objects)
    check_calls(graph)
    size, path = worst_path(graph)
    if size > BOUND:
        raise ProofError(f"{size} bytes of stack are above the bound of {BOUND}")
    return size, path, graph


def planted_faults_are_found(folder: Path) -> None:
    for fault, complaint in PLANTED.items():
        target = BUILD.folder(folder) / f"planted-{Path(fault).stem}.o"
        compile_object(BUILD, FAULTS / fault, target)
        try:
            bound([target])
        except ProofError as problem:
            if complaint in str(problem):
                continue
        raise ProofError(f"the planted fault {fault} was not found")


def proof(arguments: argparse.Namespace) -> str:
    planted_faults_are_found(arguments.build)
    size, path, graph = bound(compile_core(BUILD, arguments.build))
    for function in dict.fromkeys(path):
        times = path.count(function)
        frame = graph.frames.get(function, LIBRARY_FRAME)
        print(f"{frame:6} bytes {f'x {times}' if times > 1 else '':5} {spoken(function)}")
    largest = max(graph.frames.values())
    return (
        f"proof: stack: at most {size} bytes with {RECORDS} records open, of {BOUND} allowed; "
        f"{len(graph.frames)} functions, largest frame {largest}, no indirect call"
    )


if __name__ == "__main__":
    raise SystemExit(main(proof, options(__doc__)))
