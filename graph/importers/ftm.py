"""People, companies, sanctions and ownership in the form of FollowTheMoney, as OpenSanctions publishes them.

One JSON object a line. What has one end (a person, a company) becomes a thing. What has two becomes claims of the
data sets that the entity names: a sanction is an event of the authority and its target, ownership, office and family
are relations. Share, role and time of a relation stand in the claim's abstract. Which schema is what stands in the
tables below, so that the schema library itself (PyPI followthemoney, with SQLAlchemy and ICU) is not needed.

Addresses, numbers of documents, births and telephones are left out on purpose: nothing in the graph helps to find a
person. What else the graph has no term for is listed with its values in `ftm.skipped.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from graph.curation.imported import Thing
from graph.errors import InvalidData, Violation
from graph.identity import slug
from graph.importers import rows
from graph.importers.draft import Draft, Table
from graph.importers.importer import Importer

PERSON, BODY = "foaf:Person", "org:FormalOrganization"
# Schemas with one end, and the class of each.
THINGS = {
    "Person": PERSON, "Company": BODY, "Organization": BODY, "PublicBody": BODY, "LegalEntity": BODY,
}  # fmt: skip
# Schemas with two ends: the properties of both, the predicate, and words for the claim's abstract.
LINKS = {
    "Ownership": ("owner", "asset", "owns", "owns"),
    "Directorship": ("director", "organization", "directs", "directs"),
    "Employment": ("employee", "employer", "linkedWith", "works for"),
    "Membership": ("member", "organization", "linkedWith", "is a member of"),
    "Family": ("person", "relative", "linkedWith", "is family of"),
    "Associate": ("person", "associate", "linkedWith", "is an associate of"),
    "Representation": ("agent", "client", "linkedWith", "represents"),
    "Succession": ("predecessor", "successor", "linkedWith", "was succeeded by"),
    "UnknownLink": ("subject", "object", "linkedWith", "is linked with"),
}
SANCTION = "Sanction"
# What a claim's abstract tells of a link or a sanction: property and form.
TOLD = {
    "role": "as {}", "relationship": "{}", "percentage": "{} %", "sharesCount": "{} shares", "startDate": "from {}",
    "endDate": "until {}", "program": "programme {}", "programId": "programme {}", "status": "{}",
}  # fmt: skip
NAMES = ("name", "alias", "weakAlias", "previousName", "abbreviation")
PAGES = ("sourceUrl", "website", "wikipediaUrl")
PARTS_OF_NAMES = ("firstName", "lastName", "middleName", "fatherName", "secondName", "title")
# Schemas and properties that would help to find a person.
PRIVATE_SCHEMAS = {"Address", "Passport", "Identification"}
PRIVATE = {
    "address", "addressEntity", "birthDate", "birthPlace", "birthCountry", "passportNumber", "idNumber", "innCode",
    "taxNumber", "phone", "email", "socialSecurityNumber", "gender", "ethnicity", "religion",
}  # fmt: skip
PUBLISHER = Thing.model_validate(
    {"slug": "ftm-opensanctions", "types": [BODY], "label": "OpenSanctions",
     "note": "Publishes sanctions lists and registers of companies in one form."}
)  # fmt: skip
LICENSE = "https://creativecommons.org/licenses/by-nc/4.0/"
ABSTRACT_LENGTH = 200
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def read(files: Sequence[Path], draft: Draft, _: Mapping[str, str]) -> None:
    """Read files of entities; an end of a link may stand in another of the files.

    Raises:
        InvalidData: a file is broken, or an entity has no id, schema or properties.
    """
    draft.thing(PUBLISHER)
    found = {path: [_checked(row) for row in rows.of_json_lines(path, ("id", "schema", "properties"), draft.progress)]
             for path in files}  # fmt: skip
    ends: dict[str, tuple[str, str]] = {}
    for entities in found.values():
        for row in entities:
            if row["schema"] in THINGS:
                ends[row["id"]] = _thing(draft, row)
    for path, entities in found.items():
        name = slug(path.name.removesuffix(".json").removesuffix(".jsonl").removesuffix(".ftm"))
        document = {"type": "dataset", "label": f"FollowTheMoney entities: {path.name}", "publisher": PUBLISHER.slug,
                    "url": "https://www.opensanctions.org/", "language": "en", "license": LICENSE}  # fmt: skip
        table = draft.table(f"ftm-{name}", path, document)
        _Claims(draft, table, ends).write(entities)


def _checked(row: rows.Row) -> rows.Row:
    properties = row["properties"]
    whole = isinstance(row["id"], str) and row["id"] and isinstance(row["schema"], str) and isinstance(properties, dict)
    lists = whole and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values) for values in properties.values()
    )
    if not lists:
        raise row.wrong("is no FollowTheMoney entity: id and schema are texts, properties hold lists of texts")
    return row


def _values(row: rows.Row, *names: str) -> list[str]:
    """The values of some properties, each once."""
    return list(
        dict.fromkeys(value.strip() for name in names for value in row["properties"].get(name, ()) if value.strip())
    )


def _thing(draft: Draft, row: rows.Row) -> tuple[str, str]:
    """The slug and the label of a person or a body; a declared one where a name is that of one."""
    names = list(dict.fromkeys([*([str(row["caption"])] if row["caption"] else []), *_values(row, *NAMES)])) or [
        row["id"]
    ]
    latin = [name for name in names if not _CYRILLIC.search(name)]
    label = (latin or names)[0]
    known = _known(draft, names)
    if known:
        return known, label
    also: dict[str, list[str]] = {}
    for name in names:
        if name != label:
            also.setdefault(_language(name), []).append(name)
    facts = [("rdfs:seeAlso", f"https://www.opensanctions.org/entities/{row['id']}/")]
    facts += [
        ("rdfs:seeAlso", page) for page in _values(row, *PAGES) if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", page)
    ]
    content = {"slug": f"ftm-{slug(row['id'])}", "types": [THINGS[row["schema"]]], "label": label, "also": also,
               "note": "As the data sets name it; no name of data/reference/.", "facts": facts}  # fmt: skip
    return draft.thing(Thing.model_validate(content)), label


def _known(draft: Draft, names: Sequence[str]) -> str | None:
    """The declared agent that names mean; None where none does, or where they mean several."""
    before = draft.unresolved.copy()
    found = {slug for name in names if (slug := draft.agent(name))}
    draft.unresolved = before
    if len(found) == 1:
        return found.pop()
    draft.unresolved["agent", names[0]] += 1
    return None


def _language(name: str) -> str:
    if not _CYRILLIC.search(name):
        return "en"
    lower = name.lower()
    return "uk" if re.search("[іїєґ]", lower) else "ru" if re.search("[ыэъё]", lower) else "und"


@dataclass
class _Found:
    """What some entities of a data set say alike: in words, what each tells beside, and where."""

    says: str
    told: list[str] = field(default_factory=list)
    rows: list[rows.Row] = field(default_factory=list)


class _Claims:
    """Makes claims of a file's entities."""

    def __init__(self, draft: Draft, table: Table, ends: Mapping[str, tuple[str, str]]) -> None:
        self.draft, self.table, self.ends = draft, table, ends
        self._found: dict[tuple[str, str, str, str], _Found] = {}

    def write(self, entities: Sequence[rows.Row]) -> None:
        """Make claims of what has two ends; list what is left of everything."""
        self.table.rows = len(entities)
        self.table.as_of = max(map(_day, entities), default=None)
        for row in entities:
            if row["schema"] in PRIVATE_SCHEMAS:
                self.draft.skip(row, "left out: it helps to find a person", row["schema"])
            elif row["schema"] == SANCTION:
                self._sanction(row)
            elif row["schema"] in LINKS:
                self._link(row, *LINKS[row["schema"]])
            elif row["schema"] in THINGS:
                self._leave(row, {*NAMES, *PAGES, *PARTS_OF_NAMES})
            else:
                self.draft.skip(row, "the graph has no place for this schema", row["schema"])
        for (claimant, *relation), found in self._found.items():
            abstract = _shortened(found.says, found.told)
            claim = {"claimant": claimant, "kind": "fact", "abstract": abstract,
                     "relation": dict(zip(("subject", "predicate", "object"), relation, strict=True)),
                     "passages": [{"row": row["id"], "mode": "table"} for row in found.rows]}  # fmt: skip
            self.table.claim(" ".join((claimant, *relation)), abstract, claim, found.rows[0].line)

    def _link(self, row: rows.Row, start: str, end: str, predicate: str, words: str) -> None:
        pairs = [(one, other) for one in _values(row, start) for other in _values(row, end)]
        for one, other in self._within(row, pairs):
            (subject, name), (value, other_name) = self.ends[one], self.ends[other]
            self._claim(row, (subject, predicate, value), f"{name} {words} {other_name}")
        self._leave(row, {start, end, *TOLD})

    def _sanction(self, row: rows.Row) -> None:
        for target in _values(row, "entity"):
            if target not in self.ends:
                self.draft.skip(row, "an end is not in the files", target)
                continue
            subject, name = self.ends[target]
            authorities = _values(row, "authority") or ["an authority that is not named"]
            event = f"ev-ftm-{slug(row['id'])}" + (f"-{subject}" if len(_values(row, "entity")) > 1 else "")
            day = min([*_values(row, "startDate"), *_values(row, "listingDate")], default=None)
            self.draft.event(event, {
                "label": f"Sanctions on {name} by {' and '.join(authorities)}", "type": "sanction",
                "actor": sorted({self._authority(authority, _values(row, "country")) for authority in authorities}),
                "recipient": [subject],
                **({"date": day} if day and _is_day(day) else {}),
            })  # fmt: skip
            self._claim(row, (event, "occurred", "true"), f"{' and '.join(authorities)} has sanctions on {name}")
        self._leave(row, {"entity", "authority", "listingDate", "country", *TOLD})

    def _authority(self, name: str, countries: Sequence[str]) -> str:
        """A body; equal names in two countries are two."""
        known = self.draft.agent(name)
        if known:
            return known
        label = f"{name} ({', '.join(countries)})" if countries else name
        note = "An authority as the data sets name it, with its country; no body that data/reference/ declares."
        content = {"slug": self.draft.minted(label), "types": [BODY], "label": label, "note": note}
        return self.draft.thing(Thing.model_validate(content))

    def _claim(self, row: rows.Row, relation: tuple[str, str, str], says: str) -> None:
        """One claim for each data set that the entity is from; entities that say the same are its passages."""
        for name in row["datasets"] or ["unnamed"]:
            note = "A list or register, by the name that its collector gives it."
            who = {
                "slug": f"ftm-data-set-{slug(name)}",
                "types": ["foaf:Group"],
                "label": f"data set {name}",
                "note": note,
            }
            claimant = self.draft.thing(Thing.model_validate(who))
            found = self._found.setdefault((claimant, *relation), _Found(says))
            found.rows.append(row)
            found.told += _told(row)

    def _within(self, row: rows.Row, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The pairs whose ends are in the files."""
        if not pairs:
            self.draft.skip(row, "an end is not given", row["schema"])
        for pair in pairs:
            missing = [end for end in pair if end not in self.ends]
            if missing:
                self.draft.skip(row, "an end is not in the files", " and ".join(missing))
            elif self.ends[pair[0]][0] == self.ends[pair[1]][0]:
                self.draft.skip(row, "both ends are one thing", " and ".join(pair))
            else:
                yield pair

    def _leave(self, row: rows.Row, taken: set[str]) -> None:
        """List the properties that became nothing; of private ones only the name."""
        for name, values in sorted(row["properties"].items()):
            if name in taken:
                continue
            if name in PRIVATE:
                self.draft.skip(row, "left out: it helps to find a person", name)
            else:
                self.draft.skip(row, "the graph has no term for it", f"{name}: {' | '.join(values)}")


def _told(row: rows.Row) -> list[str]:
    return [form.format(" or ".join(_values(row, name))) for name, form in TOLD.items() if _values(row, name)]


def _shortened(start: str, parts: Sequence[str]) -> str:
    """A sentence of at most 200 characters: what has no room at its end is left out."""
    text = start[: ABSTRACT_LENGTH - 1]
    for part in dict.fromkeys(parts):
        if len(text) + len(part) + 3 <= ABSTRACT_LENGTH:
            text += f", {part}"
    return f"{text}."


def _is_day(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text))


def _day(row: rows.Row) -> date:
    """The day on which the data sets were read last, of this entity."""
    for name in ("last_seen", "last_change", "first_seen"):
        text = str(row[name] or "")[:10]
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    raise InvalidData([Violation(row.file, row.line, "has no last_seen; the copy cannot be told from an older one")])


IMPORTER = Importer(
    name="ftm",
    says="People, companies, sanctions and ownership in the form of FollowTheMoney (OpenSanctions).",
    files="entities.ftm.json ...",
    read=read,
    options={},
)
