"""Strict e-mail authentication checks that explain themselves.

    >>> import mailassay
    >>> zone = mailassay.Zone({"example.com": {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"]}})
    >>> result = mailassay.check_spf("192.0.2.1", "a@example.com", resolver=zone)
    >>> print(result.verdict)
    pass
    >>> for step in result.trace:
    ...     print("  " * step.depth + step.text, step.outcome)
    v=spf1 ip4:192.0.2.0/24 -all pass
      ip4:192.0.2.0/24 match

Verdicts and findings come from the C++ core, which does no input or output. Bad input is a
verdict, never an exception; wrong use of the API raises MisuseError.
"""

from mailassay._answers import (
    AddressRecord,
    DnsAnswer,
    DnsRecord,
    HostRecord,
    LabelAnswer,
    Limits,
    MxRecord,
    Resolver,
    TxtRecord,
)
from mailassay._core import MisuseError, __version__
from mailassay._driver import drive
from mailassay._names import (
    AnswerStatus,
    Identity,
    Outcome,
    Qualifier,
    QuestionKind,
    RecordType,
    Severity,
    SourceKind,
    StepKind,
    TermKind,
    Verdict,
)
from mailassay._report import Diagnostic, Language, Question, Report, Source, Step
from mailassay._spf import SpfCheck, SpfRecord, SpfResult, SpfTerm, check_spf, parse_spf
from mailassay._zone import Zone

__all__ = [
    "AddressRecord",
    "AnswerStatus",
    "Diagnostic",
    "DnsAnswer",
    "DnsRecord",
    "HostRecord",
    "Identity",
    "LabelAnswer",
    "Language",
    "Limits",
    "MisuseError",
    "MxRecord",
    "Outcome",
    "Qualifier",
    "Question",
    "QuestionKind",
    "RecordType",
    "Report",
    "Resolver",
    "Severity",
    "Source",
    "SourceKind",
    "SpfCheck",
    "SpfRecord",
    "SpfResult",
    "SpfTerm",
    "Step",
    "StepKind",
    "TermKind",
    "TxtRecord",
    "Verdict",
    "Zone",
    "__version__",
    "check_spf",
    "drive",
    "parse_spf",
]
