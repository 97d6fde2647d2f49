"""Uncertain time: EDTF text and the plain dates around it.

EDTF (ISO 8601-2) says how sure a date is; SPARQL does not compute it. So the text is kept as it stands and its outer
bounds, the earliest possible start and the latest possible end, are written beside it as plain dates.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import struct_time

from edtf import EDTFObject, parse_edtf
from edtf.parser import parser_classes
from edtf.parser.edtf_exceptions import EDTFParseException

# The library prints some of what it cannot read to standard output, where answers go.
vars(parser_classes)["print"] = lambda *_: None


MOST = 200
"""Characters of a text that is read: the library takes 10 ms for each day that a set lists."""
_PLAIN = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_DATE = f"{_PLAIN}[~?%]?"
_USUAL = re.compile(
    rf"({_DATE})|({_DATE})/({_DATE})|\[({_PLAIN})\.\.({_PLAIN})\]|({_DATE})/\.\.|\.\./({_DATE})", re.ASCII
)
Bounds = tuple[date | None, date | None]


@dataclass(frozen=True)
class Time:
    """An EDTF text with its outer bounds; a bound is None where the interval is open or unknown on that side.

    Read back from a graph, the text is empty where plain dates say all.
    """

    edtf: str
    start: date | None
    end: date | None

    @property
    def is_plain_day(self) -> bool:
        """Whether the text is one calendar day and says no more than its bounds do."""
        return self.start == self.end and self.start is not None and self.edtf == self.start.isoformat()

    @property
    def has_open_start(self) -> bool:
        """Whether nothing is known but the latest possible day (`../2025-01-20`)."""
        return self.start is None and self.end is not None


@lru_cache(maxsize=4096)
def parse(text: str) -> Time:
    """Read an EDTF text, such as `2024`, `2025-01-20~`, `[2025-01-18..2025-01-20]` or `../2025-01-20`.

    Raises:
        ValueError: the text is no EDTF, names a day that does not exist, or ends before it starts.
    """
    text = text.strip()
    if len(text) > MOST:
        raise ValueError(
            f"'{text[:20]}…' has {len(text):,} characters, and at most {MOST} are read; write one of many days as "
            "[2025-01-18..2025-01-20]"
        )
    if "/" in text and not re.search("[0-9]", text):
        raise ValueError(f"{text!r} names no day on either side; give one, or leave the date out")
    try:
        start, end = _usual(text) or _any(text)
    except (EDTFParseException, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError):
        raise ValueError(
            f"{text!r} is not a date that exists; write 2025-01-20, 2025-01, 2025, a range as 2025-01-18/2025-01-19, "
            "one of several days as [2025-01-18..2025-01-20], 'on or before' as ../2025-01-20, 'about' as 2025-01-20~"
        ) from None
    if start and end and end < start:
        raise ValueError(f"{text!r} ends before it starts; turn the two dates round")
    return Time(text, start, end)


def _usual(text: str) -> Bounds | None:
    """The bounds of the usual forms, which the library takes 10 to 100 ms to read; None for all others."""
    found = _USUAL.fullmatch(text)
    if not found:
        return None
    only, first, last, least, most, since, until = found.groups()
    if least and len(least) != len(most):
        return None
    first, last = only or first or least or since, only or last or most or until
    return _outer(first)[0] if first else None, _outer(last)[1] if last else None


def _any(text: str) -> Bounds:
    first, slash, last = text.partition("/")
    parsed: EDTFObject = parse_edtf(text)
    # the library makes ten years of an unknown side (`2025-01-20/`)
    start = None if slash and not first else _bound(parsed.lower_strict())
    end = None if slash and not last else _bound(parsed.upper_strict())
    return start, end


def _outer(text: str) -> tuple[date, date]:
    """The first and the last day of a day, month or year, whatever doubt stands behind it."""
    year, *rest = map(int, text.rstrip("~?%").split("-"))
    if len(rest) == 2:
        return date(year, *rest), date(year, *rest)
    first, last = (rest[0], rest[0]) if rest else (1, 12)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def said(day: date | None, end: date | None, edtf: str) -> Time:
    """When a claim was made, from its latest possible day and an EDTF text where that says more."""
    try:
        if edtf:
            return parse(edtf)
    except ValueError:
        return Time(edtf, None, day or end)
    return Time("", day, day or end)


def day(text: str | None) -> date | None:
    """The day of an ISO text; None where there is none, or it is no day that exists."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _bound(moment: struct_time | float) -> date | None:
    """The date of an EDTF bound; the library gives a float (infinity) for an open side."""
    return None if isinstance(moment, float) else date(moment[0], moment[1], moment[2])
