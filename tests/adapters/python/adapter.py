"""The Python adapter (tests/vectors/FORMAT.md): one JSON request a line in, one answer a line out.

It goes through the public package only.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any

import mailassay

Ask = dict[str, Any]


def limits_of(options: Ask) -> mailassay.Limits:
    known = {limit.name for limit in dataclasses.fields(mailassay.Limits)}
    given = options.get("limits", {})
    return mailassay.Limits(**{name: value for name, value in given.items() if name in known})


def check_spf(request: Ask) -> Ask:
    ask = request["ask"]
    options = ask.get("options", {})
    resolver = mailassay.Zone(request.get("names") or {})
    check = mailassay.SpfCheck(
        ask["ip"],
        ask.get("mail_from", ""),
        helo=ask.get("helo", ""),
        receiver=ask.get("receiver", ""),
        now=request.get("now", 1700000000),
        guesses=options.get("guesses", 20),
        limits=limits_of(options),
    )
    mailassay.drive(check, resolver)
    result = check.result()
    return {
        "result": result.verdict,
        "explanation": result.explanation,
        "lookups": result.lookups,
        "void_lookups": result.void_lookups,
        "scratch": check.scratch_used,
        "report": result.to_dict(),
    }


def parse_spf(request: Ask) -> Ask:
    record = mailassay.parse_spf(request["ask"]["record"].encode("latin-1"))
    found: Ask = {"valid": record.valid}
    if record.error_span is None:
        found["terms"] = [term.canonical for term in record.terms]
    else:
        found["error_span"] = record.error_span
    return {**found, "report": record.to_dict()}


PROTOCOLS = {"spf": check_spf, "spf_record": parse_spf}


def answer(line: str) -> Ask:
    """The answer to one request; whatever is raised is reported, so that the next one is read."""
    head: Ask = {"id": None}
    try:
        request = json.loads(line)
        head["id"] = request["id"]
        protocol = PROTOCOLS.get(request["protocol"])
        return {**head, **(protocol(request) if protocol else {"unsupported": True})}
    except Exception as problem:  # noqa: BLE001, an adapter answers with its own faults
        return {**head, "error": f"{type(problem).__name__}: {problem}"}


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)


if __name__ == "__main__":
    main()
