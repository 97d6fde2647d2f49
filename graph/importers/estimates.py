"""The Economist's collection of estimates of soldiers' deaths and casualties, under CC BY 4.0.

Each row is somebody else's estimate: he is the claimant, not The Economist, and the page where he gave it is the
channel. All are totals since 24 February 2022. A row has a low and a high end, one of the two, or a point.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import HttpUrl, TypeAdapter, ValidationError

from graph.curation.imported import Thing
from graph.importers import rows
from graph.importers.draft import Draft, one
from graph.importers.importer import Importer

# Who the table's sources are, where that is certain; "via" is who published it. Others keep their name.
CLAIMANTS: Mapping[str, tuple[str, ...]] = {
    "UK MoD": ("uk-ministry-of-defence",),
    "UK Ministry of Defence": ("uk-ministry-of-defence",),
    "Armed Forces of Ukraine": ("armed-forces-of-ukraine",),
    "Russian Ministry of Defense": ("russian-ministry-of-defence",),
    "Office of the President of Ukraine": ("office-of-the-president-of-ukraine",),
    "US officials": ("us-officials",),
    "US DoD": ("us-department-of-defense",),
    "The Centre for Strategic and International Studies": ("CSIS",),
    "Mediazona; Meduza": ("Mediazona", "Meduza"),
    "Mediazona; Meduza (cumulative)": ("Mediazona", "Meduza"),
    "Dutch Military Intelligence and Security Service (MIVD; note, timing clarified via email)": (
        "Dutch Military Intelligence and Security Service (MIVD)",
    ),
}
# Sources that are an unnamed collective; the others that keep their name are bodies.
GROUPS = ("officials", "agencies", "estimate", "leak", "nations", "services")
MEASURES = {"deaths": "killed", "casualties": "casualties"}
FORCES = {"russia": "russian-armed-forces", "ukraine": "armed-forces-of-ukraine"}
WARRING = "ignore for chart, data from warring parties"
COLUMNS = (
    "date", "estimate_low", "estimate_high", "estimate", "type", "source", "source_url", "country", WARRING,
)  # fmt: skip
SINCE = "2022-02-24"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
PUBLISHER = Thing(slug="the-economist", types=["org:Organization"], label="The Economist", note="Weekly newspaper.")
_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(,[0-9]{3})+")
_URL = TypeAdapter(HttpUrl)


def read(files: Sequence[Path], draft: Draft, _: Mapping[str, str]) -> None:
    """Read the one file; see the module."""
    path = one(files, "estimates")
    draft.thing(PUBLISHER)
    label = "Estimates of soldiers' deaths and casualties, as The Economist collects them"
    document = {"type": "dataset", "label": label, "publisher": PUBLISHER.slug, "language": "en", "license": LICENSE}
    table = draft.table("estimates", path, document)
    for row in rows.of_csv(path, COLUMNS, draft.progress):
        day = _day(row)
        table.as_of = max(day, table.as_of or day)
        table.rows += 1
        for column, known in (("type", MEASURES), ("country", FORCES)):
            if row[column] not in known:
                raise row.wrong(f"{column} is {row[column]!r}; known are {', '.join(known)}")
        number = _number(row)
        if not number:
            draft.skip(row, "the table gives no number", row["source"])
            continue
        claim: dict[str, Any] = {
            "claimant": _claimants(draft, row),
            "kind": "estimate",
            "quantity": {
                "about": FORCES[row["country"]],
                "measure": MEASURES[row["type"]],
                "since": SINCE,
                "as-of": day.isoformat(),
                "unit": "people",
                **number,
            },
            "passages": [{"row": str(row.number), "mode": "table"}],
        }
        if channel := _channel(draft, row):
            claim["channel"] = channel
        key = f"{day} {row['type']} {row['country']} {row['source']} {row['source_url']}"
        table.claim(key, " ".join(filter(None, map(row.fields.get, COLUMNS[1:4]))), claim, row.line)


def _number(row: rows.Row) -> dict[str, str]:
    """The number as a sheet has it: a range, a point, or an end with its hedge."""
    low, high, point = (row[name] for name in COLUMNS[1:4])
    for name in COLUMNS[1:4]:
        if row[name] and not _NUMBER.fullmatch(row[name]):
            raise row.wrong(f"{name} is {row[name]!r}; a whole number is needed")
    values = [Decimal(text.replace(",", "")) for text in (low, point, high) if text]
    if values != sorted(values):
        raise row.wrong("the low end, the estimate and the high end do not follow each other")
    if low and high:
        return {"min": low, "max": high, **({"value": point} if point else {})}
    if point:
        return {"value": point}
    return {"value": low, "bound": "at-least"} if low else {"value": high, "bound": "at-most"} if high else {}


def _claimants(draft: Draft, row: rows.Row) -> list[str]:
    printed = row["source"]
    if not printed:
        return [PUBLISHER.slug]
    name, _, via = printed.partition(" (via ")
    if "leak via" in printed:
        name, _, via = printed.replace("(leak via", "(via").partition(" (via ")
    known = CLAIMANTS.get(printed) or CLAIMANTS.get(name) or (name,)
    return [part if draft.is_declared(part) else _claimant(draft, part, row, via.rstrip(")")) for part in known]


def _claimant(draft: Draft, name: str, row: rows.Row, via: str) -> str:
    if found := draft.agent(name):
        return found
    kind = "foaf:Group" if any(word in name for word in GROUPS) else "org:Organization"
    note = "A source as The Economist's table names it" + (f"; by way of {via}" if via else "") + "."
    if row[WARRING]:
        note += " The table marks it as a warring party."
    return draft.thing(Thing(slug=draft.minted(name), types=[kind], label=name, note=note))


def _channel(draft: Draft, row: rows.Row) -> str:
    """The page where the claimant gave it; its own day is not in the table."""
    try:
        url = str(_URL.validate_python(row["source_url"]))
    except ValidationError:
        draft.skip(row, "the source is no web address; the claim stands without a channel", row["source_url"])
        return ""
    medium = "social-post" if re.match(r"https?://(x|twitter|t)\.(com|me)/", url) else "publication"
    name = f"com-estimates-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
    label = f"Page at {url.split('/')[2]} that The Economist's table names"
    return draft.communication(name, {"medium": medium, "url": url, "label": label})


def _day(row: rows.Row) -> date:
    try:
        return datetime.strptime(row["date"], "%d/%m/%Y").date()  # noqa: DTZ007  a day has no time zone
    except ValueError:
        raise row.wrong(f"date is {row['date']!r}; a day such as 16/01/2024 is needed") from None


IMPORTER = Importer(
    name="estimates",
    says="Estimates of soldiers' deaths and casualties by many sources, as The Economist collects them.",
    files="economist-estimates.csv",
    read=read,
    options={},
)
