"""The snippets of the README run as they stand there.

A snippet is tested if the line before it is `<!-- test: LANGUAGE -->`. ./dev test sets
MAILASSAY_CORE (the core's static library) and MAILASSAY_WASM (the module).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MARKED = re.compile(r"<!-- test: (\w+) -->\n```\w+\n(.*?)```", re.DOTALL)
SNIPPETS = dict(MARKED.findall((ROOT / "README.md").read_text(encoding="utf-8")))


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needed(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        pytest.fail(f"{variable} is not set; run ./dev test")
    return value


def test_every_language_has_a_snippet() -> None:
    assert sorted(SNIPPETS) == ["cpp", "javascript", "python"]


def test_the_cpp_snippet_compiles_and_says_none(tmp_path: Path) -> None:
    (tmp_path / "main.cpp").write_text(SNIPPETS["cpp"], encoding="utf-8")
    include = ROOT / "core" / "include"
    command = ["g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", f"-I{include}", "main.cpp"]
    run([*command, needed("MAILASSAY_CORE"), "-o", "main"], tmp_path)
    assert run(["./main"], tmp_path) == "none\n"


def test_the_python_snippet_names_the_mistake_in_german(tmp_path: Path) -> None:
    (tmp_path / "snippet.py").write_text(SNIPPETS["python"], encoding="utf-8")
    output = run([sys.executable, "snippet.py"], tmp_path)
    assert output.startswith("permerror inlcude ist kein SPF-Mechanismus")


def test_the_javascript_snippet_passes(tmp_path: Path) -> None:
    # MAILASSAY_WASM lies in a package as wasm/build.sh makes it, only in another folder.
    package = Path(needed("MAILASSAY_WASM")).parent
    text = SNIPPETS["javascript"].replace("./wasm/dist", str(package))
    (tmp_path / "snippet.mjs").write_text(text, encoding="utf-8")
    assert run(["node", "snippet.mjs"], tmp_path) == "pass\n"
