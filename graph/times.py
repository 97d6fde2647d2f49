"""Uncertain time: EDTF text and the plain dates around it.

EDTF (ISO 8601-2) says how sure a date is; SPARQL does not compute it. So the text is kept as it stands and its outer
bounds, the earliest possible start and the latest possible end, are written beside it as plain dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import struct_time

from edtf import EDTFObject, parse_edtf
from edtf.parser import parser_classes
from edtf.parser.edtf_exceptions import EDTFParseException

# The library prints some of what it cannot read to standard output, where answers go.
vars(parser_classes)["print"] = lambda *_: None


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
    first, slash, last = text.partition("/")
    if slash and not re.search("[0-9]", text):
        raise ValueError(f"{text!r} names no day on either side; give one, or leave the date out")
    try:
        parsed: EDTFObject = parse_edtf(text)
        # the library makes ten years of an unknown side (`2025-01-20/`)
        start = None if slash and not first else _day(parsed.lower_strict())
        end = None if slash and not last else _day(parsed.upper_strict())
    except (EDTFParseException, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError):
        raise ValueError(
            f"{text!r} is not a date that exists; write 2025-01-20, 2025-01, 2025, a range as 2025-01-18/2025-01-19, "
            "one of several days as [2025-01-18..2025-01-20], 'on or before' as ../2025-01-20, 'about' as 2025-01-20~"
        ) from None
    if start and end and end < start:
        raise ValueError(f"{text!r} ends before it starts; turn the two dates round")
    return Time(text, start, end)


def _day(moment: struct_time | float) -> date | None:
    """The date of an EDTF bound; the library gives a float (infinity) for an open side."""
    return None if isinstance(moment, float) else date(moment[0], moment[1], moment[2])
