#!/usr/bin/env python3
"""Writes the seeds fuzz/corpus/<target>/vector-* from the conformance vectors.

Deterministic: the same vectors give the same files. Files with other names (seeds made by hand,
inputs that once found a bug) are left alone. Usage: make_seeds.py [--check]; --check writes nothing
and fails if the files are not what this script would write.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "tests" / "vectors" / "spf"

MAX_FILES = 90  # of a target
MAX_BYTES = 90_000  # of a target
MAX_SEED = 4096

STATUS = {"NXDOMAIN": "1", "SERVFAIL": "2", "REFUSED": "3", "BOGUS": "5", "TIMEOUT": "6"}
TYPE_LETTER = {"TXT": "t", "A": "a", "AAAA": "6", "MX": "m", "PTR": "p"}

Zone = dict[str, Any]


def escape(text: str) -> bytes:
    """Code points 0-255 as bytes; what would end a line or begin an escape as \\hh."""
    result = bytearray()
    for byte in text.encode("latin-1"):
        if byte == 0x5C or byte < 0x20:
            result += b"\\%02x" % byte
        else:
            result.append(byte)
    return bytes(result)


def identity(text: str) -> bytes:
    """Identities of the vectors are Unicode; the core reads UTF-8."""
    return escape(text.encode("utf-8").decode("latin-1"))


# ---- Worlds --------------------------------------------------------------------------------------


def record_lines(kind: str, record: Any) -> bytes:
    if kind == "TXT":
        strings = [record] if isinstance(record, str) else record
        return b"t " + b"\\|".join(escape(string) for string in strings)
    if kind == "MX":
        return b"m " + escape(record[1])
    return (b"p " if kind == "PTR" else b"a ") + escape(record)


def node_lines(name: str, node: Any) -> Iterator[bytes]:
    yield b"@ " + escape(name)
    if isinstance(node, str):
        yield b"! " + STATUS[node].encode()
        return
    if node.get("secure"):
        yield b"$"
    for kind, records in node.items():
        if kind not in TYPE_LETTER:
            continue
        if isinstance(records, str):
            yield b"! " + (STATUS[records] + TYPE_LETTER[kind]).encode()
            continue
        last, count = None, 0
        for record in records:
            line = record_lines(kind, record)
            if line == last:
                count += 1
                continue
            if count:
                yield b"* %d" % count
            yield line
            last, count = line, 0
        if count:
            yield b"* %d" % count


def aliases(zone: Zone) -> Zone:
    """Worlds know no CNAME: an alias has what its target has."""
    result = dict(zone)
    for name, node in zone.items():
        seen = 0
        while isinstance(node, dict) and "CNAME" in node and seen < 8:
            node = zone.get(node["CNAME"], {})
            seen += 1
        result[name] = node
    return result


def knobs(seed: bytes) -> bytes:
    """One byte for each of support/world.h's Knobs, varied but fixed for a seed."""
    digest = hashlib.sha256(seed).digest()
    ranges = (21, 36, 36, 9, 8, 6, 1, 1, 1)
    values = [digest[i] % size for i, size in enumerate(ranges)]
    values[6], values[8] = 2, 6  # void look-ups, timeout
    return bytes(b"0123456789abcdefghijklmnopqrstuvwxyz"[value] for value in values)


def world(ask: dict[str, str], zone: Zone) -> bytes:
    lines = [b"i " + escape(ask["ip"]), b"f " + identity(ask["mail_from"])]
    lines.append(b"h " + identity(ask["helo"]))
    for name, node in aliases(zone).items():
        lines += node_lines(name, node)
    lines.append(b"o " + knobs(b"\n".join(lines)))
    return b"\n".join(lines)


def reachable(ask: dict[str, str], zone: Zone) -> Zone:
    """The part of a zone that the case can come to, where names lead from one to the next."""
    domain = ask["mail_from"].strip("<>").rpartition("@")[2] or ask["helo"]
    todo, found = [domain.lower().rstrip(".")], {}
    while todo:
        name = todo.pop()
        if name in found or name not in zone:
            continue
        found[name] = zone[name]
        text = json.dumps(zone[name])
        if "%{" in text or name.isascii() is False:
            return zone
        todo += [other for other in zone if other in text.lower()]
    reverse = {n: v for n, v in zone.items() if n.endswith(".arpa")}
    return {**found, **reverse} if found else zone


def vector_worlds(files: list[Path]) -> Iterator[bytes]:
    """Cases of all files in turn, so that a cut keeps some of each."""
    queues = []
    for file in files:
        data = json.loads(file.read_text(encoding="utf-8"))
        zones = data.get("zones", {})
        cases = [c for c in data["cases"] if "mail_from" in c["ask"]]
        queues.append([(c["ask"], zones.get(c.get("zone", ""), {})) for c in cases])
    for i in range(max(map(len, queues), default=0)):
        for queue in queues:
            if i < len(queue):
                ask, zone = queue[i]
                yield world(ask, reachable(ask, zone))


# ---- Records and macros --------------------------------------------------------------------------


def all_records() -> Iterator[str]:
    for file in sorted(VECTORS.glob("*.json")):
        data = json.loads(file.read_text(encoding="utf-8"))
        for case in data["cases"]:
            if "record" in case["ask"]:
                yield case["ask"]["record"]
        for zone in data.get("zones", {}).values():
            for node in zone.values():
                records = node.get("TXT", []) if isinstance(node, dict) else []
                for record in [] if isinstance(records, str) else records:
                    yield record if isinstance(record, str) else "".join(record)


def shape(text: str) -> str:
    """Records that differ in letters and digits only are one."""
    return re.sub(r"[a-z]+", "a", re.sub(r"[0-9]+", "0", text.lower()))


def distinct_shapes(texts: Iterable[str]) -> Iterator[str]:
    seen = set()
    for text in texts:
        if (key := shape(text)) not in seen:
            seen.add(key)
            yield text


def vector_records() -> Iterator[bytes]:
    for text in distinct_shapes(all_records()):
        yield text.encode("latin-1")


def vector_macros() -> Iterator[bytes]:
    """Macro-strings, three to an input."""
    found = []
    for record in all_records():
        words = record.split(" ") if record.lower().startswith("v=spf1") else [record]
        found += [re.sub(r"^[-+~?]?[a-z0-9]+[:=]", "", w) for w in words if "%" in w]
    texts = list(distinct_shapes(found))
    for i in range(0, len(texts), 3):
        yield b"\n".join(escape(text) for text in texts[i : i + 3])


# ---- Files ---------------------------------------------------------------------------------------


def named(seeds: Iterable[bytes]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    room = MAX_BYTES
    for seed in seeds:
        name = "vector-" + hashlib.sha256(seed).hexdigest()[:12]
        if len(files) == MAX_FILES:
            break
        if name in files or len(seed) > min(MAX_SEED, room):
            continue
        room -= len(seed)
        files[name] = seed
    return files


def written(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.glob("vector-*"))}


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print("usage: make_seeds.py [--check]", file=sys.stderr)
        return 2
    topics = sorted(VECTORS.glob("*.json"))
    corpora = {
        "spf_record": named(vector_records()),
        "spf_macro": named(vector_macros()),
        "spf_check": named(vector_worlds(topics)),
    }
    current = True
    for target, files in corpora.items():
        folder = HERE / "corpus" / target
        same = written(folder) == files
        print(
            f"{target}: {len(files)} seeds, {sum(map(len, files.values()))} bytes"
            + ("" if same else ", changed")
        )
        current = current and same
        if arguments or same:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        for name in written(folder):
            (folder / name).unlink()
        for name, seed in files.items():
            (folder / name).write_bytes(seed)
    return 0 if current or not arguments else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
