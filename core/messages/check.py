#!/usr/bin/env python3
"""Checks the catalogue and the linter's cases: check.py [further cases.json …]

Every rule is either shown by a case or excused, with its reason, in not-in-cases.tsv. Prints every
fault and a summary; exits 1 if there is a fault.
"""

from __future__ import annotations

import collections
import json
import pathlib
import re
import sys
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent.parent / "tests" / "vectors" / "lint"
COLUMNS = ["name", "code", "severity", "ref", "en", "de", "fix", "trigger"]
RANGES = {
    "spf": (1000, 1999),
    "dkim": (2000, 2999),
    "dmarc": (3000, 3999),
    "mta-sts": (4000, 4499),
    "tlsrpt": (4500, 4999),
    "dane": (5000, 5499),
    "dnssec": (5000, 5499),
    "txt": (5500, 5999),
    "mx": (5500, 5999),
    "dns": (5500, 5999),
    "from": (6000, 6499),
    "message": (6000, 6499),
    "limit": (6500, 6999),
    "provider": (7000, 7999),
    "bulk": (7000, 7999),
    "bsi": (7000, 7999),
    "parked": (7000, 7999),
}
SEVERITIES = {"error", "warning", "notice", "info"}
KINDS = {
    "spf",
    "dkim_key",
    "dmarc",
    "mta_sts",
    "tlsrpt",
    "tlsa",
    "policy",
    "message",
    "domain",
}
# Longer messages do not fit the narrow column of a report.
LONGEST_MESSAGE = 240
PLACEHOLDER = re.compile(r"(?<!%)\{[a-z]+\}")
RULE_NAME = re.compile(r"`([a-z0-9-]+\.[a-z0-9-]+)`")

Row = dict[str, str]
Case = dict[str, Any]
Zones = dict[str, Any]
Names = collections.Counter[str]

faults: list[str] = []


def fault(*words: object) -> None:
    faults.append(" ".join(map(str, words)))


def group_of(name: str) -> str:
    return name.partition(".")[0]


def rows_of(path: pathlib.Path, columns: list[str]) -> list[Row]:
    lines = path.read_bytes().decode("utf-8").split("\n")
    if lines.pop():
        fault(path.name, "does not end in a line end")
    if lines[0].split("\t") != columns:
        fault(path.name, "has the header", lines[0])
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) == len(columns):
            rows.append({column: cells[at] for at, column in enumerate(columns)})
        else:
            fault(path.name, "line", number, "has", len(cells), "columns")
    return rows


def check_numbers(rows: list[Row]) -> None:
    for key in ("name", "code"):
        for value, times in collections.Counter(row[key] for row in rows).items():
            if times > 1:
                fault(key, "occurs", times, "times:", value)
    codes = [int(row["code"]) for row in rows]
    if codes != sorted(codes):
        fault("codes do not ascend")


def check_message(name: str, language: str, text: str) -> None:
    if not re.search(r"[.?]$", text) or re.search(r"[.!?] [A-ZÄÖÜ]", text):
        fault(name, language, "is not one sentence:", text)
    if len(text) > LONGEST_MESSAGE:
        fault(name, language, "is long:", len(text))


def check_row(row: Row) -> None:
    name = row["name"]
    low, high = RANGES.get(group_of(name), (0, -1))
    if not low <= int(row["code"]) <= high:
        fault(name, "has code", row["code"], "outside its range")
    if not re.fullmatch(r"[a-z0-9-]+\.[a-z0-9-]+", name):
        fault(name, "is no proper name")
    if row["severity"] not in SEVERITIES:
        fault(name, "has severity", row["severity"])
    if sorted(PLACEHOLDER.findall(row["en"])) != sorted(PLACEHOLDER.findall(row["de"])):
        fault(name, "has other placeholders in en than in de")
    for language in ("en", "de"):
        check_message(name, language, row[language])
    if not re.match(r"(none|replace|delete|insert)\b", row["fix"]):
        fault(name, "has fix", row["fix"])
    if not all(row.values()):
        fault(name, "has an empty column")


def catalogue(path: pathlib.Path) -> dict[str, Row]:
    rows = rows_of(path, COLUMNS)
    check_numbers(rows)
    for row in rows:
        check_row(row)
    return {row["name"]: row for row in rows}


def joined(record: str | list[str]) -> str:
    return record if isinstance(record, str) else "".join(record)


def target(case: Case, zones: Zones, where: str | None) -> str:
    """The text that a finding points into."""
    ask = case["ask"]
    if where is None:
        return joined(ask.get("record", ask.get("body", ask.get("message"))))
    if where in ("url", "policy"):
        return joined(ask[where])
    owner, record_type, index = where.rsplit("/", 2)
    return joined(zones[case["zone"]][owner][record_type][int(index)])


def check_finding(case: Case, zones: Zones, finding: list[Any]) -> None:
    name, span, where = [*finding, None, None][:3]
    if span is None:
        return
    text = target(case, zones, where)
    if not 0 <= span[0] <= span[1] <= len(text):
        fault(case["id"], name, "span", span, "outside", len(text))


def check_findings(case: Case, zones: Zones, rules: dict[str, Row], used: Names) -> None:
    for key, allowed in (("findings", {"error", "warning"}), ("may", {"notice", "info"})):
        for finding in case["expect"].get(key, []):
            name = finding[0]
            if name not in rules:
                fault(case["id"], "names no rule:", name)
                continue
            used[name] += 1
            if rules[name]["severity"] not in allowed:
                fault(case["id"], name, "is", rules[name]["severity"], "under", key)
            check_finding(case, zones, finding)


def check_case(case: Case, zones: Zones) -> None:
    ask, fixed = case["ask"], case["expect"].get("fixed")
    if ask["kind"] not in KINDS:
        fault(case["id"], "has kind", ask["kind"])
    if "zone" in case and case["zone"] not in zones:
        fault(case["id"], "names no zone of the file")
    if re.search(r"[^\0-\xff]", joined(ask.get("record", ""))):
        fault(case["id"], "record is not bytes")
    if isinstance(fixed, str) and fixed == target(case, zones, None):
        fault(case["id"], "fixed equals the record")


def check_cases(path: pathlib.Path, rules: dict[str, Row], used: Names, ids: set[str]) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    kinds: Names = collections.Counter()
    for case in data["cases"]:
        if case["id"] in ids:
            fault(case["id"], "occurs twice")
        ids.add(case["id"])
        kinds[case["ask"]["kind"]] += 1
        check_case(case, data["zones"])
        check_findings(case, data["zones"], rules, used)
    print(path.name, len(data["cases"]), dict(sorted(kinds.items())))


def check_excuses(path: pathlib.Path, rules: dict[str, Row], used: Names) -> None:
    excused = {row["name"] for row in rows_of(path, ["name", "needs"])}
    for name in rules:
        if name not in used and name not in excused:
            fault(name, "is in no case and not excused")
    for name in sorted(excused - set(rules)):
        fault(name, "is excused but no rule")
    print(len(used), "rules in cases,", len(excused), "excused")


def check_seeds(path: pathlib.Path, rules: dict[str, Row]) -> None:
    for name in RULE_NAME.findall(path.read_text(encoding="utf-8")):
        if group_of(name) in RANGES and name not in rules:
            fault(path.name, "names no rule:", name)


def main(further: list[str]) -> int:
    rules = catalogue(HERE / "catalogue.tsv")
    used: Names = collections.Counter()
    ids: set[str] = set()
    for path in [VECTORS / "cases.json", *map(pathlib.Path, further)]:
        check_cases(path, rules, used, ids)
    check_excuses(VECTORS / "not-in-cases.tsv", rules, used)
    check_seeds(VECTORS / "seeds.md", rules)
    groups = collections.Counter(map(group_of, rules))
    severities = collections.Counter(row["severity"] for row in rules.values())
    print(len(rules), "rules", dict(groups), dict(severities))
    for line in faults:
        print(line)
    print(len(faults), "faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
