"""What a caller hands over: checked here, so that each mistake is a MisuseError that names it."""

from __future__ import annotations

import math
import operator
import time
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, TypeAlias, TypeVar

from mailassay import _core
from mailassay._core import MisuseError

Text: TypeAlias = str | bytes | bytearray | memoryview
Address: TypeAlias = IPv4Address | IPv6Address

_SHOWN = 60

EnumT = TypeVar("EnumT", bound=Enum)


def kind(value: object) -> str:
    """None, or the name of a value's type."""
    return "None" if value is None else type(value).__name__


def shown(value: object) -> str:
    """A short form of a plain value, and the type of any other."""
    if isinstance(value, str | bytes):
        text = repr(value[: _SHOWN + 1])
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() <= 128):
        return repr(value)
    return "a longer number" if isinstance(value, int) else kind(value)


def require_range(what: str, value: object, bits: int) -> int:
    """The number; raises MisuseError unless it is an unsigned integer of this width."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise MisuseError(f"{what} is an int, not {kind(value)}") from None
    if not 0 <= number < 1 << bits:
        raise MisuseError(f"{what} lies between 0 and 2**{bits} - 1, not at {shown(number)}")
    return number


def require_text(what: str, value: object) -> str:
    if not isinstance(value, str):
        raise MisuseError(f"{what} is a str, not {kind(value)}")
    return value


def member_of(enumeration: type[EnumT], value: Any, what: str) -> EnumT:
    """The member that is this value or has it as its text."""
    if isinstance(value, str):
        try:
            return enumeration(value)
        except ValueError:
            pass
    known = ", ".join(str(member) for member in enumeration)
    raise MisuseError(f"{shown(value)} is no {what}; use one of {known}")


def bytes_of(text: object, what: str) -> bytes:
    """The bytes that a user's text stands for: UTF-8. No content of a str is ever refused."""
    if isinstance(text, bytes):
        return text
    if isinstance(text, bytearray | memoryview):
        try:
            return bytes(text)
        except ValueError as error:
            raise MisuseError(f"{what}: {error}") from None
    if not isinstance(text, str):
        raise MisuseError(f"{what}: a str or bytes is wanted, not {kind(text)}")
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate: no sound UTF-8 either way, the core refuses it
        return text.encode("utf-8", "surrogatepass")


def name_bytes(name: object, what: str) -> bytes:
    """The bytes of a name of DNS: its code points, 0-255."""
    try:
        return require_text(what, name).encode("latin-1")
    except UnicodeEncodeError:
        raise MisuseError(f"{what} {shown(name)} is no name of DNS; give its A-labels") from None


def address_of(value: object, what: str) -> Address:
    """The address that an object is or a str writes."""
    if isinstance(value, IPv4Address | IPv6Address):
        return value
    if not isinstance(value, str):
        raise MisuseError(
            f"{what}: a str or an address of the module ipaddress is wanted, not {kind(value)}"
        )
    packed = _core.parse_address(bytes_of(value, what))
    if packed is None:
        raise MisuseError(f"{what}: {shown(value)} is no IPv4 or IPv6 address")
    return ip_address(packed)


def seconds_of(now: object) -> int:
    """Whole seconds since 1970; None: the clock."""
    if now is None:
        return int(time.time())
    if not isinstance(now, float):
        return require_range("now, in seconds since 1970,", now, 64)
    if not math.isfinite(now):
        raise MisuseError(f"now: {now!r} is no time")
    return require_range("now", int(now), 64)


def require_resolver(resolver: object) -> None:
    if isinstance(resolver, type):
        raise MisuseError(
            f"resolver: an object is wanted, not the class {resolver.__name__} itself"
        )
    if not callable(getattr(resolver, "resolve", None)):
        raise MisuseError(
            f"resolver: an object with resolve(questions) is needed, such as a mailassay.Zone, "
            f"not {kind(resolver)}; a check does not ask the network by itself"
        )
