"""A line of text from outside, with a mark below it, safe and aligned on a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from mailassay import _core

COLUMNS = 100
_CONTEXT = 40  # columns before the mark, where the text is longer than the line
_NEAR = 4 * COLUMNS  # bytes on each side of the mark that can be of any use

# What must not be torn apart: an escape of the core, or one character.
_GLYPH = re.compile(r"\\u\{[0-9A-F]+\}|\\x[0-9A-F]{2}|.")


def underline(text: str, begin: int, end: int) -> str:
    """Two lines: `text` (code points 0-255), and `^~~~` under the bytes from `begin` to `end`."""
    data = text.encode("latin-1", "replace")
    begin = min(max(begin, 0), len(data))
    end = min(max(end, begin), len(data))
    # A long text is not escaped as a whole: that would be slow for each of many findings.
    left = _character_at(data, begin - _NEAR) if begin > _NEAR else 0
    right = _character_at(data, min(begin + _NEAR, len(data)))
    end = min(end, right)
    parts = [_glyphs(data[left:begin]), _glyphs(data[begin:end]), _glyphs(data[end:right])]
    glyphs = [glyph for part in parts for glyph in part]
    mark = len(parts[0])
    behind = mark + len(parts[1])

    first, last = _window(list(map(_width, glyphs)), mark, left > 0, right < len(data))
    before = "…" if left > 0 or first > 0 else ""
    after = "…" if right < len(data) or last < len(glyphs) else ""
    line = before + "".join(glyphs[first:last]) + after
    marked = sum(map(_width, glyphs[mark : max(mark, min(behind, last))]))
    indent = len(before) + sum(map(_width, glyphs[first:mark]))
    return f"{line}\n{' ' * indent}^{'~' * (marked - 1)}"


def _character_at(data: bytes, at: int) -> int:
    """The place, or the next one behind it, where no character of UTF-8 is torn."""
    end = min(at + 3, len(data))
    while at < end and 0x80 <= data[at] <= 0xBF:
        at += 1
    return at


def _glyphs(data: bytes) -> list[str]:
    return _GLYPH.findall(_core.escape_text(data))


def _width(glyph: str) -> int:
    """How many columns a terminal gives to it."""
    if len(glyph) > 1:
        return len(glyph)
    if unicodedata.category(glyph) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(glyph) in {"W", "F"} else 1


def _window(
    widths: Sequence[int], mark: int, more_before: bool, more_behind: bool
) -> tuple[int, int]:
    """The glyphs that fit on the line together with the marked one."""
    columns = COLUMNS - (mark == len(widths))  # behind the end, the caret takes a column of its own
    if not (more_before or more_behind) and sum(widths) <= columns:
        return 0, len(widths)
    columns -= 2  # an ellipsis on each side
    first = last = mark
    used = 0
    while first > 0 and used + widths[first - 1] <= _CONTEXT:
        first -= 1
        used += widths[first]
    while last < len(widths) and used + widths[last] <= columns:
        used += widths[last]
        last += 1
    while first > 0 and used + widths[first - 1] <= columns:
        first -= 1
        used += widths[first]
    return first, last
