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

Functions
    check_spf      may this client send for this domain? an SpfResult
    parse_spf      one record by itself: an SpfRecord with its terms and all its errors
    drive          runs a check to its end with a resolver

Checking and DNS data
    SpfCheck       one evaluation whose questions the caller answers
    Resolver       the protocol of what looks names up: resolve(questions)
    Zone           a resolver over DNS data in memory or in a JSON file
    Question       what a check asks
    DnsAnswer      what is answered, with TxtRecord, AddressRecord, MxRecord, HostRecord
                   (DnsRecord is any of them)
    LabelAnswer    the A-label of a U-label
    Limits         how much memory and work a check may cost
    MisuseError    the only exception of this package, a ValueError

Results
    SpfResult      verdict, findings and trace of a check (a Report)
    SpfRecord      the SpfTerm objects of a record, and its errors
    Report         what all results share: sources, questions, findings, trace
    Diagnostic     a finding: text("en"), underline(), code and place
    Step           a step of the trace
    Source         a text that findings and steps point into
    Language       the languages of the texts, "en" and "de"

Enumerations (members are also str: Verdict.PASS == "pass")
    Verdict Identity Severity TermKind Qualifier RecordType AnswerStatus QuestionKind
    SourceKind StepKind Outcome
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

__all__ = [  # noqa: RUF022, what most readers look for comes first
    "check_spf",
    "parse_spf",
    "drive",
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
]
