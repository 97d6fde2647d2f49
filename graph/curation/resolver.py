"""`resolver.yaml`: which names mean one thing, which do not, and which nobody could decide yet.

    decisions:
      - same: [ev-drone-attack-2025-01-19, ev-attack-2025-01-19-air-force]   # the first name stays
        reason: One night, and the same three figures.
        source: https://example.org/post
      - different: [ev-a, ev-b]
        reason: One is the night, the other the day after it.
      - unsure: [ev-a, ev-c]
        reason: The figures agree, the text names no day.

A person decides, importers only propose. Sheets and importers that use a retired name mean the name that stays.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pyoxigraph import Literal, NamedNode, Quad

from graph import times
from graph.curation import sheet as model
from graph.curation.reference import Declared, Turtle
from graph.curation.source import Place, Source
from graph.curation.vocabulary import unknown
from graph.errors import InvalidData, Violation
from graph.identity import local_name
from ontology.terms import PREFIXES, expand

NAME = "resolver.yaml"
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
ID = PREFIXES["id"]
_Part = TypeVar("_Part", model.Event, model.Communication)


def _two(names: list[str]) -> list[str]:
    if len(names) != 2:
        raise ValueError(f"a decision is about two names, and here {len(names)} stand; write one decision a pair")
    return names


Pair = Annotated[
    model.Slugs,
    AfterValidator(_two),
    WithJsonSchema({"type": "array", "items": model._SLUG_SCHEMA, "minItems": 2, "maxItems": 2}),
]


class Entry(model.Model):
    """One decision about two names."""

    same: Pair | None = Field(None, description="They mean one thing; the first name stays, the second is retired.")
    different: Pair | None = Field(None, description="They mean two things; no importer proposes them again.")
    unsure: Pair | None = Field(None, description="Nobody could decide yet; no importer proposes them again.")
    reason: model.Text = Field(description="Why, in your own words.")
    source: model.Url | None = Field(None, description="A page that shows it.")

    @model_validator(mode="after")
    def _one_judgement(self) -> Self:
        given = [name for name in (SAME, DIFFERENT, UNSURE) if getattr(self, name)]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise ValueError(f"a decision is one of same, different and unsure; this one has {found}")
        return self


class Decisions(model.Model):
    """The whole of a resolver file."""

    decisions: list[Entry] = Field(default_factory=list, description="One entry a pair of names.")


@dataclass(frozen=True)
class Decision:
    """What a person decided about two names, and where that stands; of `same` the first name stays."""

    judgement: str
    pair: tuple[str, str]
    reason: str
    source: str | None
    file: str
    line: int


@dataclass(frozen=True)
class Resolver:
    """All decisions of a data folder; empty where it has no resolver file."""

    decisions: tuple[Decision, ...] = ()
    _kept: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def retired(self) -> Mapping[str, str]:
        """Every retired name, and the name that stands for it now."""
        return self._kept

    @property
    def undecided(self) -> list[Decision]:
        """The pairs that are marked `unsure`."""
        return [decision for decision in self.decisions if decision.judgement == UNSURE]

    def kept(self, name: str) -> str:
        """The name that stands for a name: another where it is retired, else itself."""
        return self._kept.get(name, name)

    def judgement(self, one: str, other: str) -> str | None:
        """What was decided about two names, directly or by way of names that are the same; None: nothing yet."""
        pair = {self.kept(one), self.kept(other)}
        if len(pair) == 1:
            return SAME
        return next((d.judgement for d in self.decisions if {self.kept(name) for name in d.pair} == pair), None)

    def retiring(self, name: str) -> Decision | None:
        """The decision that retired a name."""
        return next((d for d in self.decisions if d.judgement == SAME and d.pair[1] == name), None)

    def violations(self, things: Mapping[str, Declared]) -> Iterator[Violation]:
        """Decisions that name nothing, or join things of different sorts, given what is declared anywhere."""
        for decision in self.decisions:
            kept = things.get(ID + self.kept(decision.pair[0]))
            if decision.judgement == SAME and kept is None:
                known = [iri.removeprefix(ID) for iri in things if iri.startswith(ID)]
                otherwise = "the name that stays must be declared in data/"
                message = unknown("thing", decision.pair[0], known, otherwise)
                yield Violation(decision.file, decision.line, message)

    def quads(self) -> Iterator[Quad]:
        """Where each retired name leads."""
        for retired, kept in self._kept.items():
            yield Quad(NamedNode(ID + retired), NamedNode(expand("owl:sameAs")), NamedNode(ID + kept))


def read(folder: Path) -> Resolver:
    """The decisions of a data folder.

    Raises:
        InvalidData: the file is not what it should be, or its decisions exclude each other.
    """
    path = folder / NAME
    return read_file(path) if path.is_file() else Resolver()


def read_file(path: Path) -> Resolver:
    """The decisions of one file, such as a file of proposals; see `read`."""
    source = Source(path, str(path))
    entries = model.read_as(source, Decisions).decisions
    decisions = tuple(_decisions(source, entries))
    wrong = list(_conflicts(decisions))
    if wrong:
        raise InvalidData(wrong)
    kept = {d.pair[1]: d.pair[0] for d in decisions if d.judgement == SAME}
    for name in kept:
        while kept[name] in kept:
            kept[name] = kept[kept[name]]
    return Resolver(decisions, kept)


def _decisions(source: Source, entries: Sequence[Entry]) -> Iterator[Decision]:
    for number, entry in enumerate(entries):
        line = source.line(("decisions", number))
        page = str(entry.source) if entry.source else None
        for judgement in (SAME, DIFFERENT, UNSURE):
            if pair := getattr(entry, judgement):
                yield Decision(judgement, (pair[0], pair[1]), entry.reason, page, source.name, line)


def _conflicts(decisions: Sequence[Decision]) -> Iterator[Violation]:
    """Decisions that exclude each other, or are made twice."""
    one: dict[str, list[Decision]] = defaultdict(list)  # the edges between names that are the same
    retired: dict[str, Decision] = {}
    for decision in (d for d in decisions if d.judgement == SAME):
        kept, gone = decision.pair
        way = _way(one, kept, gone)
        if way:
            yield _against(decision, f"{kept} and {gone} are one already by", way, "keep one of the decisions")
        elif gone in retired:
            earlier = retired[gone]
            message = f"{gone} is retired already, for {earlier.pair[0]} on line {earlier.line}"
            yield Violation(decision.file, decision.line, f"{message}; join {earlier.pair[0]} and {kept} instead")
        else:
            retired[gone] = decision
            for name in decision.pair:
                one[name].append(decision)
    judged: dict[frozenset[str], Decision] = {}
    for decision in (d for d in decisions if d.judgement != SAME):
        names = " and ".join(decision.pair)
        if way := _way(one, *decision.pair):
            apart = f"{names} are told apart here, but are one by"
            what = apart if decision.judgement == DIFFERENT else f"{names} are left open here, but are one by"
            yield _against(decision, what, way, "correct one of the decisions")
        first = judged.setdefault(frozenset(decision.pair), decision)
        if first is not decision:
            message = f"{names} are judged already, as {first.judgement} on line {first.line}; keep one"
            yield Violation(decision.file, decision.line, message)


def _against(decision: Decision, what: str, way: Sequence[Decision], remedy: str) -> Violation:
    lines = ", ".join(f"line {line}" for line in sorted({step.line for step in way}))
    return Violation(decision.file, decision.line, f"{what} {lines}; {remedy}")


def _way(one: Mapping[str, Sequence[Decision]], start: str, end: str) -> list[Decision]:
    """The decisions by which two names are the same; none when they are not."""
    ways: dict[str, list[Decision]] = {start: []}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for decision in one.get(name, ()):
            for other in decision.pair:
                if other not in ways:
                    ways[other] = [*ways[name], decision]
                    waiting.append(other)
    return ways.get(end, [])


# --- what decisions do to the files of a data folder


def retired_in(turtle: Turtle, resolver: Resolver) -> Iterator[Violation]:
    """Every place of a reference file that still uses a retired name."""
    for name, kept in resolver.retired.items():
        decision = resolver.retiring(name)
        where = f"{decision.file}:{decision.line}" if decision else NAME
        for line in turtle.mentions(ID + name):
            if line:
                message = f"{name} is retired by {where}; write {kept}, and move names that only it has there"
                yield Violation(turtle.name, line, message)


def renamed(source: Source, resolver: Resolver) -> None:
    """Read a sheet as if it had used the names that stay.

    Raises:
        InvalidData: one sheet declares both names of a pair.
    """
    source.rename(resolver.retired, ("events", "communications", "claims", "document"))


@dataclass(frozen=True)
class Joined:
    """Sheets in which each event and communication is declared once, and the labels that would have been lost."""

    sheets: list[tuple[Source, model.Sheet]]
    quads: list[Quad]
    violations: list[Violation]


def joined(sheets: Sequence[tuple[Source, model.Sheet]], resolver: Resolver) -> Joined:
    """Join what sheets declare under names that are the same, into the declaration of the name that stays.

    What two sheets declare under one name without a decision is left as it is: that is a violation elsewhere.
    """
    if not resolver.retired:
        return Joined(list(sheets), [], [])
    quads: list[Quad] = []
    wrong: list[Violation] = []
    sheets = _joined(sheets, "events", _one_event, resolver, quads, wrong)
    sheets = _joined(sheets, "communications", _one_communication, resolver, quads, wrong)
    return Joined(list(sheets), quads, wrong)


def _joined(
    sheets: Sequence[tuple[Source, model.Sheet]],
    kind: str,
    join: Callable[[_Part, _Part], _Part],
    resolver: Resolver,
    quads: list[Quad],
    wrong: list[Violation],
) -> list[tuple[Source, model.Sheet]]:
    parts: list[dict[str, _Part]] = [dict(getattr(content, kind)) for _, content in sheets]
    for name in sorted(set(resolver.retired.values())):
        holders = [n for n, own in enumerate(parts) if name in own]
        place: Place = (kind, name)
        own_name = [n for n in holders if place not in sheets[n][0].renamed]
        first = next(iter(own_name or holders), None)
        for n in holders:
            source = sheets[n][0]
            if first is None or n == first or place not in source.renamed:
                continue
            retired = parts[n].pop(name)
            decision = resolver.retiring(source.renamed[place])
            try:
                parts[first][name] = join(parts[first][name], retired)
            except ValueError as error:
                where = f"{decision.file}:{decision.line}" if decision else NAME
                wrong.append(source.violation(place, f"{where} makes it one with {name}, but {error}"))
            quads += _labels(name, retired)
    return [
        (source, content.model_copy(update={kind: own})) for (source, content), own in zip(sheets, parts, strict=True)
    ]


def _labels(name: str, retired: model.Event | model.Communication) -> Iterator[Quad]:
    if isinstance(retired, model.Event):
        for language, text in retired.label.items():
            label = Literal(text, language=language)
            yield Quad(NamedNode(ID + name), NamedNode(expand("skos:altLabel")), label)


def _one_event(kept: model.Event, retired: model.Event) -> model.Event:
    """An event as both sheets know it; the dates are those that both allow."""
    if kept.type != retired.type:
        types = f"{local_name(kept.type)} and {local_name(retired.type)}"
        raise ValueError(f"the types are {types}; correct one, or mark the two as different")
    both = {role: list(dict.fromkeys([*getattr(kept, role), *getattr(retired, role)])) for role in _ROLES}
    rest = {key: getattr(kept, key) or getattr(retired, key) for key in ("location", "precision", "part_of")}
    return kept.model_copy(update={**both, **rest, "date": _date_of_both(kept.date, retired.date)})


_ROLES = ("actor", "recipient", "weapon")


def _one_communication(kept: model.Communication, retired: model.Communication) -> model.Communication:
    """A communication as both sheets know it."""
    survey = "survey-publication"
    if (local_name(kept.medium) == survey) != (local_name(retired.medium) == survey):
        raise ValueError("one of the two is a survey; mark them as different")
    if kept.publisher and retired.publisher and kept.publisher != retired.publisher:
        publishers = f"{kept.publisher} and {retired.publisher}"
        raise ValueError(f"the publishers are {publishers}; correct one, or mark the two as different")
    rest = {key: getattr(kept, key) or getattr(retired, key) for key in ("publisher", "label", "url", "fieldwork")}
    return kept.model_copy(update={**rest, "date": _date_of_both(kept.date, retired.date)})


def _date_of_both(one: str | None, other: str | None) -> str | None:
    """The days that two dates both allow, in EDTF.

    Raises:
        ValueError: there are none.
    """
    if not one or not other:
        return one or other
    first, second = times.parse(one), times.parse(other)
    start = max((day for day in (first.start, second.start) if day), default=None)
    end = min((day for day in (first.end, second.end) if day), default=None)
    if start and end and end < start:
        raise ValueError(f"no day is in both {one} and {other}; correct one, or mark the two as different")
    for time in (first, second):
        if (time.start, time.end) == (start, end):
            return time.edtf
    if start == end and start:
        return start.isoformat()
    if start and end and "[" in one + other:
        return f"[{start}..{end}]"
    return f"{start or '..'}/{end or '..'}"
