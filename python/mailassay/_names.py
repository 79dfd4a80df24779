"""The enumerations. Each member is the str that the core and the JSON use, and prints as it."""

from __future__ import annotations

from enum import Enum


class Name(str, Enum):
    """Base of all enumerations: compares equal to its text and prints as it."""

    def __str__(self) -> str:
        return str(self.value)


class Verdict(Name):
    """What SPF says about a sender (RFC 7208 §2.6)."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class Identity(Name):
    """Which identity was checked (RFC 7208 §2.3, §2.4, named as in §9.1)."""

    MAIL_FROM = "mailfrom"
    HELO = "helo"


class Severity(Name):
    """How much a finding matters.

    error: receivers treat the record as broken, or mail is lost. warning: it works, but not as its
    owner surely means. notice: worth a look. info: explains.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"
    INFO = "info"


class SourceKind(Name):
    """What kind of text a span points into."""

    RECORD = "record"
    HEADER = "header"
    POLICY = "policy"
    ARGUMENT = "argument"


class StepKind(Name):
    """What a step of the trace looked at."""

    RECORD = "record"
    TERM = "term"
    HOST = "host"
    SIGNATURE = "signature"
    WALK = "walk"


class Outcome(Name):
    """What came of a step. A record ends in a verdict; a term or a host matches or does not."""

    NONE = "none"
    MATCH = "match"
    NO_MATCH = "no-match"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"
    NOT_FOUND = "not-found"
    FAILED = "failed"


class QuestionKind(Name):
    """What a question asks: a DNS look-up, or the A-label of one U-label (IDNA2008)."""

    DNS = "dns"
    TO_ASCII = "to_ascii"


class RecordType(Name):
    """The DNS types that are asked for."""

    A = "A"
    AAAA = "AAAA"
    MX = "MX"
    NS = "NS"
    PTR = "PTR"
    TXT = "TXT"


class AnswerStatus(Name):
    """How a question ended.

    ok with no records means that the name has none of this type. error: any other response code.
    bogus: DNSSEC validation failed. failed: it could not be asked at all. unsupported: this host
    cannot answer questions of this kind.
    """

    OK = "ok"
    NXDOMAIN = "nxdomain"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    ERROR = "error"
    BOGUS = "bogus"
    TIMEOUT = "timeout"
    FAILED = "failed"
    UNSUPPORTED = "unsupported"


class TermKind(Name):
    """The mechanisms and modifiers of RFC 7208 §5 and §6.

    modifier: one that no standard names (§6: ignored). invalid: neither; see SpfTerm.error.
    """

    ALL = "all"
    INCLUDE = "include"
    A = "a"
    MX = "mx"
    PTR = "ptr"
    IP4 = "ip4"
    IP6 = "ip6"
    EXISTS = "exists"
    REDIRECT = "redirect"
    EXP = "exp"
    MODIFIER = "modifier"
    INVALID = "invalid"


class Qualifier(Name):
    """The sign before a mechanism (RFC 7208 §4.6.2)."""

    PASS = "+"
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"
