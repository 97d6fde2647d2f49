"""Missile and drone attacks on Ukraine, night by night and weapon by weapon, as Petro Ivaniuk collects them.

"Massive Missile Attacks on Ukraine" (Kaggle): a row is what a command of Ukraine's air defence reports of one weapon in
one attack, with the post that says so. The commands are the claimants. What a row tells becomes claims on an event: the
night (or the day) as one command reports it. Rows of a regional command are on an event of its own, which is a part of
the nationwide one; sums take events whose `schema:superEvent` is the war.

Three habits of the table matter. `launched` counts decoys and drones of unknown types under Shahed, so that these
figures are the attack's drones and name no item; how many of them were Shaheds stands in `is_shahed`, in round numbers,
and is read as "about". Several models in one row, joined by " and ", have one figure: it stays one, of a group that has
them as members. A post has no date in the table: it is taken to be about the day on which the attack ended. Numbers of
a region that a nationwide row gives beside its own are on an event that is a part of the attack.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from graph.curation.imported import Thing
from graph.errors import InvalidData, Violation
from graph.identity import slug
from graph.importers import rows
from graph.importers.draft import Draft, Table
from graph.importers.importer import Importer
from graph.importers.losses import COLLECTOR

UAV, MISSILE = "uav", "missile"
# The table's models: the name in English, drone or missile, category, other names. Latin X and C stand for Kh and S.
MODELS: dict[str, tuple[str, str, str | None, tuple[str, ...]]] = {
    "Shahed-136/131": ("Shahed-136/131", UAV, "w-uav", ("Geran-2/Geran-1",)),
    "Unknown UAV": ("uncrewed aerial vehicle (type not stated)", UAV, "w-uav", ("drone",)),
    "Reconnaissance UAV": ("reconnaissance drone (type not stated)", UAV, "w-uav", ()),
    "Orlan-10": ("Orlan-10", UAV, "w-uav", ()),
    "Orlan-30": ("Orlan-30", UAV, "w-uav", ()),
    "Supercam": ("Supercam", UAV, "w-uav", ()),
    "ZALA": ("ZALA drone", UAV, "w-uav", ("ZALA",)),
    "Lancet": ("Lancet", UAV, "w-uav", ()),
    "Молнія": ("Molniya", UAV, "w-uav", ("Молнія",)),
    "Merlin-VR": ("Merlin-VR", UAV, "w-uav", ()),
    "Orion": ("Orion", UAV, "w-uav", ()),
    "Mohajer-6": ("Mohajer-6", UAV, "w-uav", ()),
    "Kub": ("Kub", UAV, "w-uav", ()),
    "Forpost": ("Forpost", UAV, "w-uav", ()),
    "Eleron": ("Eleron", UAV, "w-uav", ()),
    "Granat-4": ("Granat-4", UAV, "w-uav", ()),
    "Фенікс": ("Feniks", UAV, "w-uav", ("Фенікс",)),
    "Картограф": ("Kartograf", UAV, "w-uav", ("Картограф",)),
    "Привет-82": ("Privet-82", UAV, "w-uav", ("Привет-82",)),
    "Iskander-M": ("Iskander-M", MISSILE, "w-ballistic-missile", ()),
    "KN-23": ("KN-23", MISSILE, "w-ballistic-missile", ("Hwasong-11Ga",)),
    "Iskander-M/KN-23": ("Iskander-M/KN-23", MISSILE, "w-ballistic-missile", ()),
    "Ballistic Missile": ("ballistic missile (type not stated)", MISSILE, "w-ballistic-missile", ()),
    "Intercontinental Ballistic Missile": (
        "ballistic missile, called intercontinental (type not stated)", MISSILE, None, (),
    ),
    "Iskander-K": ("Iskander-K", MISSILE, None, ()),
    "Kalibr": ("Kalibr", MISSILE, None, ()),
    "Banderol": ("Banderol", MISSILE, None, ()),
    "P-800 Oniks": ("P-800 Oniks", MISSILE, None, ()),
    "3M22 Zircon": ("3M22 Zircon", MISSILE, None, ()),
    "X-22": ("Kh-22", MISSILE, None, ("X-22", "Х-22")),
    "X-31": ("Kh-31", MISSILE, None, ("X-31", "Х-31")),
    "X-31P": ("Kh-31P", MISSILE, None, ("X-31P", "Х-31П")),
    "X-31PD": ("Kh-31PD", MISSILE, None, ("X-31PD", "Х-31ПД")),
    "X-32": ("Kh-32", MISSILE, None, ("X-32", "Х-32")),
    "X-35": ("Kh-35", MISSILE, None, ("X-35", "Х-35")),
    "X-47 Kinzhal": ("Kh-47 Kinzhal", MISSILE, None, ("X-47 Kinzhal", "Kinzhal", "Кинджал")),
    "X-59": ("Kh-59", MISSILE, None, ("X-59", "Х-59")),
    "X-59MK2": ("Kh-59MK2", MISSILE, None, ("X-59MK2", "Х-59МК2")),
    "X-69": ("Kh-69", MISSILE, None, ("X-69", "Х-69")),
    "X-59/X-69": ("Kh-59/Kh-69", MISSILE, None, ("X-59/X-69",)),
    "X-101/X-555": ("Kh-101/Kh-555", MISSILE, None, ("X-101/X-555",)),
    "C-300": ("S-300", MISSILE, "w-air-defence", ("C-300", "С-300")),
    "C-400": ("S-400", MISSILE, "w-air-defence", ("C-400", "С-400")),
    "C-300/C-400": ("S-300/S-400", MISSILE, "w-air-defence", ("C-300/C-400",)),
    "GBU": ("guided bomb (type not stated)", MISSILE, None, ("GBU",)),
    "Aerial Bomb": ("aerial bomb (type not stated)", MISSILE, None, ()),
    "Unknown Missile": ("missile (type not stated)", MISSILE, None, ()),
}  # fmt: skip
SHAHED = "Shahed-136/131"
# Columns of numbers, and the measure of each for drones and for missiles.
FIGURES = {
    "launched": ("uav-launched", "missile-launched"),
    "destroyed": ("uav-shot-down", "missile-shot-down"),
    "not_reach_goal": ("uav-lost", "missile-lost"),
    "still_attacking": ("uav-in-air", None),
    "num_hit_location": ("places-hit", "places-hit"),
    "num_fall_fragment_location": ("places-debris", "places-debris"),
}
# Numbers of a part of the drones: the measure, and how the number is hedged.
PARTS = {
    "is_shahed": ("shahed-launched", "approx"),
    "turbojet": ("jet-drone-launched", "exact"),
    "turbojet_destroyed": ("jet-drone-shot-down", "exact"),
}
NOT_TAKEN = ("carrier", "launched_details", "launch_place_details")
COLUMNS = ("time_start", "time_end", "model", "launch_place", "target", "launched", "destroyed", "source")
# Who posts: the start of the source, the claimant's slug, name and body above (declared where data/ does not), region.
REPORTERS: dict[str, tuple[str, str, str, str | None]] = {
    "kpszsu": ("ukrainian-air-force", "", "", None),
    "https://t.me/kpszsu": ("ukrainian-air-force", "", "", None),
    "GeneralStaff.ua": ("general-staff-ukraine", "", "", None),
    "CinCAFU": (
        "attacks-commander-in-chief", "Commander-in-Chief of the Armed Forces of Ukraine (office)",
        "armed-forces-of-ukraine", None,
    ),
    "PvKPivden": ("attacks-air-command-south", "Air Command South", "ukrainian-air-force", "south"),
    "pvkshid": ("attacks-air-command-east", "Air Command East", "ukrainian-air-force", "east"),
    "PvkZahid": ("attacks-air-command-west", "Air Command West", "ukrainian-air-force", "west"),
    "PvkCenter": ("attacks-air-command-center", "Air Command Center", "ukrainian-air-force", "center"),
    "kharkivoda.gov.ua": (
        "attacks-kharkiv-administration", "Kharkiv Regional State Administration", "ukraine", "Kharkiv oblast",
    ),
}  # fmt: skip
WAR = "russo-ukrainian-war-2022"
COUNTRIES = {"russia": "Russia", "belarus": "Belarus", "poland": "Poland", "moldova": "Moldova", "romania": "Romania"}
DIRECTIONS = {"south", "north", "east", "west", "center", "south-east", "north-east", "south-west", "north-west"}
DOCUMENT = {
    "type": "dataset", "label": "Massive Missile Attacks on Ukraine", "publisher": COLLECTOR.slug, "language": "en",
    "url": "https://www.kaggle.com/datasets/piterfm/massive-missile-attacks-on-ukraine",
    "license": "https://opendatacommons.org/licenses/by/1-0/",
}  # fmt: skip
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d{1,2}:\d\d))?")


@dataclass(frozen=True)
class _Moment:
    """A day, and the time on it where the table gives one."""

    day: date
    time: datetime | None


@dataclass(frozen=True)
class _Attack:
    """What one command reports of one night or day.

    `part` is "" for a night, which is named by its morning, `day` for an attack by daylight, and `undated` where the
    table gives no times. A second wave with the same weapon has a number above 1.
    """

    reporter: str
    day: date
    part: str
    wave: int = 1

    @property
    def slug(self) -> str:
        who = self.reporter.removeprefix("attacks-").removeprefix("ukrainian-")
        parts = [who, *([self.part] if self.part else []), *([str(self.wave)] if self.wave > 1 else [])]
        return f"ev-attack-{self.day}-{'-'.join(parts)}"


class _Row:
    """A row of the table, with what can be told from it alone."""

    def __init__(self, row: rows.Row) -> None:
        self.row = row
        self.model, self.target = row["model"], row["target"]
        if not row["model"] or not row["source"]:
            raise row.wrong(f"{'model' if row['source'] else 'source'} is empty; each row needs one")
        self.start, self.end = _moment(row, "time_start"), _moment(row, "time_end")
        if (self.start.time and self.end.time and self.end.time < self.start.time) or self.end.day < self.start.day:
            raise row.wrong(f"ends ({row['time_end']}) before it starts ({row['time_start']})")

    @property
    def night(self) -> tuple[date, str]:
        """The morning or the day, and which part of it."""
        if self.start.time:
            shifted = self.start.time + timedelta(hours=7)  # whatever starts from 17:00 on belongs to the next morning
            by_light = shifted.hour >= 13 and shifted.date() == self.start.day  # starts from 6:00 to 17:00
            by_day = by_light and not (self.end.time and self.end.time.hour < 12 and self.end.day == self.start.day)
            return shifted.date(), "day" if by_day else ""
        if self.end.time:
            return self.end.day, "" if self.end.time.hour <= 12 else "day"
        return self.end.day, "undated"

    @property
    def key(self) -> str:
        return " | ".join(self.row[name] for name in ("source", "model", "target", "time_start", "time_end"))


def read(files: Sequence[Path], draft: Draft, _: Mapping[str, str]) -> None:
    """Read the table, and lists of models beside it (missiles_and_uavs.csv), in any order.

    Raises:
        InvalidData: a file is broken, or none or two of them are the table.
    """
    draft.thing(COLLECTOR)
    tables = [path for path in files if not _lists_models(path)]
    if len(tables) != 1:
        where = str(tables[1]) if tables else str(files[0])
        raise InvalidData(
            [Violation(where, 0, "name one copy of the table of attacks; lists of models may stand beside")]
        )
    models = _Models(draft)
    for path in files:
        if path not in tables:
            models.read(path)
    table = draft.table("attacks", tables[0], DOCUMENT)
    found = [_Row(row) for row in rows.of_csv(table.path, COLUMNS, draft.progress)]
    seen: dict[tuple[str, ...], int] = {}
    for one in found:
        first = seen.setdefault(tuple(one.row.fields.values()), one.row.line)
        if first != one.row.line:
            raise one.row.wrong(f"says once more what line {first} says; the row is double, mend the file")
    table.rows = len(found)
    table.as_of = max((row.end.day for row in found), default=None)
    _Writer(draft, table, models).write(found)


def _lists_models(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            heading = file.readline(10_000).decode("utf-8-sig", "replace")
    except OSError as error:
        raise InvalidData([Violation(str(path), 0, f"cannot be read: {error.strerror}")]) from None
    return "model" in heading and "category" in heading and "time_start" not in heading


class _Models:
    """Weapons by the table's names: declared things, else things of the table's own."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._listed: dict[str, tuple[str, list[str]]] = {}  # kind and other names, from lists of models
        self._slugs: dict[str, str] = {}

    def read(self, path: Path) -> None:
        """Take kinds and other names from a list of models."""
        for row in rows.of_csv(path, ("model", "category"), self.draft.progress):
            kind = UAV if row["category"] == "UAV" else MISSILE
            names = [row[name] for name in ("name", "name_NATO") if row[name]]
            self._listed[row["model"]] = kind, names

    def kind(self, model: str) -> str | None:
        """Whether a model, or each of a group, is a drone or a missile; None where that is not known."""
        kinds = {MODELS[part][1] if part in MODELS else self._listed.get(part, (None,))[0] for part in _parts(model)}
        return kinds.pop() if len(kinds) == 1 else None

    def slug(self, model: str) -> str:
        """The thing that a model, or a group of several, is."""
        if model not in self._slugs:
            parts = _parts(model)
            self._slugs[model] = self._one(model) if len(parts) == 1 else self._group(parts)
        return self._slugs[model]

    def _one(self, model: str) -> str:
        label, _, category, others = MODELS.get(model, (model, "", None, ()))
        known = self.draft.weapon(model, label)
        if known:
            return known
        also = sorted({*others, *self._listed.get(model, ("", []))[1]} - {label})
        note = f"As the table of attacks names it ({model}); no weapon that data/reference/ declares."
        return _declared(
            self.draft,
            label,
            "sit:WeaponSystem",
            note,
            also,
            [("sit:weaponCategory", f"voc:{category}")] if category else [],
        )

    def _group(self, parts: Sequence[str]) -> str:
        members = [self.slug(part) for part in parts]
        label = " and ".join(MODELS.get(part, (part,))[0] for part in parts)
        note = "Weapons that a report counts together; the number of each is not known."
        facts = [("rdf:type", "skos:Collection"), *(("skos:member", f"id:{member}") for member in members)]
        return _declared(self.draft, label, "sit:WeaponSystem", note, [], facts)


def _declared(
    draft: Draft, label: str, type: str, note: str, also: Sequence[str] = (), facts: Iterable[tuple[str, str]] = ()
) -> str:
    name = draft.minted(label) if not slug(label) else f"{draft.importer}-{slug(label)}"
    names = {"en": list(also)} if also else {}
    content = {"slug": name, "types": [type], "label": label, "note": note, "also": names, "facts": list(facts)}
    return draft.thing(Thing.model_validate(content))


class _Writer:
    """Makes events and claims of rows."""

    def __init__(self, draft: Draft, table: Table, models: _Models) -> None:
        self.draft, self.table, self.models = draft, table, models
        self._places: dict[str, str] = {}
        self._keys: dict[str, int] = {}
        self._whats: dict[_Attack, str] = {}  # what an attack was made with, in the words of its label

    def write(self, found: Sequence[_Row]) -> None:
        attacks = self._attacks(found)
        nationwide = {
            (attack.day, attack.part): attack
            for attack in reversed([*attacks])
            if attack.reporter == "ukrainian-air-force"
        }
        for attack, members in attacks.items():
            self._event(attack, members, nationwide)
        of = {id(row): attack for attack, members in attacks.items() for row in members}
        for row in found:
            self._claims(row, of[id(row)])

    def _attacks(self, found: Sequence[_Row]) -> dict[_Attack, list[_Row]]:
        """Rows by night and command; a weapon that comes twice at one target is a wave of its own."""
        attacks: dict[_Attack, list[_Row]] = {}
        taken: set[tuple[_Attack, str, str]] = set()
        for row in sorted(
            found, key=lambda row: (str(row.start.time or row.start.day), row.key, row.row["launch_place"])
        ):
            attack = _Attack(self._reporter(row)[0], *row.night)
            while (attack, row.model, row.target) in taken:
                attack = _Attack(attack.reporter, attack.day, attack.part, attack.wave + 1)
            taken.add((attack, row.model, row.target))
            attacks.setdefault(attack, []).append(row)
        return attacks

    def _event(self, attack: _Attack, members: Sequence[_Row], nationwide: Mapping[tuple[date, str], _Attack]) -> None:
        _, name, region = self._reporter(members[0])
        kinds = {self.models.kind(row.model) for row in members}
        what = "drone and missile" if len(kinds) > 1 else "missile" if kinds == {MISSILE} else "drone"
        self._whats[attack] = what
        start, end = min(row.start.day for row in members), max(row.end.day for row in members)
        event: dict[str, Any] = {
            "label": _label(attack, what, name, region),
            "type": "missile-strike" if kinds == {MISSILE} else "air-drone-strike",
            "date": _window(start, end), "actor": ["russia"], "recipient": ["ukraine"],
            "weapon": sorted({self.models.slug(row.model) for row in members}), "part-of": WAR,
            "location": self._place(region) if region else "ukraine",
        }  # fmt: skip
        if region:
            around = [nationwide.get((attack.day, part)) for part in (attack.part, "", "day", "undated")]
            event["part-of"] = next((night.slug for night in around if night), WAR)
        self.draft.event(attack.slug, event)
        for row in members:
            channel = self._channel(row)
            self._once(f"{attack.slug} occurred {channel}", "true", row, channel, {
                "relation": {"subject": attack.slug, "predicate": "occurred", "object": "true"},
            })  # fmt: skip

    def _claims(self, row: _Row, attack: _Attack) -> None:
        number = self._keys[row.key] = self._keys.get(row.key, 0) + 1
        key = row.key if number == 1 else f"{row.key} | {number}"
        channel, kind = self._channel(row), self.models.kind(row.model)
        region = self._reporter(row)[2]
        home = row.target in ("", "Ukraine", region)
        about = {"about": attack.slug, "day": _window(row.start.day, row.end.day)}
        place = {} if home else {"place": self._place(row.target)}
        item = {} if row.model == SHAHED else {"item": self.models.slug(row.model)}
        for column, measures in FIGURES.items():
            measure = measures[0] if kind == UAV else measures[1]
            if kind is None:
                if row.row[column]:
                    self.draft.skip(row.row, "a model of unknown kind; name missiles_and_uavs.csv beside it", row.model)
                continue
            value = _number(row.row, column)
            if value is None:
                if column in ("launched", "destroyed"):
                    self.draft.skip(row.row, "the table gives no number", column)
            elif measure is None:
                self.draft.skip(row.row, "no measure for missiles", column)
            else:
                self._figure(f"{key} | {column}", row, channel, {**about, "measure": measure, **item, **place}, value)
        for column, (measure, bound) in PARTS.items():
            value = _number(row.row, column)
            if value is not None:
                self._figure(f"{key} | {column}", row, channel, {**about, "measure": measure, **place}, value, bound)
        for country, value in _literal(row.row, "border_crossing", dict).items():
            where = self._place(COUNTRIES.get(country, country))
            figure = {**about, "measure": "uav-crossed", **item, "place": where}
            self._figure(
                f"{key} | border_crossing {country}", row, channel, figure, _whole(row.row, "border_crossing", value)
            )
        self._places_of(row, attack, channel, key, about, item, place, kind)
        for column in NOT_TAKEN:
            if row.row[column]:
                self.draft.skip(row.row, "the graph has no place for this column", column)

    def _places_of(
        self, row: _Row, attack: _Attack, channel: str, key: str, about: dict[str, str], item: dict[str, str],
        place: dict[str, str], kind: str | None,
    ) -> None:  # fmt: skip
        """Regions with a number of their own, regions only named, and launch places."""
        named = [
            *_literal(row.row, "affected region", list),
            *([row.row["target_main"]] if row.row["target_main"] else []),
        ]
        for region, value in _literal(row.row, "destroyed_details", dict).items():
            region = " ".join(region.split())
            if value is None:
                named.append(region)
            elif {"place": self._place(region)} == place:
                self.draft.skip(row.row, "says the row's own number once more", "destroyed_details")
            elif kind:
                part = self._part(row, attack, channel, region)
                figure = {**about, "about": part, "measure": str(FIGURES["destroyed"][kind != UAV]), **item}
                count = _whole(row.row, "destroyed_details", value)
                self._figure(f"{key} | destroyed {region}", row, channel, figure, count)
        for predicate, names in (("location", named), ("launchedFrom", [row.row["launch_place"]])):
            for name in dict.fromkeys(part for text in names for part in _parts(text)):
                where = self._place(name)
                self._once(f"{attack.slug} {predicate} {where} {channel}", "true", row, channel, {
                    "relation": {"subject": attack.slug, "predicate": predicate, "object": where},
                })  # fmt: skip

    def _part(self, row: _Row, attack: _Attack, channel: str, region: str) -> str:
        """The event that is an attack's part over one region: sums leave its figures out."""
        place = self._place(region)
        name = f"{attack.slug}-{place.removeprefix('attacks-')}"
        whole = self.draft.events[attack.slug]
        label = _label(attack, self._whats[attack], self._reporter(row)[1], " ".join(region.split()))
        about = {key: whole[key] for key in ("type", "date", "actor", "recipient")}
        self.draft.event(name, {"label": label, **about, "location": place, "part-of": attack.slug})
        self._once(f"{name} occurred {channel}", "true", row, channel, {
            "relation": {"subject": name, "predicate": "occurred", "object": "true"},
        })  # fmt: skip
        return name

    def _figure(
        self, key: str, row: _Row, channel: str, about: dict[str, str], value: int, bound: str = "exact"
    ) -> None:
        unit = {"uav": "drones", "mis": "missiles"}.get(about["measure"][:3], "items")
        quantity = {**about, "value": str(value), "unit": unit, "bound": bound}
        self.table.claim(key, str(value), self._claim(row, channel, {"quantity": quantity}, bound), row.row.line)

    def _once(self, key: str, said: str, row: _Row, channel: str, content: dict[str, Any]) -> None:
        """A claim that several rows of one post may make."""
        if key not in self._keys:
            self._keys[key] = 1
            self.table.claim(key, said, self._claim(row, channel, content), row.row.line)

    def _claim(self, row: _Row, channel: str, content: dict[str, Any], bound: str | None = None) -> dict[str, Any]:
        passage = {"row": str(row.row.number), "mode": "table", **({"bound": bound} if bound else {})}
        return {
            "claimant": self._reporter(row)[0],
            "kind": "fact",
            "channel": channel,
            **content,
            "passages": [passage],
        }

    # --- who reports, where

    def _reporter(self, row: _Row) -> tuple[str, str, str | None]:
        """The claimant's slug, how a label calls it, and the region that it reports on; None: all of Ukraine."""
        source = row.row["source"]
        account = source.rpartition("/")[0] if source.startswith("http") else source.partition("/")[0]
        if account in REPORTERS:
            name, label, above, region = REPORTERS[account]
            if label:
                note = "As the sources of the table of attacks name it."
                thing = {"slug": name, "types": ["org:Organization"], "label": label, "note": note,
                         "facts": [("org:subOrganizationOf", f"id:{above}")]}  # fmt: skip
                self.draft.thing(Thing.model_validate(thing))
            return name, (label or name.replace("-", " ").title()).removesuffix(" (office)"), region
        label = (
            "an account that the table does not name" if account == "watch" else f"the account {account.split('/')[-1]}"
        )
        name = f"attacks-account-{slug(account.split('/')[-1])}"
        note = "An account that the table of attacks names as a source; whose it is, the table does not say."
        self.draft.thing(Thing.model_validate({"slug": name, "types": ["foaf:Group"], "label": label, "note": note}))
        return name, label, None

    def _channel(self, row: _Row) -> str:
        source = row.row["source"]
        name = f"com-attacks-{hashlib.sha256(source.encode()).hexdigest()[:12]}"
        known = self.draft.communications.get(name)
        day = max(f"{row.end.day}~", str(known["date"]) if known else "")
        host = (
            ""
            if source.startswith("http")
            else "https://"
            if "." in source.partition("/")[0]
            else "https://www.facebook.com/"
        )
        if source.startswith("GeneralStaff.ua"):  # an account with a full stop in its name
            host = "https://www.facebook.com/"
        return self.draft.communication(
            name,
            {"medium": "social-post", "publisher": self._reporter(row)[0], "date": day, "url": f"{host}{source}"},
        )

    def _place(self, name: str) -> str:
        """A place of the table; several that share a number are a place of their own."""
        name = " ".join(name.split())
        if name not in self._places:
            parts = _parts(name)
            if len(parts) > 1:
                members = [("skos:member", f"id:{self._place(part)}") for part in parts]
                note = "Regions that a report counts together."
                facts = [("rdf:type", "skos:Collection"), *members]
                self._places[name] = _declared(self.draft, name, "schema:Place", note, (), facts)
            elif name in DIRECTIONS:
                note = "A part of the country, as reports of the air force name it; its bounds are not given."
                facts = [("schema:containedInPlace", "id:ukraine")]
                self._places[name] = _declared(self.draft, f"{name} of Ukraine", "schema:Place", note, (), facts)
            else:
                known = self.draft.place(name)
                note = "As the table of attacks names it; no place that data/reference/ declares."
                self._places[name] = known or _declared(self.draft, name, "schema:Place", note)
        return self._places[name]


def _label(attack: _Attack, what: str, reporter: str, region: str | None) -> str:
    """A name that differs from others where it begins, for cards and lists show no more of it; and tells no figure.

    `Night to 2025-01-19, south of Ukraine: drone attack (Air Command South)`, in the order of days.
    """
    when = {"": f"Night to {attack.day}", "day": f"Day of {attack.day}"}.get(attack.part, f"On {attack.day}")
    wave = f", wave {attack.wave}" if attack.wave > 1 else ""
    where = f", {region} of Ukraine" if region in DIRECTIONS else f", {region}" if region else ""
    return f"{when}{wave}{where}: {what} attack{'' if region else ' on Ukraine'} ({reporter})"


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"(?:^|\s+)(?:and\s+)+", text.strip()) if part]


def _window(start: date, end: date) -> str:
    return str(start) if start == end else f"{start}/{end}"


def _moment(row: rows.Row, name: str) -> _Moment:
    match = _TIME.fullmatch(row[name])
    try:
        day = date.fromisoformat(match[1]) if match else None
        time = datetime.strptime(row[name], "%Y-%m-%d %H:%M") if match and match[2] else None  # noqa: DTZ007  local time
    except ValueError:
        day = time = None
    if day is None:
        raise row.wrong(f"{name} is {row[name]!r}; a day such as 2025-01-19, or 2025-01-19 09:00, is needed")
    return _Moment(day, time)


def _number(row: rows.Row, name: str) -> int | None:
    """A whole number that the table prints as 61.0; None where it gives none."""
    text = row[name]
    if text is None or text in ("", "nan", "NaN"):
        return None
    try:
        return _whole(row, name, float(text))
    except ValueError:
        raise row.wrong(f"{name} is {text!r}; a whole number is needed") from None


def _whole(row: rows.Row, name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != int(value):
        raise row.wrong(f"{name} has {value!r}; a whole number is needed")
    return int(value)


def _literal(row: rows.Row, name: str, kind: type[Any]) -> Any:
    """A Python list or dict that a column holds as text, in which NaN stands for a number that is not known."""
    text = row[name]
    if not text:
        return kind()
    try:
        value = ast.literal_eval(re.sub(r"\bNaN\b|\bnan\b", "None", text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, kind) or not all(isinstance(part, str) for part in value):
        raise row.wrong(f"{name} is {text[:60]!r}; a Python {kind.__name__} is needed, as {{'south': 35, 'east': NaN}}")
    return value


IMPORTER = Importer(
    name="attacks",
    says="Missiles and drones launched at Ukraine and shot down, by night and weapon, as its air force reports them.",
    files="missile_attacks_daily.csv [missiles_and_uavs.csv]",
    read=read,
    options={},
)
