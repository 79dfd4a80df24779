"""Runs any check to its end: one generator, whatever asks the questions.

The generator yields batches of dns questions and is sent answers to any of the open ones, so that
a blocking resolver and an asynchronous one can share it:

    driver = batches(check)
    batch = next(driver)                  StopIteration: the check is done
    batch = driver.send(answers)          pairs of id and answer, in any order, as they come in

An empty batch means that nothing new is asked and that the check waits for answers still owed; who
owes none sends none, and all that is open then counts as failed. Questions for A-labels never come
out: the package idna answers them here.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterable,
    Awaitable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from operator import itemgetter
from typing import Protocol, TypeAlias

import idna

from mailassay._answers import DnsAnswer, LabelAnswer, Resolver
from mailassay._arguments import kind, require_resolver
from mailassay._core import MisuseError
from mailassay._names import AnswerStatus, QuestionKind
from mailassay._report import Question

Batch: TypeAlias = tuple[Question, ...]
Answers: TypeAlias = Iterable[tuple[int, DnsAnswer]]

_METHODS = ("poll", "new_questions", "answer", "fail_open")


class Check(Protocol):
    """What all checks have in common."""

    def poll(self) -> bool: ...
    def new_questions(self) -> Batch: ...
    def answer(self, id: int, answer: DnsAnswer | LabelAnswer, /) -> None: ...
    def fail_open(self, status: AnswerStatus, /) -> None: ...


def batches(check: Check) -> Generator[Batch, Answers, None]:
    """Yields batches of dns questions until the check is done."""
    while not check.poll():
        asked = check.new_questions()
        batch = tuple(question for question in asked if question.kind is QuestionKind.DNS)
        answers: list[tuple[int, DnsAnswer | LabelAnswer]] = [
            (question.id, to_ascii(question.name))
            for question in asked
            if question.kind is QuestionKind.TO_ASCII
        ]
        if batch or not asked:
            answers.extend((yield batch))
        if not answers and not batch:
            check.fail_open(AnswerStatus.FAILED)
        # In the order of ids, so that the same answers take the same places in memory.
        for id_, answer in sorted(answers, key=itemgetter(0)):
            check.answer(id_, answer)


def drive(check: Check, resolver: Resolver) -> None:
    """Runs a check to its end with a resolver that answers each batch whole.

    What the resolver raises reaches the caller, whatever it is; a question that it leaves out has
    failed.
    """
    missing = [name for name in _METHODS if not callable(getattr(check, name, None))]
    if missing or isinstance(check, type):
        raise MisuseError(
            f"drive(check, resolver): a check, such as an SpfCheck, is wanted, not {kind(check)}"
        )
    require_resolver(resolver)
    driver = batches(check)
    batch = _next_batch(driver, None)
    while batch is not None:
        # Asked outside of the generator, so that no exception of the resolver is taken for its end.
        answers = _complete(batch, resolver.resolve(batch), resolver) if batch else ()
        batch = _next_batch(driver, answers)


def _next_batch(driver: Generator[Batch, Answers, None], answers: Answers | None) -> Batch | None:
    """The next batch, None at the end of the check."""
    try:
        return next(driver) if answers is None else driver.send(answers)
    except StopIteration:
        return None


def to_ascii(label: str) -> LabelAnswer:
    """The A-label of a U-label by IDNA2008 (RFC 5891), without any mapping."""
    try:
        return LabelAnswer(label=idna.alabel(label).decode("ascii"))
    except UnicodeError:  # idna.IDNAError is one
        return LabelAnswer(AnswerStatus.ERROR)


def _complete(batch: Batch, given: object, resolver: Resolver) -> Answers:
    """The answers of a resolver, and a failure for each question that it left out."""
    answers = dict(_pairs(given, f"{kind(resolver)}.resolve()"))
    for question in batch:
        answers.setdefault(question.id, DnsAnswer(AnswerStatus.FAILED))
    return tuple(answers.items())


def _pairs(given: object, what: str) -> Iterator[tuple[int, DnsAnswer]]:
    if isinstance(given, Awaitable | AsyncIterable):
        if isinstance(given, Coroutine):
            given.close()  # else the interpreter warns that nobody awaited it
        raise MisuseError(
            f"{what} returned {kind(given)}, something to await; a resolver answers at once, "
            "asynchronous ones come in a later version"
        )
    if not isinstance(given, Iterable) or isinstance(given, str | bytes):
        raise MisuseError(
            f"{what} returned {kind(given)}; return a mapping of the questions' ids to DnsAnswer, "
            "or pairs of them"
        )
    for pair in given.items() if isinstance(given, Mapping) else given:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise MisuseError(
                f"{what} gave {kind(pair)} in place of a pair (question.id, DnsAnswer(...))"
            )
        id_, answer = pair
        require_id(id_, what)
        if not isinstance(answer, DnsAnswer):
            raise MisuseError(f"{what} answered question {id_} with {kind(answer)}, no DnsAnswer")
        yield id_, answer


def require_id(id_: object, what: str) -> None:
    if isinstance(id_, Question):
        raise MisuseError(f"{what}: an id is an int; give question.id")
    if not isinstance(id_, int):
        raise MisuseError(f"{what}: an id is an int, not {kind(id_)}; give question.id")
