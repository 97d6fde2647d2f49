"""The General Staff of Ukraine's daily totals of Russian losses, as Petro Ivaniuk collects them.

Three files of "2022 Ukraine Russia War" (Kaggle), under the MIT licence. Each row is one day's bulletin: totals since
24 February 2022, as of that morning. Kinds of equipment change over time. Where the corrections say that the General
Staff corrected a total on a day, that day's total revises the one of the day before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from graph.curation.imported import Thing
from graph.errors import InvalidData, Violation
from graph.importers import rows
from graph.importers.draft import Draft, Table
from graph.importers.importer import Importer

# What the table calls a kind of equipment, and the weapon category that it is.
KINDS = {
    "aircraft": "w-aircraft",
    "helicopter": "w-helicopter",
    "tank": "w-tank",
    "APC": "w-armoured-vehicle",
    "field artillery": "w-artillery",
    "MRL": "w-rocket-launcher",
    "anti-aircraft warfare": "w-air-defence",
    "mobile SRBM system": "w-missile-launcher",
    "drone": "w-uav",
    "cruise missiles": "w-cruise-missile",
    "naval ship": "w-ship",
    "submarines": "w-submarine",
    "military auto": "w-motor-vehicle",
    "fuel tank": "w-fuel-tanker",
    "vehicles and fuel tanks": "w-vehicle",
    "special equipment": "w-special-equipment",
    "ground robotic systems": "w-ground-robot",
}
PEOPLE = {"personnel": "losses", "POW": "captured"}
HEDGES = {"about": "approx", "more": "more-than"}
DIRECTION = "greatest losses direction"
NO_FIGURES = ("date", "day", "personnel*", DIRECTION)

CLAIMANT = "general-staff-ukraine"
SINCE = "2022-02-24"
LICENSE = "https://opensource.org/license/mit"
SOURCE = "https://www.kaggle.com/datasets/piterfm/2022-ukraine-russian-war"
PERSONNEL, EQUIPMENT, CORRECTIONS = "losses-personnel", "losses-equipment", "losses-corrections"
LABELS = {
    PERSONNEL: "Russian personnel losses by day (2022 Ukraine Russia War)",
    EQUIPMENT: "Russian equipment losses by day (2022 Ukraine Russia War)",
    CORRECTIONS: "Corrections of Russian equipment losses (2022 Ukraine Russia War)",
}
COLLECTOR = Thing.model_validate(
    {
        "slug": "petro-ivaniuk",
        "types": ["foaf:Person"],
        "label": "Petro Ivaniuk",
        "note": "Collects public tables on the war, such as 2022 Ukraine Russia War and Massive Missile Attacks.",
    }
)


def read(files: Sequence[Path], draft: Draft, _: Mapping[str, str]) -> None:
    """Read any of the three files, in any order; a file is known by its fields.

    Raises:
        InvalidData: a file is broken, or none of the three.
    """
    draft.thing(COLLECTOR)
    found: dict[str, tuple[Path, list[rows.Row]]] = {}
    for path in files:
        read = list(rows.of_json(path, ("date",), draft.progress))
        name = _name(path, read)
        if name in found:
            raise InvalidData([Violation(str(path), 0, f"is the same table as {found[name][0]}; name one copy")])
        found[name] = path, read
    corrections = _Corrections(draft, *found.pop(CORRECTIONS)) if CORRECTIONS in found else None
    if corrections and not found:
        message = "corrects the totals of the other two files; name them beside it"
        raise InvalidData([Violation(str(corrections.table.path), 0, message)])
    for name, (path, read) in found.items():
        _read_totals(draft, draft.table(name, path, _document(name)), read, corrections)
    if corrections:
        corrections.skip_what_is_left(draft)


def _name(path: Path, found: Sequence[rows.Row]) -> str:
    fields = found[0].fields if found else {}
    for name, mark in ((PERSONNEL, "personnel*"), (CORRECTIONS, "personnel"), (EQUIPMENT, "tank")):
        if mark in fields:
            return name
    message = "is none of russia_losses_personnel.json, russia_losses_equipment.json and its correction"
    raise InvalidData([Violation(str(path), found[0].line if found else 0, message)])


def _document(name: str) -> dict[str, Any]:
    return {
        "type": "dataset", "label": LABELS[name], "publisher": COLLECTOR.slug, "url": SOURCE, "language": "en",
        "license": LICENSE,
    }  # fmt: skip


class _Corrections:
    """Which totals the General Staff corrected on which day; a correction of nought corrects nothing."""

    def __init__(self, draft: Draft, path: Path, found: Sequence[rows.Row]) -> None:
        self.table = draft.table(CORRECTIONS, path, _document(CORRECTIONS))
        self._left: dict[tuple[str, str], rows.Row] = {}
        for row in found:
            day = _day(row)
            self.table.as_of = max(day, self.table.as_of or day)
            self.table.rows += 1
            for name, value in row.fields.items():
                if name not in NO_FIGURES and _number(row, name, value, least=None):
                    self._left[day.isoformat(), name] = row

    def note(self, table: Table, day: str, before: str, name: str, claim: dict[str, Any]) -> None:
        """Have a day's total revise the one of the day before, if it was corrected."""
        row = self._left.pop((day, name), None)
        if row and before:
            read_here = {**claim, "passages": [{"row": day, "mode": "table"}]}
            number = claim["quantity"]["value"]
            self.table.claim(f"{name} {day}", number, read_here, row.line, (table.id, f"{name} {before}"))

    def skip_what_is_left(self, draft: Draft) -> None:
        """Tell of corrections without a total."""
        for (_, name), row in self._left.items():
            draft.skip(row, "corrects a total that the files do not hold", name)


def _read_totals(draft: Draft, table: Table, found: Sequence[rows.Row], corrections: _Corrections | None) -> None:
    before = ""
    for row in sorted(found, key=_day):
        table.as_of = _day(row)
        table.rows += 1
        day = table.as_of.isoformat()
        channel = draft.communication(
            f"com-general-staff-{day}", {"medium": "bulletin", "publisher": CLAIMANT, "date": day}
        )
        for name, value in row.fields.items():
            if name in NO_FIGURES:
                continue
            number = _number(row, name, value)
            if number is None:
                draft.skip(row, "the table gives no number", name)
                continue
            quantity = _quantity(draft, row, name, number, day)
            claim: dict[str, Any] = {
                "claimant": CLAIMANT, "kind": "estimate" if name in PEOPLE else "fact", "channel": channel,
                "quantity": quantity,
                "passages": [{"row": day, "mode": "table", "bound": quantity["bound"]}],
            }  # fmt: skip
            table.claim(f"{name} {day}", str(number), claim, row.line)
            if corrections:
                corrections.note(table, day, before, name, claim)
        if row[DIRECTION]:
            table.claim(f"{DIRECTION} {day}", row[DIRECTION], _direction(row[DIRECTION], day, channel), row.line)
        before = day


def _quantity(draft: Draft, row: rows.Row, name: str, number: int, day: str) -> dict[str, str]:
    about = {"about": "russian-armed-forces", "since": SINCE, "as-of": day, "value": str(number), "bound": "exact"}
    if name in PEOPLE:
        hedge = row[f"{name}*"]
        if hedge and hedge not in HEDGES:
            raise row.wrong(f"{name}* is {hedge!r}; known are {', '.join(HEDGES)}")
        return {**about, "measure": PEOPLE[name], "unit": "people", "bound": HEDGES.get(hedge, "exact")}
    return {**about, "measure": "equipment-losses", "item": KINDS.get(name) or _new_kind(draft, name), "unit": "items"}


def _new_kind(draft: Draft, name: str) -> str:
    """A kind that the General Staff counts since this importer was written: it keeps its name."""
    known = draft.weapon(name)
    if known:
        return known
    note = "A kind of equipment as the General Staff's table names it; no category of ours."
    types = ["sit:WeaponSystem"]
    return draft.thing(Thing.model_validate({"slug": draft.minted(name), "types": types, "label": name, "note": note}))


def _direction(text: str, day: str, channel: str) -> dict[str, Any]:
    """Where the General Staff saw the greatest losses of the past day: a position, for it names no number."""
    abstract = f"Russian forces lost most in the direction of {text}."
    return {
        "claimant": CLAIMANT, "kind": "estimate", "channel": channel, "position": {"about": "russian-armed-forces"},
        "abstract": abstract, "passages": [{"row": day, "mode": "table"}],
    }  # fmt: skip


def _day(row: rows.Row) -> date:
    try:
        return date.fromisoformat(row["date"])
    except (TypeError, ValueError):
        raise row.wrong(f"date is {row['date']!r}; a day such as 2022-02-25 is needed") from None


def _number(row: rows.Row, name: str, value: Any, least: int | None = 0) -> int | None:
    """A whole number; None where the table leaves it empty."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or (least is not None and value < least):
        raise row.wrong(f"{name} is {value!r}; a whole number is needed")
    return value


IMPORTER = Importer(
    name="losses",
    says="The General Staff of Ukraine's daily totals of Russian personnel and equipment losses.",
    files="russia_losses_personnel.json russia_losses_equipment.json russia_losses_equipment_correction.json",
    read=read,
    options={},
)
