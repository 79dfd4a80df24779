#!/usr/bin/env python3
"""Writes what the C++ core and the frontends need of catalogue.tsv: generate.py [--check]

The catalogue is the only truth about findings: names, codes, severities, texts. The generated
files are committed, so that a build needs no Python; --check writes nothing, names the files that
are not what would be generated, and exits 1 if there are any.
"""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
import re
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LANGUAGES = ("en", "de")
GENERATED = "// Generated from catalogue.tsv by core/messages/generate.py; do not edit."


class Rule(NamedTuple):
    name: str
    code: int
    severity: str
    texts: dict[str, str]

    @property
    def identifier(self) -> str:
        return re.sub(r"[.-]", "_", self.name)


def read_rules(path: pathlib.Path) -> list[Rule]:
    """The rules in the order of their codes; what the catalogue says is checked by check.py."""
    lines = path.read_bytes().decode("utf-8").split("\n")
    rules = []
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        texts = {language: row[language] for language in LANGUAGES}
        rules.append(Rule(row["name"], int(row["code"]), row["severity"], texts))
    if len({rule.identifier for rule in rules}) != len(rules):
        raise SystemExit("two names of the catalogue give the same identifier")
    return sorted(rules, key=lambda rule: rule.code)


def diagnostics_def(rules: list[Rule]) -> str:
    lines = [
        GENERATED,
        "// Define MAILASSAY_DIAGNOSTIC(identifier, code, name, severity); undefined at the end.",
    ]
    lines += [
        f'MAILASSAY_DIAGNOSTIC({rule.identifier}, {rule.code}, "{rule.name}", {rule.severity})'
        for rule in rules
    ]
    return "\n".join([*lines, "#undef MAILASSAY_DIAGNOSTIC", ""])


def literal(text: str) -> str:
    """A C++ string literal; the sources are UTF-8, so only two characters need an escape."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def texts_cpp(rules: list[Rule]) -> str:
    lines = [
        GENERATED,
        "// One row a finding, ascending by code, so that a text is found by binary search.",
        "// clang-format off",
        '#include "texts.h"',
        "",
        "namespace mailassay::inline v0::detail {",
        "namespace {",
        "",
        "constexpr Text kTexts[] = {",
    ]
    for rule in rules:
        lines.append(f"    {{Code::{rule.identifier},")
        lines.append(f"     {literal(rule.texts['en'])},")
        lines.append(f"     {literal(rule.texts['de'])}}},")
    lines += [
        "};",
        "",
        "}  // namespace",
        "",
        "std::span<const Text> texts() noexcept { return kTexts; }",
        "",
        "}  // namespace mailassay::inline v0::detail",
        "",
    ]
    return "\n".join(lines)


def language_json(rules: list[Rule], language: str) -> str:
    entries = [
        f"  {json.dumps(rule.name)}: {json.dumps(rule.texts[language], ensure_ascii=False)}"
        for rule in rules
    ]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def generated(rules: list[Rule]) -> dict[pathlib.Path, str]:
    files = {
        ROOT / "core" / "include" / "mailassay" / "diagnostics.def": diagnostics_def(rules),
        HERE / "texts.cpp": texts_cpp(rules),
    }
    for language in LANGUAGES:
        files[HERE / f"{language}.json"] = language_json(rules, language)
    return files


def is_current(path: pathlib.Path, wanted: bytes) -> bool:
    return path.is_file() and path.read_bytes() == wanted


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Generate the tables made from catalogue.tsv.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    check_only = parser.parse_args(arguments).check

    stale = 0
    for path, text in generated(read_rules(HERE / "catalogue.tsv")).items():
        wanted = text.encode("utf-8")
        if is_current(path, wanted):
            continue
        stale += 1
        print("stale:" if check_only else "written:", path.relative_to(ROOT).as_posix())
        if not check_only:
            path.write_bytes(wanted)
    return 1 if check_only and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
