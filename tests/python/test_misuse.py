"""Wrong use: a MisuseError that says what was wrong, and nothing else."""

from __future__ import annotations

import doctest
import inspect
import warnings
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest

import mailassay
from mailassay import (
    AddressRecord,
    AnswerStatus,
    Diagnostic,
    DnsAnswer,
    HostRecord,
    LabelAnswer,
    Limits,
    MisuseError,
    MxRecord,
    Question,
    Severity,
    SpfCheck,
    TxtRecord,
    Verdict,
    Zone,
    _core,
    _spf,
    check_spf,
    drive,
    parse_spf,
)

ANY: Any = None  # arguments of wrong types, which mypy would refuse
ZONE = Zone({"example.com": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]}})


def checked(**changed: Any) -> Verdict:
    arguments: dict[str, Any] = {
        "ip": "192.0.2.1",
        "mail_from": "a@example.com",
        "resolver": ZONE,
        **changed,
    }
    return check_spf(**arguments).verdict


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ip": None}, "ip: a str or an address .* not None"),
        ({"ip": 3221225985}, "ip: a str or an address .* not int"),
        ({"ip": b"192.0.2.1"}, "ip: a str or an address .* not bytes"),
        ({"mail_from": None}, "mail_from: a str or bytes is wanted, not None"),
        ({"mail_from": ["a"]}, "mail_from: .* not list"),
        ({"helo": None}, "helo: .* not None"),
        ({"receiver": 1}, "receiver: .* not int"),
        ({"now": 10**400}, r"now, .* lies between 0 and 2\*\*64 - 1, not at a longer number"),
        ({"now": 10**5000}, "not at a longer number"),
        ({"now": -(10**5000)}, "not at a longer number"),
        ({"now": 1e30}, "now lies between"),
        ({"now": "1700000000"}, "now, in seconds since 1970, is an int, not str"),
        ({"guesses": "a"}, "guesses is an int, not str"),
        ({"guesses": 1.5}, "guesses is an int, not float"),
        ({"guesses": None}, "guesses is an int, not None"),
        ({"void_lookups": "2"}, "void_lookups is an int, not str"),
        ({"void_lookups": 10**5000}, "void_lookups lies between"),
        ({"limits": {}}, r"limits: mailassay.Limits\(...\) is wanted, not dict"),
        ({"limits": 5}, "limits: .* not int"),
        ({"resolver": None}, "resolver: .* not None"),
        ({"resolver": "127.0.0.1"}, "resolver: .* not str"),
        ({"resolver": Zone}, "resolver: an object is wanted, not the class Zone itself"),
    ],
)
def test_wrong_arguments_of_a_check_are_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(MisuseError, match=message):
        checked(**changed)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_bytes_are_taken(kind: Callable[[bytes], Any]) -> None:
    assert checked(mail_from=kind(b"a@example.com"), helo=kind(b"x")) is Verdict.PASS
    assert parse_spf(kind(b"v=spf1 -all")) == parse_spf("v=spf1 -all")
    assert TxtRecord((kind(b"a"),)) == TxtRecord((b"a",))


def test_a_released_view_is_misuse() -> None:
    view = memoryview(b"v=spf1")
    view.release()
    with pytest.raises(MisuseError, match="record: operation forbidden on released"):
        parse_spf(view)


@pytest.mark.parametrize("record", [None, 5, ["v=spf1"], TxtRecord((b"v=spf1",))])
def test_what_is_no_text_of_a_record_is_misuse(record: Any) -> None:
    with pytest.raises(MisuseError, match=f"record: .* not {type(record).__name__[:4]}"):
        parse_spf(record)


def name_of_case(make: object) -> str:
    return "" if callable(make) else str(make)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TxtRecord("v=spf1 -all"), r"not str; write TxtRecord\(\(b\"...\",\)\)"),  # type: ignore[arg-type]
        (lambda: TxtRecord(b"v=spf1"), r"not bytes; write TxtRecord\(\(b\"...\",\)\)"),  # type: ignore[arg-type]
        (lambda: TxtRecord(ANY), "a tuple of character-strings, not None"),
        (lambda: TxtRecord((5,)), "a character-string of a TXT record: .* not int"),  # type: ignore[arg-type]
        (lambda: TxtRecord(("\u2026",)), "stands for no byte"),  # type: ignore[arg-type]
        (lambda: MxRecord(1.5, "a"), "an MX preference is an int, not float"),  # type: ignore[arg-type]
        (lambda: MxRecord("10", "a"), "an MX preference is an int, not str"),  # type: ignore[arg-type]
        (lambda: MxRecord(10, ANY), "the host is a str, not None"),
        (lambda: HostRecord(b"a"), "the host is a str, not bytes"),  # type: ignore[arg-type]
        (lambda: HostRecord("\u2026"), "the host '…' is no name of DNS"),
        (lambda: AddressRecord("x"), "'x' is no IPv4 or IPv6 address"),  # type: ignore[arg-type]
        (lambda: AddressRecord(ANY), "the address of a record: .* not None"),
        (lambda: DnsAnswer(records=ANY), "records is a tuple of records, not None"),
        (lambda: DnsAnswer(records=HostRecord("a")), r"not HostRecord; write \(record,\)"),  # type: ignore[arg-type]
        (lambda: DnsAnswer(records=("a",)), "'a' is no record; use TxtRecord"),  # type: ignore[arg-type]
        (lambda: DnsAnswer(secure="no"), "secure is a bool, not str"),  # type: ignore[arg-type]
        (lambda: DnsAnswer(canonical_name=ANY), "the canonical name is a str, not None"),
        (lambda: DnsAnswer(ANY), "None is no status of an answer; use one of ok, nxdomain"),
        (lambda: DnsAnswer([]), "list is no status"),  # type: ignore[arg-type]
        (lambda: LabelAnswer(label=ANY), "label .* is a str, not None"),
        (lambda: LabelAnswer(label=b"xn--a"), "label .* is a str, not bytes"),  # type: ignore[arg-type]
        (lambda: LabelAnswer("fine"), "'fine' is no status"),  # type: ignore[arg-type]
        (lambda: Limits(pool=1.5), "Limits.pool is an int, not float"),  # type: ignore[arg-type]
        (lambda: Limits(pool=memoryview(b"")), "Limits.pool is an int, not memoryview"),  # type: ignore[arg-type]
        (lambda: Limits(sources=ANY), "Limits.sources is an int, not None"),
    ],
    ids=name_of_case,
)
def test_values_of_wrong_types_cannot_be_made(make: Callable[[], object], message: str) -> None:
    with pytest.raises(MisuseError, match=message):
        make()


def test_values_take_what_surely_is_meant() -> None:
    assert TxtRecord(["v=spf1", "\xff"]).strings == (b"v=spf1", b"\xff")  # type: ignore[arg-type]
    assert AddressRecord("192.0.2.1").address == ip_address("192.0.2.1")  # type: ignore[arg-type]
    answer = DnsAnswer("nxdomain", [])  # type: ignore[arg-type]
    assert (answer.status, answer.records) == (AnswerStatus.NXDOMAIN, ())
    assert hash(answer) == hash(DnsAnswer(AnswerStatus.NXDOMAIN))


def asked() -> tuple[SpfCheck, Question]:
    check = SpfCheck("192.0.2.1", "a@example.com")
    check.poll()
    (question,) = check.new_questions()
    return check, question


def test_an_id_is_an_int() -> None:
    check, question = asked()
    with pytest.raises(MisuseError, match=r"an id is an int; give question\.id"):
        check.answer(question, DnsAnswer())  # type: ignore[arg-type]
    id_: Any
    for id_ in ("0", None, [], 0.0):
        with pytest.raises(MisuseError, match="an id is an int, not "):
            check.answer(id_, DnsAnswer())
    with pytest.raises(MisuseError, match="question a longer number was never given out"):
        check.answer(10**5000, DnsAnswer())
    with pytest.raises(MisuseError, match="takes a DnsAnswer, not a NoneType"):
        check.answer(question.id, ANY)


@pytest.mark.parametrize("status", ["ok", AnswerStatus.NXDOMAIN, "", None, 5, []])
def test_a_deadline_is_one_of_three(status: Any) -> None:
    check, _ = asked()
    with pytest.raises(MisuseError, match=r"takes timeout, failed or unsupported, not "):
        check.fail_open(status)
    assert not check.questions[0].answered
    assert not check.poll()


class Returning:
    """A resolver that returns what it was made with."""

    def __init__(self, answers: object) -> None:
        self.answers = answers

    def resolve(self, _: object, /) -> Any:
        return self.answers


async def asynchronous() -> dict[int, DnsAnswer]:
    return {}


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (None, "returned None; return a mapping"),
        (5, "returned int; return a mapping"),
        ("abc", "returned str; return a mapping"),
        (DnsAnswer(), "returned DnsAnswer; return a mapping"),
        ([DnsAnswer()], r"gave DnsAnswer in place of a pair \(question.id, "),
        ([(0, DnsAnswer(), 1)], "gave tuple in place of a pair"),
        ({"0": DnsAnswer()}, "an id is an int, not str; give question.id"),
        ({0: None}, "answered question 0 with None, no DnsAnswer"),
        ({0: LabelAnswer()}, "answered question 0 with LabelAnswer, no DnsAnswer"),
    ],
)
def test_a_resolver_with_wrong_answers_is_named(answers: object, message: str) -> None:
    with pytest.raises(MisuseError, match=r"Returning\.resolve\(\):? " + message):
        checked(resolver=Returning(answers))


def test_an_asynchronous_resolver_is_told_to_wait() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a coroutine that was never awaited
        with pytest.raises(
            MisuseError, match=r"Returning\.resolve\(\) returned coroutine, .*later"
        ):
            checked(resolver=Returning(asynchronous()))


@pytest.mark.parametrize("error", [StopIteration, StopIteration(3), TypeError, KeyboardInterrupt])
def test_what_a_resolver_raises_is_passed_on(error: Any) -> None:
    class Raising:
        def resolve(self, _: object, /) -> Any:
            raise error

    check = SpfCheck("192.0.2.1", "a@example.com")
    with pytest.raises(error if isinstance(error, type) else type(error)):
        drive(check, Raising())
    with pytest.raises(MisuseError, match="no result yet"):
        check.result()


@pytest.mark.parametrize("check", [None, ZONE, SpfCheck])
def test_drive_takes_a_check(check: Any) -> None:
    with pytest.raises(MisuseError, match=r"drive\(check, resolver\): a check"):
        drive(check, ZONE)
    with pytest.raises(MisuseError, match="resolver: "):
        drive(SpfCheck("192.0.2.1", "a@example.com"), ANY)


def finding(*arguments: Any, code: Any = 1101) -> Diagnostic:
    return Diagnostic(code, "x", Severity.ERROR, None, 0, 0, arguments)


def test_texts_of_findings_take_a_language_and_plain_values() -> None:
    lang: Any
    for lang in (None, 5, "EN", "\ud800", []):
        with pytest.raises(MisuseError, match=r"there are no texts in .*languages are en and de"):
            finding().text(lang)
    with pytest.raises(MisuseError, match=r"an argument of a finding .* not float"):
        finding(("count", 1.5)).text()
    with pytest.raises(MisuseError, match="name of an argument of a finding is a str"):
        finding((5, 1)).text()
    for code in ("1101", -1, 1 << 16):
        with pytest.raises(MisuseError, match="a code "):
            finding(code=code).text()


def test_a_value_that_the_core_cannot_take_is_misuse() -> None:
    with pytest.raises(MisuseError, match="wrong type"):
        _core.render(1101, (("found", None),), "en")  # type: ignore[arg-type]


def test_no_check_of_the_core_lacks_its_memory() -> None:
    with pytest.raises(TypeError):
        _core.SpfCheck.__new__(_core.SpfCheck).poll()
    with pytest.raises(TypeError):
        object.__new__(_core.SpfCheck)
    with pytest.raises(TypeError):
        _core.SpfCheck()


def test_the_arguments_of_a_check_are_those_of_check_spf() -> None:
    of_class = dict(inspect.signature(SpfCheck).parameters)
    of_function = dict(inspect.signature(check_spf).parameters)
    del of_function["resolver"]
    assert list(of_class.items()) == list(of_function.items())


def test_the_examples_in_docstrings_run() -> None:
    for module, examples in ((mailassay, 4), (_spf, 6)):
        found = doctest.testmod(module)
        assert (found.failed, found.attempted >= examples) == (0, True)


def test_the_overview_names_all_public_names() -> None:
    words = set((mailassay.__doc__ or "").replace("(", " ").replace(",", " ").split())
    missing = {name for name in mailassay.__all__ if name not in words and name != "__version__"}
    assert {name for name in missing if f"{name})" not in words} == set()
    assert mailassay.__all__[:3] == ["check_spf", "parse_spf", "drive"]
