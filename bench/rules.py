"""How long each rule of the build takes on a load as importers of public tables bring it.

    .venv/bin/python -m bench.rules --days 1600 --kinds 15 --items 6000

One claimant's running totals day by day for so many kinds of loss, his daily personnel figures, a rival's monthly
totals, and so many daily counts of single models in four conditions. All numbers are invented. Nothing is checked
against the shapes: only the rules are measured, in memory.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import click
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

import graph.build
from graph.curation import data
from graph.identity import minted
from graph.rules import rules
from ontology.files import text
from ontology.terms import BASE, expand

FIRST_DOCUMENT = Path(__file__).parent.parent / "tests" / "fixtures" / "first-document"
DAY, DECIMAL = NamedNode(expand("xsd:date")), NamedNode(expand("xsd:decimal"))
FIRST = date(2022, 2, 24)
CONDITIONS = ("destroyed", "damaged", "abandoned", "captured")


def load(days: int, kinds: int, items: int) -> Iterator[Quad]:
    """The synthetic claims, with their measurands and passages."""
    draw = random.Random(20250120)
    for kind in range(kinds):
        measure, item = ("m-losses", None) if kind == 0 else ("m-equipment-losses", f"w-kind-{kind}")
        total = 0
        for number in range(1, days + 1):
            total += draw.randrange(3, 1500 if kind == 0 else 30)
            day = FIRST + timedelta(number)
            yield from figure("general-staff-ukraine", measure, item, "cumulative", FIRST, day, total)
            if kind == 0:
                since = day - timedelta(1)
                yield from figure(
                    "general-staff-ukraine", measure, item, "one-day", since, day, draw.randrange(3, 1500)
                )
            if kind == 0 and day.day == 1:
                yield from figure("uk-mod", measure, item, "cumulative", FIRST, day, int(round(total * 0.97, -3)))
    for number in range(items):
        model, condition = f"w-model-{draw.randrange(400)}", draw.choice(CONDITIONS)
        day = FIRST + timedelta(draw.randrange(days))
        count = draw.randrange(1, 9)
        yield from figure("oryx", f"m-equipment-{condition}", model, "one-day", day, day, count, row=f"i{number}")


def figure(
    who: str, measure: str, item: str | None, span: str, start: date, end: date, value: int, row: str = ""
) -> Iterator[Quad]:
    """One claim of a number with its measurand and its passage in a table."""
    about = minted("measurand", [measure, item or "", str(end)], [measure, item, span, str(start), str(end)])
    claim = minted("claim", [who, measure, str(end)], [who, about.value, str(value), row])
    passage = minted("passage", [who, str(end)], [claim.value])
    facts: list[tuple[NamedNode, str, NamedNode | Literal]] = [
        (about, "rdf:type", named("sit:Measurand")),
        (about, "schema:about", named("id:russian-armed-forces")),
        (about, "sit:measure", named(f"voc:{measure}")),
        (about, "sit:span", named(f"voc:{span}")),
        (about, "schema:startDate", Literal(str(start), datatype=DAY)),
        (about, "schema:endDate", Literal(str(end), datatype=DAY)),
        (claim, "rdf:type", named("sit:Claim")),
        (claim, "sit:kind", named("voc:estimate")),
        (claim, "prov:wasAttributedTo", named(f"id:{who}")),
        (claim, "schema:dateCreated", Literal(str(end), datatype=DAY)),
        (claim, "sit:measurand", about),
        (claim, "schema:value", Literal(value)),
        (claim, "qudt:hasUnit", named("unit:NUM")),
        (claim, "sit:bound", named("voc:exact")),
        (claim, "sit:low", Literal(str(value), datatype=DECIMAL)),
        (claim, "sit:high", Literal(str(value), datatype=DECIMAL)),
        (passage, "rdf:type", named("sit:Passage")),
        (passage, "sit:carries", claim),
        (passage, "sit:inDocument", NamedNode(f"{BASE}doc/table-of-{who}")),
        (passage, "sit:mode", named("voc:table")),
        (passage, "sit:row", Literal(row or str(end))),
    ]
    if item:
        facts.append((about, "sit:item", named(f"voc:{item}")))
    edtf = Literal(str(end) if span == "cumulative" else f"[{start}..{end}]", datatype=named("edtf:EDTF"))
    facts.append((about, "sit:asOf" if span == "cumulative" else "sit:when", edtf))
    if span == "cumulative":
        facts.append((about, "sit:asOfFrom", Literal(str(end), datatype=DAY)))
    return (Quad(subject, named(predicate), value) for subject, predicate, value in facts)


def named(name: str) -> NamedNode:
    """The node of a prefixed name."""
    return NamedNode(expand(name))


def loaded(days: int, kinds: int, items: int) -> Store:
    """A store with the ontology, the first document and the synthetic load; nothing derived yet."""
    store = Store()
    for name in ("schema.ttl", "vocab.ttl"):
        store.bulk_load(text(name).encode(), RdfFormat.TURTLE)
    store.bulk_extend(data.curated(FIRST_DOCUMENT).quads)
    store.bulk_extend(load(days, kinds, items))
    return store


@click.command()
@click.option("--days", default=1600, show_default=True)
@click.option("--kinds", default=15, show_default=True)
@click.option("--items", default=6000, show_default=True)
@click.option("--only", default="", help="Run rules up to the first whose name begins so.")
def main(days: int, kinds: int, items: int, only: str) -> None:
    """Load, run every rule, and say how long each took and what it added."""
    store = loaded(days, kinds, items)
    claims = sum(1 for _ in store.quads_for_pattern(None, named("rdf:type"), named("sit:Claim")))
    click.echo(f"{claims:,} claims, {len(store):,} triples")
    begun = time.monotonic()
    for rule in rules():
        before, at = len(store), time.monotonic()
        graph.build.derive(store, rule)
        click.echo(f"{time.monotonic() - at:8.2f} s {len(store) - before:9,} triples  {rule.name}")
        if only and rule.name.startswith(only):
            break
    click.echo(f"{time.monotonic() - begun:8.2f} s in all, {len(store):,} triples")


if __name__ == "__main__":
    main()
