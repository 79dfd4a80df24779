"""parse_spf(): the record by itself."""

from __future__ import annotations

import sys
import threading
import time
from ipaddress import ip_network

import pytest

from mailassay import Qualifier, TermKind, parse_spf


def test_terms_are_read_with_their_parts() -> None:
    record = parse_spf("v=spf1 A:h.example.com/24//64 ~ip4:192.0.2.1/24 Redirect=x.example.com")
    assert record.valid
    assert record.error_span is None
    a, ip4, redirect = record.terms
    assert (a.kind, a.qualifier, a.name, a.value) == (
        TermKind.A,
        Qualifier.PASS,
        "A",
        "h.example.com",
    )
    assert (a.prefix4, a.prefix6, a.network) == (24, 64, None)
    assert (ip4.qualifier, ip4.network) == (Qualifier.SOFTFAIL, ip_network("192.0.2.0/24"))
    assert (ip4.prefix4, ip4.prefix6) == (24, None)
    assert (redirect.kind, redirect.qualifier) == (TermKind.REDIRECT, None)
    assert [term.canonical for term in record.terms] == [
        "+a:h.example.com/24//64",
        "~ip4:192.0.2.1/24",
        "redirect=x.example.com",
    ]
    assert [record.text[term.begin : term.end] for term in record.terms] == [
        term.text for term in record.terms
    ]


def test_all_errors_are_found_with_their_places() -> None:
    record = parse_spf("v=spf1 inlcude:x ip4:192.0.2.300 -all")
    assert not record.valid
    assert [term.kind for term in record.terms] == [
        TermKind.INVALID,
        TermKind.INVALID,
        TermKind.ALL,
    ]
    assert [(d.name, d.marked) for d in record.diagnostics] == [
        ("spf.mechanism-unknown", "inlcude"),
        ("spf.ip-invalid", "192.0.2.300"),
    ]
    assert record.error_span == (7, 16)
    assert record.terms[1].network is None


def test_a_missing_version_is_the_first_error() -> None:
    record = parse_spf("spf1 inlcude:x")
    assert record.version_error is not None
    assert record.diagnostics[0] is record.version_error
    assert record.error_span == (record.version_error.begin, record.version_error.end)


def test_an_ip6_network_is_read() -> None:
    (term,) = parse_spf("v=spf1 ip6:2001:db8::1/32").terms
    assert (term.network, term.prefix4, term.prefix6) == (ip_network("2001:db8::/32"), None, 32)


def test_text_is_utf8_and_shown_as_text() -> None:
    record = parse_spf("v=spf1 \u2013all")
    assert record == parse_spf("v=spf1 \u2013all".encode())
    assert not record.valid
    assert record.diagnostics[0].marked == "\xe2\x80\x93"
    assert record.diagnostics[0].text().startswith("\u2013 is not allowed")


@pytest.mark.parametrize("size", [65_535, 65_536, 1 << 20])
def test_large_records_are_read_whole(size: int) -> None:
    words = b" a" * ((size - 6) // 2)
    record = parse_spf(b"v=spf1" + words + b" " * ((size - 6) % 2))
    assert len(record.text) == size
    assert record.valid
    assert len(record.terms) == (size - 6) // 2
    assert record.terms[-1].text == "a"


def test_a_large_record_with_only_errors_keeps_them_all() -> None:
    record = parse_spf(b"v=spf1" + b" !" * 40_000)
    assert len(record.diagnostics) == 40_000
    assert record.diagnostics[-1].end == 6 + 2 * 40_000


def progress_during(record: bytes) -> int:
    """How often another thread ran while the record was parsed."""
    turns = 0
    stop = threading.Event()

    def turn() -> None:
        nonlocal turns
        while not stop.is_set():
            turns += 1
            time.sleep(0)

    interval = sys.getswitchinterval()
    other = threading.Thread(target=turn)
    other.start()
    try:
        while turns == 0:
            time.sleep(0.001)
        sys.setswitchinterval(100)  # only who gives the interpreter up loses it
        before = turns
        parse_spf(record)
        return turns - before
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        other.join()


def test_other_threads_run_while_a_large_record_is_parsed() -> None:
    assert progress_during(b"v=spf1 " + b"a" * (8 << 20)) > 0


def test_a_small_record_keeps_the_interpreter() -> None:
    assert progress_during(b"v=spf1 " + b"a" * 8000) == 0
