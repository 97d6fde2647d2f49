"""CSV that a spreadsheet opens as what it is: texts, and no formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What spreadsheets run, by OWASP's list ("CSV Injection"), also behind blanks, which some of them leave out.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
# A number and a day before the year 0 (as EDTF, also a span of two, or uncertain) begin with a sign and are none.
_PLAIN = re.compile(
    r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|-[0-9]{4,}(-[0-9]{2}){0,2}[?~%]?(/(-?[0-9]{4,}(-[0-9]{2}){0,2}[?~%]?|\.\.)?)?"
)


def written(header: Sequence[str], rows: Iterable[Sequence[object]], end: str = "\r\n") -> str:
    """Rows as CSV. A text that a spreadsheet would run as a formula gets an apostrophe before it; None is empty."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator=end)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return output.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN.fullmatch(text) else text
