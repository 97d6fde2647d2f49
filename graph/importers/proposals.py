"""Which events of a table may be events that people curated: proposals, which a person looks at and copies over.

Two events are proposed as one when type, parties and place are equal, some day is in both, and at least one figure is
equal. A person decides, in `resolver.yaml` of the data folder; what is decided there is not proposed again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from graph import times
from graph.curation import data, resolver, sheet
from graph.curation.source import Source
from graph.curation.vocabulary import vocabulary
from graph.identity import local_name
from graph.importers.draft import Draft

NAME = "proposals.yaml"
Figures = dict[str, set[Decimal]]  # values by measure, of the event as a whole


@dataclass(frozen=True)
class Proposal:
    """A name that people curated, one of a table, and what speaks for their being one."""

    kept: str
    retired: str
    evidence: str


@dataclass
class _Known:
    """What is said of an event: sort, parties and place; days; figures."""

    skeleton: tuple[object, ...] = ()
    date: str | None = None
    figures: Figures = field(default_factory=lambda: defaultdict(set))


def proposals(draft: Draft, folder: Path) -> list[Proposal]:
    """The events of a draft that may be curated ones, by name; undecided ones only."""
    decided = resolver.read(folder)
    curated = _curated(folder, decided)
    by_skeleton: dict[tuple[object, ...], list[tuple[str, _Known]]] = defaultdict(list)
    for name, event in curated.items():
        by_skeleton[event.skeleton].append((name, event))
    found = []
    for name, event in sorted(_drafted(draft).items()):
        for kept, other in by_skeleton.get(event.skeleton, ()):
            evidence = _evidence(other, event)
            if evidence and decided.judgement(kept, name) is None:
                found.append(Proposal(kept, name, evidence))
    return found


def as_yaml(found: Iterable[Proposal]) -> str:
    """Proposals in the form of a resolver file."""
    lines = ["# Look at each pair, then copy what holds to resolver.yaml of the data folder, and build again."]
    entries = []
    for proposal in found:
        reason = json.dumps(proposal.evidence, ensure_ascii=False)
        entries.append(f"  - same: [{proposal.kept}, {proposal.retired}]\n    reason: {reason}")
    return "\n".join([*lines, *(["decisions:", *entries] if entries else ["decisions: []"])]) + "\n"


def _curated(folder: Path, decided: resolver.Resolver) -> dict[str, _Known]:
    events: dict[str, _Known] = defaultdict(_Known)
    for path in data.files(folder):
        if path.parent != folder / "documents":
            continue
        source = Source(path, str(path))
        resolver.renamed(source, decided)
        content = sheet.read(source)
        for name, event in content.events.items():
            events[name].skeleton, events[name].date = _skeleton(event), event.date
        for claim in content.claims:
            number = claim.quantity
            if number and number.value is not None and not number.item and not number.place:
                events[number.about].figures[number.measure].add(Decimal(number.value))
    return {name: event for name, event in events.items() if event.skeleton}


def _drafted(draft: Draft) -> dict[str, _Known]:
    events = {name: _known(content) for name, content in draft.events.items()}
    for table in draft.tables:
        for cell in table.cells:
            number: Mapping[str, Any] = cell.claim.get("quantity", {})
            if number.get("about") in events and "value" in number and not number.keys() & {"item", "place"}:
                measure = vocabulary().concept("measures", number["measure"]).value
                events[number["about"]].figures[measure].add(Decimal(number["value"]))
    return events


def _known(content: Mapping[str, Any]) -> _Known:
    event = sheet.Event.model_validate(content)
    return _Known(_skeleton(event), event.date)


def _skeleton(event: sheet.Event) -> tuple[object, ...]:
    return event.type, frozenset(event.actor), frozenset(event.recipient), event.location


def _evidence(kept: _Known, other: _Known) -> str | None:
    """What speaks for two events being one, in words; None where nothing does, or where no day is in both."""
    if not kept.date or not other.date:
        return None
    one, two = times.parse(kept.date), times.parse(other.date)
    if not (one.start and one.end and two.start and two.end) or one.end < two.start or two.end < one.start:
        return None
    equal, unequal = list(_shared(kept, other, same=True)), list(_shared(kept, other, same=False))
    if not equal:
        return None
    apart = f"; not equal: {', '.join(unequal)}" if unequal else ""
    return f"One type, one attacker and target; {kept.date} and {other.date} meet; equal: {', '.join(equal)}{apart}."


def _shared(kept: _Known, other: _Known, *, same: bool) -> Iterator[str]:
    """The measures that both have, with the values."""
    for measure in sorted(kept.figures.keys() & other.figures.keys()):
        ours, theirs = kept.figures[measure], other.figures[measure]
        values = [*sorted(ours & theirs)] if same else [*sorted(ours), *sorted(theirs)]
        if bool(ours & theirs) == same:
            yield f"{local_name(measure).removeprefix('m-')} {' against '.join(map(str, values))}"
