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

from collections.abc import Generator, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Protocol, TypeAlias

import idna

from mailassay._answers import DnsAnswer, LabelAnswer, Resolver
from mailassay._names import AnswerStatus, QuestionKind
from mailassay._report import Question

Batch: TypeAlias = tuple[Question, ...]
Answers: TypeAlias = Iterable[tuple[int, DnsAnswer]]


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
    """Runs a check to its end with a resolver that answers each batch whole."""
    driver = batches(check)
    try:
        batch = next(driver)
        while True:
            batch = driver.send(_complete(batch, resolver.resolve(batch)) if batch else ())
    except StopIteration:
        return


def to_ascii(label: str) -> LabelAnswer:
    """The A-label of a U-label by IDNA2008 (RFC 5891), without any mapping."""
    try:
        return LabelAnswer(label=idna.alabel(label).decode("ascii"))
    except UnicodeError:  # idna.IDNAError is one
        return LabelAnswer(AnswerStatus.ERROR)


def _complete(
    batch: Sequence[Question],
    given: Mapping[int, DnsAnswer] | Iterable[tuple[int, DnsAnswer]],
) -> Answers:
    """The answers of a resolver, and a failure for each question that it left out."""
    answers = dict(given)
    for question in batch:
        answers.setdefault(question.id, DnsAnswer(AnswerStatus.FAILED))
    return answers.items()
