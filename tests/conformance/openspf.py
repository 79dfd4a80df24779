"""The openspf suite for RFC 7208, from the source distribution of pyspf on the package index.

It is fetched at test time, pinned by version and hash, and never copied into the repository.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import yaml

VERSION = "2.0.14"
SHA256 = "57a7ef01bda090173aafb6af0106251686ed73f03db4e911fcd34c57fc347186"
MEMBER = f"pyspf-{VERSION}/test/rfc7208-tests.yml"
TYPES = ("A", "AAAA", "MX", "PTR", "TXT")


class Unavailable(Exception):
    """The suite cannot be had: there is no network, or no package index."""


def fetch(cache: Path) -> str:
    """The text of the suite; downloaded into `cache` unless it is there already."""
    archive = cache / f"pyspf-{VERSION}.tar.gz"
    if not archive.exists():
        download(cache)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        raise RuntimeError(f"{archive.name} has the SHA-256 {found}, expected is {SHA256}")
    with tarfile.open(archive) as tar:
        member = tar.extractfile(MEMBER)
        if member is None:
            raise RuntimeError(f"{MEMBER} is not in {archive.name}")
        return member.read().decode("utf-8")


def download(cache: Path) -> None:
    """pip runs the archive's own set-up to read its metadata, so it checks the hash before that."""
    cache.mkdir(parents=True, exist_ok=True)
    wanted = cache / "pyspf.txt"
    wanted.write_text(f"pyspf=={VERSION} --hash=sha256:{SHA256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--no-binary", ":all:", "--dest", str(cache), "-r", str(wanted)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"pip could not download pyspf {VERSION}: {reason}")


def cases(text: str) -> list[dict[str, Any]]:
    """The suite as cases of our vector format."""
    found: list[dict[str, Any]] = []
    for number, scenario in enumerate(yaml.safe_load_all(text)):
        if not scenario:
            continue
        names = zone(scenario["zonedata"])
        for name, test in scenario["tests"].items():
            found.append(case(f"openspf-{number:02}-{name}", test, names))
    return found


def case(name: str, test: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    expect: dict[str, Any] = {"result": test["result"]}
    if "explanation" in test:
        text = test["explanation"]
        expect["explanation"] = "" if text == "DEFAULT" else text
    return {
        "id": name,
        "why": test.get("description", ""),
        "expect": expect,
        "protocol": "spf",
        "ask": {"ip": test["host"], "helo": test["helo"], "mail_from": test["mailfrom"]},
        "names": names,
        "now": 1700000000,
    }


def zone(data: dict[str, list[Any]]) -> dict[str, Any]:
    return {owner.lower(): node(entries) for owner, entries in data.items()}


def node(entries: list[Any]) -> Any:
    """One owner. SPF records stand for TXT unless TXT is given; TIMEOUT for every other type."""
    if entries == ["TIMEOUT"]:
        return "TIMEOUT"
    result: dict[str, Any] = {}
    spf: list[Any] = []
    has_txt = any(isinstance(entry, dict) and "TXT" in entry for entry in entries)
    for entry in entries:
        if entry == "TIMEOUT":
            result |= {name: "TIMEOUT" for name in TYPES if name not in result}
            continue
        ((rtype, value),) = entry.items()
        if rtype in ("TXT", "SPF"):
            value = text_record(value)
            if value == "NONE":
                continue
        if rtype == "CNAME":
            result["CNAME"] = value
        elif rtype == "SPF":
            spf.append(value)
        else:
            result.setdefault(rtype, []).append(value)
    if spf and not has_txt:
        result["TXT"] = spf
    return result


def text_record(value: Any) -> Any:
    """Text as bytes in code points 0-255."""
    if isinstance(value, list):
        return [text_record(part) for part in value]
    return str(value).encode("utf-8").decode("latin-1")
