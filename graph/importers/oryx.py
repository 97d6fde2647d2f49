"""Oryx' visually confirmed losses of equipment, as scarnecchia/oryx_data has them item by item.

Four files, one for each status, under CC BY 4.0. An item that was damaged and then captured stands in two of them, as
Oryx lists it, so figures of two statuses must not be added up. The table prints some names with the number of the list
that they head ("10 BMP-2M"); it is taken off. Names that differ in quotes, case or alphabet alone are one system. What
Oryx recorded up to the last day of a copy is one total a system.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from pydantic import HttpUrl, TypeAdapter, ValidationError

from graph.curation.imported import Thing
from graph.errors import InvalidData, Violation
from graph.importers import rows
from graph.importers.draft import Draft, Table
from graph.importers.importer import Importer
from graph.search.folding import folded, plain

# Whose equipment, by the table's word; and the measure of a status.
FORCES = {"Russia": "russian-armed-forces", "Ukraine": "armed-forces-of-ukraine"}
MEASURES = {
    "destroyed": "equipment-destroyed",
    "damaged": "equipment-damaged",
    "abandoned": "equipment-abandoned",
    "captured": "equipment-captured",
}
COLUMNS = ("country", "system", "status", "url", "date_recorded", "matID")
SINCE = "2022-02-24"
SOURCE = "https://github.com/scarnecchia/oryx_data"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
NOTE = "A system as Oryx' list names it; it means no system of data/reference with certainty."
CLAIMANT = Thing(slug="oryx", types=["org:Organization"], label="Oryx", note="Counts losses that a picture confirms.")
PUBLISHER = Thing(slug="scarnecchia", types=["foaf:Agent"], label="scarnecchia", note="Keeps oryx_data on GitHub.")
_COUNT = re.compile(r"^[0-9]+ (?!mm\b|cm\b)(?=\S)")
_LINK = re.compile(r"https?://\S+")
_URL = TypeAdapter(HttpUrl)


def read(files: Sequence[Path], draft: Draft, options: Mapping[str, str]) -> None:
    """Read any of the four files; with the option `items`, each item is a passage with the link to its picture."""
    draft.thing(CLAIMANT)
    draft.thing(PUBLISHER)
    seen: dict[str, Path] = {}
    items: dict[str, str] = {}
    for path in files:
        _read_status(path, draft, seen, items, with_items="items" in options)


def _read_status(
    path: Path, draft: Draft, seen: dict[str, Path], systems: dict[str, str], *, with_items: bool
) -> None:  # fmt: skip
    totals: dict[tuple[str, str], list[rows.Row]] = {}
    items: dict[str, int] = {}
    status, newest = "", date.min
    for row in rows.of_csv(path, COLUMNS, draft.progress):
        if row["status"] not in MEASURES:
            raise row.wrong(f"status is {row['status']!r}; known are {', '.join(MEASURES)}")
        if status and row["status"] != status:
            raise row.wrong(f"status is {row['status']!r}, but the rows before are {status}; one file holds one status")
        if row["country"] not in FORCES:
            raise row.wrong(f"country is {row['country']!r}; known are {', '.join(FORCES)}")
        if not row["system"] or not row["matID"]:
            raise row.wrong("system or matID is empty")
        if first := items.get(row["matID"]):
            raise row.wrong(f"the item {row['matID']} stands on line {first} already")
        items[row["matID"]] = row.line
        status, newest = row["status"], max(newest, _day(row))
        totals.setdefault((row["country"], _COUNT.sub("", row["system"], count=1)), []).append(row)
    if not totals:
        raise InvalidData([Violation(str(path), 0, "holds no item; download it again")])
    if first_path := seen.get(status):
        raise InvalidData([Violation(str(path), 0, f"holds what was {status}, as {first_path} does; name one copy")])
    seen[status] = path
    label = f"Equipment {status}, as Oryx confirmed it (oryx_data)"
    document = {"type": "dataset", "label": label, "publisher": PUBLISHER.slug, "url": SOURCE, "language": "en"}
    table = draft.table(f"oryx-{status}", path, {**document, "license": LICENSE})
    table.as_of, table.rows = newest, len(items)
    for (country, item), (names, found) in sorted(_by_item(draft, totals, systems).items()):
        _add(draft, table, country, item, names, found, with_items=with_items)


Systems = dict[tuple[str, str], tuple[list[str], list[rows.Row]]]


def _by_item(
    draft: Draft, totals: Mapping[tuple[str, str], list[rows.Row]], items: dict[str, str]
) -> Systems:  # fmt: skip
    """The rows of each country and system, with its names, the most frequent first; the system by its slug.

    `items` remembers the slug of each name's key, so that a system that is spelled otherwise in the next file is one.
    """
    spelled: dict[str, Counter[str]] = {}
    for (_, name), found in totals.items():
        spelled.setdefault(_key(name), Counter())[name] += len(found)
    for key, counted in spelled.items():
        if key not in items:
            items[key] = _item(
                draft, [name for name, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]
            )
    systems: Systems = {}
    for (country, name), found in totals.items():
        names, together = systems.setdefault((country, items[_key(name)]), ([], []))
        names.append(name)
        together += found
    return systems


def _key(name: str) -> str:
    return folded(plain(name)) or name


def _item(draft: Draft, names: Sequence[str]) -> str:
    if known := draft.weapon(names[0]):
        return known
    also = {"also": {"en": list(names[1:])}} if names[1:] else {}
    types = ["sit:WeaponSystem"]
    return draft.thing(Thing(slug=draft.minted(names[0]), types=types, label=names[0], note=NOTE, **also))


def _add(
    draft: Draft, table: Table, country: str, item: str, names: list[str], found: list[rows.Row], *, with_items: bool
) -> None:
    status, system = found[0]["status"], min(names)
    passages = [{"row": name, "mode": "table"} for name in sorted(names)]
    if with_items:
        passages = [_passage(draft, row) for row in found]
    claim = {
        "claimant": CLAIMANT.slug,
        "kind": "fact",
        "said": str(table.as_of),
        "quantity": {
            "about": FORCES[country],
            "measure": MEASURES[status],
            "item": item,
            "since": SINCE,
            "as-of": str(table.as_of),
            "value": str(len(found)),
            "unit": "items",
        },
        "passages": passages,
    }
    table.claim(f"{country} {system} {status}", str(len(found)), claim, found[0].line)


def _passage(draft: Draft, row: rows.Row) -> dict[str, str]:
    passage = {"row": row["matID"], "mode": "table"}
    link = _LINK.search(row["url"])
    try:
        return {**passage, "url": str(_URL.validate_python(link[0] if link else ""))}
    except ValidationError:
        draft.skip(row, "the link to the picture is no web address", row["url"])
        return passage


def _day(row: rows.Row) -> date:
    try:
        return date.fromisoformat(row["date_recorded"])
    except ValueError:
        raise row.wrong(f"date_recorded is {row['date_recorded']!r}; a day such as 2022-05-27 is needed") from None


IMPORTER = Importer(
    name="oryx",
    says="Oryx' visually confirmed losses of equipment: a total for each system and status.",
    files="oryx-destroyed.csv oryx-damaged.csv oryx-abandoned.csv oryx-captured.csv",
    read=read,
    options={"items": "each item as a passage of its total, with the link to its picture"},
)
