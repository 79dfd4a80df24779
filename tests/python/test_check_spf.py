"""check_spf(): arguments, verdicts, and what stands in the result."""

from __future__ import annotations

import time
from ipaddress import ip_address
from typing import Any

import pytest

import mailassay
from mailassay import Limits, MisuseError, Outcome, Severity, SpfResult, Verdict, Zone, check_spf

ZONE = Zone(
    {
        "example.com": {"TXT": ["v=spf1 include:b.example.com exp=e.example.com -all"]},
        "b.example.com": {"TXT": ["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"]},
        "e.example.com": {"TXT": ["%{i} may not send; time %{t}; by %{r}"]},
        "broken.example.com": {"TXT": ["v=spf1 inlcude:b.example.com -all"]},
        "xn--bcher-kva.example.com": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]},
    }
)


def checked(ip: str, mail_from: str | bytes, **more: Any) -> SpfResult:
    return check_spf(ip, mail_from, resolver=ZONE, **more)


def test_the_example_of_the_design_runs(capsys: pytest.CaptureFixture[str]) -> None:
    r = mailassay.check_spf(
        "192.0.2.1", "a@broken.example.com", helo="mx.example.com", resolver=ZONE
    )
    print(r.verdict, r.cause and r.cause.text("de"))
    for step in r.trace:
        print("  " * step.depth + step.text, step.outcome)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("permerror inlcude ist kein SPF-Mechanismus")
    assert shown[1] == "v=spf1 inlcude:b.example.com -all permerror"


def test_a_permitted_client_passes_with_its_path() -> None:
    r = checked("192.0.2.1", "a@example.com", helo="mx.example.com")
    assert r.verdict is Verdict.PASS
    assert (r.domain, r.local_part, r.helo, r.receiver) == (
        "example.com",
        "a",
        "mx.example.com",
        "unknown",
    )
    assert r.client == ip_address("192.0.2.1")
    assert (r.lookups, r.void_lookups) == (1, 0)
    assert r.decided_by is not None
    assert r.decided_by.text == "include:b.example.com"
    assert [(s.depth, s.text, s.outcome) for s in r.trace] == [
        (0, "v=spf1 include:b.example.com exp=e.example.com -all", Outcome.PASS),
        (1, "include:b.example.com", Outcome.MATCH),
        (2, "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", Outcome.PASS),
        (3, "ip4:192.0.2.0/24", Outcome.MATCH),
    ]
    assert r.cause is None


def test_a_fail_carries_the_explanation_of_the_domain() -> None:
    r = checked("198.51.100.7", "a@example.com", now=1700000000.9, receiver="mx.example.net")
    assert r.verdict is Verdict.FAIL
    assert r.explanation == "198.51.100.7 may not send; time 1700000000; by mx.example.net"


def test_a_faulty_record_is_a_permerror_with_its_place() -> None:
    r = checked("192.0.2.1", "a@broken.example.com")
    assert r.verdict is Verdict.PERMERROR
    assert r.cause is not None
    assert (r.cause.name, r.cause.severity) == ("spf.mechanism-unknown", Severity.ERROR)
    assert r.cause.marked == "inlcude"
    assert r.cause.source is not None
    assert r.cause.source.owner == "broken.example.com"


@pytest.mark.parametrize("ip", ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"])
def test_an_address_may_be_text_or_an_object(ip: str) -> None:
    text = check_spf(ip, "a@example.com", resolver=ZONE, now=0)
    assert check_spf(ip_address(ip), "a@example.com", resolver=ZONE, now=0) == text
    assert text.verdict is Verdict.PASS


def test_a_null_reverse_path_checks_helo() -> None:
    for null in ("", "<>", b"", b"<>"):
        r = checked("192.0.2.1", null, helo="example.com")
        assert (r.identity, r.verdict) == (mailassay.Identity.HELO, Verdict.PASS)
        assert r.local_part == "postmaster"


def test_a_u_label_is_converted_by_idna2008() -> None:
    r = checked("192.0.2.1", "a@bücher.example.com")
    assert (r.verdict, r.domain) == (Verdict.PASS, "xn--bcher-kva.example.com")
    assert (r.questions[0].kind, r.questions[0].name) == (
        mailassay.QuestionKind.TO_ASCII,
        "bücher",
    )
    assert r.questions[0].to_list() == ["bÃ¼cher", "to_ascii", True]


def test_a_label_that_idna_refuses_is_a_verdict() -> None:
    assert checked("192.0.2.1", "a@\u2665.example.com").verdict is not Verdict.PASS


def test_text_is_utf8_and_bytes_stay_as_they_are() -> None:
    text = checked("192.0.2.1", "jürgen@example.com", now=0)
    assert text == checked("192.0.2.1", "jürgen@example.com".encode(), now=0)
    assert text.local_part.encode("latin-1").decode() == "jürgen"
    assert checked("192.0.2.1", b"\xff\x00@example.com").local_part == "\xff\x00"


@pytest.mark.parametrize("odd", ["\udcff@example.com", chr(0xD800) + "@x", "@", "a@\x00.", "\n"])
def test_odd_identities_are_verdicts(odd: str) -> None:
    assert isinstance(checked("192.0.2.1", odd, helo=odd, receiver=odd), SpfResult)


def test_without_now_the_clock_is_used() -> None:
    before = int(time.time())
    text = checked("198.51.100.7", "a@example.com").explanation
    assert before <= int(text.split("time ")[1].split(";")[0]) <= time.time()


def test_received_spf_is_a_folded_field() -> None:
    field = checked("192.0.2.1", "a@example.com", helo="mx.example.com").received_spf
    assert field.startswith("Received-SPF: pass (")
    assert field.endswith("\r\n")
    assert "client-ip=192.0.2.1" in field
    assert "mechanism=" in field


def test_received_spf_cannot_be_broken_from_outside() -> None:
    field = checked("192.0.2.1", b"x\r\nBcc: y@example.com", helo=b'"\r\n\r\nbody').received_spf
    assert all(line.startswith(" ") for line in field.rstrip("\r\n").split("\r\n")[1:])


def test_fewer_void_lookups_may_be_allowed() -> None:
    zone = Zone({"example.com": {"TXT": ["v=spf1 a:n1.example.com a:n2.example.com ?all"]}})
    assert check_spf("192.0.2.1", "a@example.com", resolver=zone).verdict is Verdict.NEUTRAL
    strict = check_spf("192.0.2.1", "a@example.com", resolver=zone, void_lookups=1)
    assert (strict.verdict, strict.void_lookups) == (Verdict.PERMERROR, 2)


def test_a_reached_limit_is_a_limited_permerror() -> None:
    r = checked("192.0.2.1", "a@example.com", limits=Limits(questions=1))
    assert (r.verdict, r.limited) == (Verdict.PERMERROR, True)
    assert r.cause is not None
    assert r.cause.name == "limit.questions"


def test_a_missing_resolver_is_refused_with_its_name() -> None:
    with pytest.raises(TypeError, match="resolver"):
        check_spf("192.0.2.1", "a@example.com")  # type: ignore[call-arg]
    with pytest.raises(MisuseError, match=r"^resolver: an object .*Zone, not None;"):
        check_spf("192.0.2.1", "a@example.com", resolver=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("ip", ["", "example.com", "192.0.2.01", "192.0.2.1/24", "fe80::1%eth0"])
def test_what_is_no_address_is_misuse(ip: str) -> None:
    with pytest.raises(MisuseError, match="is no IPv4 or IPv6 address"):
        checked(ip, "a@example.com")


@pytest.mark.parametrize("now", [-1, 2**64, float("nan"), float("inf")])
def test_what_is_no_time_is_misuse(now: float) -> None:
    with pytest.raises(MisuseError, match="now"):
        checked("192.0.2.1", "a@example.com", now=now)


@pytest.mark.parametrize("value", [-1, 2**32])
def test_numbers_out_of_range_are_misuse(value: int) -> None:
    with pytest.raises(MisuseError, match="guesses"):
        checked("192.0.2.1", "a@example.com", guesses=value)
    with pytest.raises(MisuseError, match="void_lookups"):
        checked("192.0.2.1", "a@example.com", void_lookups=value)
    with pytest.raises(MisuseError, match=r"Limits\.pool"):
        Limits(pool=value)
