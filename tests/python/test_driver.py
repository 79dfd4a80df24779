"""Resolvers of every shape, and the generator that they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest

from mailassay import (
    AnswerStatus,
    DnsAnswer,
    MisuseError,
    Question,
    SpfCheck,
    TxtRecord,
    Verdict,
    Zone,
    check_spf,
)
from mailassay._driver import batches, to_ascii

ZONE = Zone(
    {
        "example.com": {"TXT": ["v=spf1 a:x.example.com mx:y.example.com ip4:192.0.2.1 -all"]},
        "x.example.com": {"A": ["198.51.100.1"]},
        "y.example.com": {"MX": [[1, "x.example.com"]]},
        "xn--bcher-kva.example.com": {"TXT": ["v=spf1 -all"]},
    }
)


class Recorder:
    """A resolver that keeps the batches it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def resolve(self, questions: Sequence[Question], /) -> Mapping[int, DnsAnswer]:
        self.asked.append([question.name for question in questions])
        return ZONE.resolve(questions)


class Pairs:
    """A resolver that answers as a stream, last question first."""

    def resolve(self, questions: Sequence[Question], /) -> Iterator[tuple[int, DnsAnswer]]:
        yield from reversed(ZONE.resolve(questions).items())


class Silent:
    """A resolver that leaves all questions out."""

    def resolve(self, questions: Sequence[Question], /) -> Iterable[tuple[int, DnsAnswer]]:
        assert questions
        return ()


class Faulty:
    """A resolver that raises."""

    def resolve(self, questions: Sequence[Question], /) -> Mapping[int, DnsAnswer]:
        raise ConnectionError(questions[0].name)


class Stranger:
    """A resolver that answers what nobody asked."""

    def resolve(self, questions: Sequence[Question], /) -> Mapping[int, DnsAnswer]:
        return {question.id + 1000: DnsAnswer() for question in questions}


def test_questions_come_in_batches() -> None:
    resolver = Recorder()
    assert check_spf("192.0.2.1", "a@example.com", resolver=resolver).verdict is Verdict.PASS
    assert resolver.asked == [["example.com"], ["x.example.com", "y.example.com"]]


def test_without_guesses_questions_come_one_by_one() -> None:
    resolver = Recorder()
    with_guesses = check_spf("192.0.2.1", "a@example.com", resolver=ZONE, now=0)
    without = check_spf("192.0.2.1", "a@example.com", resolver=resolver, guesses=0, now=0)
    assert [len(batch) for batch in resolver.asked] == [1] * len(resolver.asked)
    assert without.verdict is with_guesses.verdict
    assert without.lookups == with_guesses.lookups


def test_answers_may_come_as_pairs_in_any_order() -> None:
    mapping = check_spf("192.0.2.1", "a@example.com", resolver=ZONE, now=0)
    assert check_spf("192.0.2.1", "a@example.com", resolver=Pairs(), now=0) == mapping


def test_a_question_left_out_has_failed() -> None:
    result = check_spf("192.0.2.1", "a@example.com", resolver=Silent())
    assert result.verdict is Verdict.TEMPERROR


def test_what_a_resolver_raises_reaches_the_caller() -> None:
    with pytest.raises(ConnectionError, match=r"example\.com"):
        check_spf("192.0.2.1", "a@example.com", resolver=Faulty())


def test_an_answer_that_nobody_asked_for_is_misuse() -> None:
    with pytest.raises(MisuseError, match="question 1000 was never given out"):
        check_spf("192.0.2.1", "a@example.com", resolver=Stranger())


def test_labels_never_reach_the_resolver() -> None:
    resolver = Recorder()
    check_spf("192.0.2.1", "a@bücher.example.com", resolver=resolver)
    assert resolver.asked == [["xn--bcher-kva.example.com"]]


def test_the_generator_waits_for_answers_still_owed() -> None:
    check = SpfCheck("192.0.2.1", "a@example.com")
    driver = batches(check)
    (record,) = next(driver)
    text = DnsAnswer(records=(TxtRecord((b"v=spf1 a:x.example.com a:y.example.com -all",)),))
    first, second = driver.send([(record.id, text)])
    assert driver.send([(second.id, DnsAnswer(AnswerStatus.NXDOMAIN))]) == ()
    with pytest.raises(StopIteration):
        driver.send([(first.id, DnsAnswer(AnswerStatus.NXDOMAIN))])
    assert check.result().verdict is Verdict.FAIL


def test_the_generator_ends_when_nobody_answers() -> None:
    check = SpfCheck("192.0.2.1", "a@example.com")
    driver = batches(check)
    assert len(next(driver)) == 1
    assert driver.send(()) == ()
    with pytest.raises(StopIteration):
        driver.send(())
    assert check.result().verdict is Verdict.TEMPERROR


@pytest.mark.parametrize("label", ["\u2665", "a\u200db", "ß\ud800", "-ä", "ä" * 80, "\u0627a"])
def test_labels_that_idna2008_forbids_are_errors(label: str) -> None:
    assert to_ascii(label).status is AnswerStatus.ERROR


def test_labels_are_converted_without_mapping() -> None:
    assert to_ascii("faß").label == "xn--fa-hia"
