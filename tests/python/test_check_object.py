"""SpfCheck: questions and answers, misuse, lifetimes, threads."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import pytest

from mailassay import (
    AddressRecord,
    AnswerStatus,
    DnsAnswer,
    DnsRecord,
    HostRecord,
    LabelAnswer,
    Limits,
    MisuseError,
    MxRecord,
    Question,
    QuestionKind,
    RecordType,
    SpfCheck,
    SpfResult,
    TxtRecord,
    Verdict,
    Zone,
    check_spf,
)


def txt(*strings: bytes) -> DnsAnswer:
    return DnsAnswer(records=(TxtRecord(strings),))


def asked(record: bytes, client: str = "192.0.2.1") -> tuple[SpfCheck, tuple[Question, ...]]:
    """A check that has read `record`, and the questions that it then asks."""
    check = SpfCheck(client, "a@example.com")
    assert not check.poll()
    (question,) = check.new_questions()
    check.answer(question.id, txt(record))
    check.poll()
    return check, check.new_questions()


def test_questions_and_answers_lead_to_a_result() -> None:
    check = SpfCheck("192.0.2.1", "a@Example.COM")
    assert check.poll() is False
    (question,) = check.new_questions()
    assert question == Question(
        0, QuestionKind.DNS, RecordType.TXT, "example.com", needed=True, answered=False
    )
    check.answer(question.id, txt(b"v=spf1 ip4:192", b".0.2.1 -all"))
    assert check.poll() is True
    result = check.result()
    assert result.verdict is Verdict.PASS
    assert result.sources[0].text == "v=spf1 ip4:192.0.2.1 -all"
    assert result.sources[0].string_ends == (14, 25)
    assert 0 < check.scratch_used < 200_000


def test_each_question_is_given_out_once() -> None:
    check = SpfCheck("192.0.2.1", "a@example.com")
    check.poll()
    assert len(check.new_questions()) == 1
    assert check.new_questions() == ()
    assert [question.answered for question in check.questions] == [False]


def test_answers_may_come_in_any_order_and_twice() -> None:
    check, (first, second) = asked(b"v=spf1 a:x.example.com mx:y.example.com -all")
    check.answer(second.id, DnsAnswer(AnswerStatus.NXDOMAIN))
    check.answer(second.id, DnsAnswer(records=(MxRecord(0, "z.example.com"),)))
    check.answer(first.id, DnsAnswer(records=(AddressRecord(ip_address("192.0.2.9")),)))
    assert check.poll()
    assert check.result().verdict is Verdict.FAIL


def test_a_guess_says_that_it_is_one() -> None:
    _, questions = asked(b"v=spf1 a:x.example.com mx:y.example.com -all")
    assert [question.needed for question in questions] == [True, False]


@pytest.mark.parametrize(
    ("term", "client", "record"),
    [
        (b"a", "192.0.2.1", AddressRecord(ip_address("192.0.2.1"))),
        (b"a", "2001:db8::1", AddressRecord(ip_address("2001:db8::1"))),
        (b"mx", "192.0.2.1", MxRecord(10, "mx.example.com.")),
        (b"ptr", "192.0.2.1", HostRecord("host.example.com")),
        (b"include:b.example.com", "192.0.2.1", TxtRecord((b"v=spf1 -all",))),
    ],
)
def test_each_type_takes_its_own_record(term: bytes, client: str, record: DnsRecord) -> None:
    check, questions = asked(b"v=spf1 " + term + b" -all", client)
    others = (
        TxtRecord((b"",)),
        AddressRecord(ip_address("192.0.2.1")),
        MxRecord(0, "a"),
        HostRecord("a"),
    )
    for other in others:
        if type(other) is not type(record):
            with pytest.raises(MisuseError, match=f"not with {type(other).__name__}"):
                check.answer(questions[0].id, DnsAnswer(records=(other,)))
    check.answer(questions[0].id, DnsAnswer(records=(record,)))
    assert check.questions[questions[0].id].answered


def test_an_address_of_the_other_family_is_misuse() -> None:
    check, (question,) = asked(b"v=spf1 a -all")
    with pytest.raises(MisuseError, match=r"question 1 .*other family"):
        check.answer(question.id, DnsAnswer(records=(AddressRecord(ip_address("::1")),)))


def test_an_id_never_given_out_is_misuse() -> None:
    check = SpfCheck("192.0.2.1", "a@example.com")
    check.poll()
    with pytest.raises(MisuseError, match="question 0 was never given out"):
        check.answer(0, DnsAnswer())
    with pytest.raises(MisuseError, match="question -1 was never given out"):
        check.answer(-1, DnsAnswer())


def test_an_answer_of_another_kind_is_misuse() -> None:
    check = SpfCheck("192.0.2.1", "a@bücher.example.com")
    check.poll()
    (label,) = check.new_questions()
    with pytest.raises(MisuseError, match="to_ascii and takes a LabelAnswer, not a DnsAnswer"):
        check.answer(label.id, DnsAnswer())
    check.answer(label.id, LabelAnswer(label="xn--bcher-kva"))
    check.poll()
    (name,) = check.new_questions()
    with pytest.raises(MisuseError, match="dns and takes a DnsAnswer, not a LabelAnswer"):
        check.answer(name.id, LabelAnswer(label="x"))
    with pytest.raises(MisuseError, match="not a dict"):
        check.answer(name.id, {})  # type: ignore[arg-type]


def test_an_a_label_of_another_label_is_refused() -> None:
    check = SpfCheck("192.0.2.1", "a@bücher.example.com")
    check.poll()
    check.answer(check.new_questions()[0].id, LabelAnswer(label="xn--evil-5qa"))
    assert check.poll()
    assert check.result().verdict is not Verdict.PASS


def test_answers_out_of_their_range_are_misuse() -> None:
    check, (question,) = asked(b"v=spf1 mx -all")
    with pytest.raises(MisuseError, match="MX preference"):
        check.answer(question.id, DnsAnswer(records=(MxRecord(65536, "a"),)))
    with pytest.raises(MisuseError, match="no name of DNS"):
        check.answer(question.id, DnsAnswer(records=(MxRecord(1, "\u2026"),)))
    with pytest.raises(MisuseError, match="no name of DNS"):
        check.answer(question.id, DnsAnswer(canonical_name="\u2026"))
    with pytest.raises(MisuseError, match="'fine' is no status"):
        check.answer(question.id, DnsAnswer("fine"))  # type: ignore[arg-type]


def test_a_result_before_the_end_is_misuse() -> None:
    check = SpfCheck("192.0.2.1", "a@example.com")
    with pytest.raises(MisuseError, match="poll"):
        check.result()
    check.poll()
    with pytest.raises(MisuseError, match="poll"):
        check.result()


@pytest.mark.parametrize(
    "status", [AnswerStatus.TIMEOUT, AnswerStatus.FAILED, AnswerStatus.UNSUPPORTED]
)
def test_a_deadline_answers_all_that_is_open(status: AnswerStatus) -> None:
    check, _ = asked(b"v=spf1 a:x.example.com mx:y.example.com -all")
    check.fail_open(status)
    assert check.poll()
    assert check.result().verdict is Verdict.TEMPERROR
    assert all(question.answered for question in check.questions)


def test_misuse_leaves_the_check_usable() -> None:
    check, (question,) = asked(b"v=spf1 a -all")
    with pytest.raises(MisuseError):
        check.answer(99, DnsAnswer())
    check.answer(question.id, DnsAnswer(records=(AddressRecord(ip_address("192.0.2.1")),)))
    assert check.poll()
    assert check.result().verdict is Verdict.PASS


def test_misuse_is_a_value_error_of_the_package() -> None:
    assert issubclass(MisuseError, ValueError)
    assert (MisuseError.__module__, MisuseError.__qualname__) == ("mailassay", "MisuseError")


def test_results_outlive_the_check() -> None:
    def short_lived() -> tuple[SpfResult, tuple[Question, ...]]:
        check, questions = asked(b"v=spf1 inlcude:x -all")
        return check.result(), questions

    results = [short_lived() for _ in range(200)]
    gc.collect()
    noise = [SpfCheck("192.0.2.1", "x" * 1000 + "@example.org").poll() for _ in range(50)]
    assert not any(noise)
    for result, questions in results:
        assert result == results[0][0]
        assert questions == ()
        assert result.cause is not None
        assert result.cause.marked == "inlcude"
        assert result.cause.text().startswith("inlcude is not an SPF mechanism")


def test_what_was_handed_over_may_change_afterwards() -> None:
    check = SpfCheck("192.0.2.1", "a@example.com")
    check.poll()
    (question,) = check.new_questions()
    strings = bytes(bytearray(b"v=spf1 ip4:192.0.2.1 -all"))
    check.answer(question.id, txt(strings))
    del strings
    gc.collect()
    assert check.poll()
    assert check.result().trace[0].text == "v=spf1 ip4:192.0.2.1 -all"


@pytest.mark.parametrize("size", [65_535, 65_536])
def test_a_record_beyond_the_limit_is_a_limited_permerror(size: int) -> None:
    head, tail = b"v=spf1", b" -all"
    check = SpfCheck("192.0.2.1", "a@example.com", limits=Limits(pool=1 << 20))
    check.poll()
    (question,) = check.new_questions()
    check.answer(question.id, txt(head + b" " * (size - len(head + tail)) + tail))
    assert check.poll()
    result = check.result()
    if size <= 65_535:
        assert (result.verdict, result.limited) == (Verdict.FAIL, False)
        assert len(result.sources[0].text) == size
    else:
        assert (result.verdict, result.limited) == (Verdict.PERMERROR, True)
        assert result.cause is not None
        assert result.cause.name == "limit.record-bytes"


def test_distinct_checks_run_in_threads() -> None:
    zone = Zone(
        {
            f"d{i}.example.com": {"TXT": [f"v=spf1 ip4:192.0.2.{i} include:d0.example.com -all"]}
            for i in range(1, 64)
        }
        | {"d0.example.com": {"TXT": ["v=spf1 a:h.example.com -all"]}}
    )

    def verdicts(i: int) -> list[Verdict]:
        return [
            check_spf(f"192.0.2.{i}", f"a@d{j}.example.com", resolver=zone).verdict
            for j in range(1, 64)
        ]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(verdicts, range(1, 64)))
    assert found == [
        [Verdict.PASS if i == j else Verdict.FAIL for j in range(1, 64)] for i in range(1, 64)
    ]
