"""Made-up data of our own shape, as large as one likes: `python -m bench.generate CLAIMS FILE.nt.gz`.

People and bodies of two sides make claims about days, events and weapons; documents carry them in passages. Who speaks
and what is spoken of is as skewed as in news: the k-th most talked-about thing has a share of about 1/k. One claim
becomes some 42 triples once edges and labels are derived. The same number of claims gives the same bytes.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from io import TextIOWrapper
from itertools import accumulate
from pathlib import Path
from random import Random

from ontology.terms import expand

XSD = "http://www.w3.org/2001/XMLSchema#"
FIRST_DAY = date(2022, 2, 24)
SYLLABLES = ("ba", "de", "ko", "la", "mi", "no", "pa", "ro", "su", "ta", "ve", "zy", "hor", "len", "mar", "syl", "tor")
MEASURES = ("voc:m-uav-launched", "voc:m-uav-shot-down", "voc:m-uav-lost")
HEDGES = (
    "voc:exact",
    "voc:exact",
    "voc:exact",
    "voc:approx",
    "voc:at-least",
    "voc:more-than",
    "voc:at-most",
    "voc:fewer-than",
)
HUB = "id:bench-hub"  # every event happens to it: one relation an event
FIGURES = 8  # claims with a number about one event at most: each is compared with its rivals


class Skewed:
    """Draws from a sequence, the k-th with a weight of 1/k."""

    def __init__(self, random: Random, things: Sequence[str]) -> None:
        self._random, self._things = random, things
        self._weights = list(accumulate(1 / (rank + 1) for rank in range(len(things))))

    def draw(self) -> str:
        """One of them."""
        return self._random.choices(self._things, cum_weights=self._weights)[0]


def statements(claims: int, seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """Subject, predicate and object, as N-Triples writes objects; names as `expand` takes them."""
    random = Random(seed)
    people = [f"id:bench-person-{n}" for n in range(max(20, claims // 100))]
    weapons = [f"id:bench-weapon-{n}" for n in range(max(10, claims // 500))]
    outlets = [f"id:bench-outlet-{n}" for n in range(max(5, claims // 2000))]
    events = [f"id:bench-event-{n}" for n in range(max(5, claims // 6))]
    days = [FIRST_DAY + timedelta(days=random.randrange(1200)) for _ in events]

    def name() -> str:
        return "".join(random.choice(SYLLABLES) for _ in range(random.randint(2, 4))).capitalize()

    for number, person in enumerate(people):
        yield person, "rdf:type", iri("foaf:Person")
        yield person, "skos:prefLabel", text(f"{name()} {name()}")
        yield person, "sit:side", iri("id:ukraine" if number % 2 else "id:russia")
    for weapon in weapons:
        yield weapon, "rdf:type", iri("sit:WeaponSystem")
        yield weapon, "skos:prefLabel", text(f"{name()}-{random.randint(1, 400)}")
        yield weapon, "dcterms:source", iri("doc:bench-0")
    for outlet in outlets:
        yield outlet, "rdf:type", iri("org:Organization")
        yield outlet, "skos:prefLabel", text(f"{name()} Daily")
    yield HUB, "rdf:type", iri("sit:Place")
    yield HUB, "skos:prefLabel", text("Hub of the bench")
    some_weapon, speaker, outlet_of = Skewed(random, weapons), Skewed(random, people), Skewed(random, outlets)
    happened = Skewed(random, events)
    figures: Counter[str] = Counter()
    for number, (event, day) in enumerate(zip(events, days, strict=True)):
        yield event, "rdf:type", iri("sit:Event")
        yield event, "skos:prefLabel", text(f"Overnight drone attack {number} on {name()}")
        yield event, "sit:eventType", iri("voc:ev-air-drone-strike")
        yield event, "sit:actor", iri("id:russia")
        yield event, "sit:recipient", iri("id:ukraine")
        yield event, "sit:weapon", iri(some_weapon.draw())
        yield event, "schema:location", iri(HUB)
        yield event, "schema:startDate", typed(day.isoformat(), "date")
        yield event, "schema:endDate", typed(day.isoformat(), "date")
        yield event, "dcterms:source", iri("doc:bench-0")
        for measure in MEASURES:
            yield f"measurand:bench-{number}-{measure[6:]}", "rdf:type", iri("sit:Measurand")
            yield f"measurand:bench-{number}-{measure[6:]}", "schema:about", iri(event)
            yield f"measurand:bench-{number}-{measure[6:]}", "sit:measure", iri(measure)
            yield f"measurand:bench-{number}-{measure[6:]}", "sit:span", iri("voc:one-day")
            yield f"measurand:bench-{number}-{measure[6:]}", "schema:startDate", typed(day.isoformat(), "date")
            yield f"measurand:bench-{number}-{measure[6:]}", "schema:endDate", typed(day.isoformat(), "date")
    for number in range(claims):
        document = f"doc:bench-{number // 8}"
        claim, passage = f"claim:bench-{number}", f"passage:bench-{number}"
        day = FIRST_DAY + timedelta(days=random.randrange(1200))
        if number % 8 == 0:
            yield document, "rdf:type", iri("schema:NewsArticle")
            yield document, "rdfs:label", text(f"Report {number // 8} of {day:%d %B %Y}")
            yield document, "schema:publisher", iri(outlet_of.draw())
            yield document, "schema:datePublished", typed(day.isoformat(), "date")
            yield document, "schema:inLanguage", '"en"'
            yield document, "schema:url", f"<https://bench.example/{number // 8}>"
        yield claim, "rdf:type", iri("sit:Claim")
        yield claim, "prov:wasAttributedTo", iri(speaker.draw())
        yield claim, "schema:dateCreated", typed(day.isoformat(), "date")
        hedge = random.choice(HEDGES)
        yield claim, "sit:bound", iri(hedge)
        event = happened.draw()
        if number % 10 < 6:
            while figures[event] == FIGURES:
                event = random.choice(events)
            figures[event] += 1
            # most reports of a figure agree
            value = int(event[15:]) % 97 + 3 + (random.random() < 0.1) * random.randint(1, 9)
            low, high = value + (hedge == "voc:more-than"), value - (hedge == "voc:fewer-than")
            yield claim, "sit:kind", iri("voc:fact")
            yield claim, "schema:about", iri(event)
            yield claim, "sit:measurand", iri(f"measurand:bench-{event[15:]}-{random.choice(MEASURES)[6:]}")
            yield claim, "schema:value", typed(str(value), "integer")
            yield claim, "qudt:hasUnit", iri("unit:NUM")
            if hedge not in ("voc:at-most", "voc:fewer-than"):
                yield claim, "sit:low", typed(str(low), "decimal")
            if hedge not in ("voc:at-least", "voc:more-than"):
                yield claim, "sit:high", typed(str(high), "decimal")
        elif number % 10 < 9:
            yield claim, "sit:kind", iri("voc:fact")
            if number % 10 == 6:
                triple = (iri(event), iri("sit:occurred"), typed("true", "boolean"))
            else:
                triple = (iri("id:ukraine"), iri("sit:operates"), iri(some_weapon.draw()))
            yield claim, "rdf:subject", triple[0]
            yield claim, "rdf:predicate", triple[1]
            yield claim, "rdf:object", triple[2]
        else:
            yield claim, "sit:kind", iri("voc:opinion")
            yield claim, "schema:about", iri(happened.draw())
            yield claim, "schema:abstract", text(f"{name()} {name()} will not {name().lower()} before {name()}.")
        yield passage, "rdf:type", iri("sit:Passage")
        yield passage, "sit:carries", iri(claim)
        yield passage, "sit:inDocument", iri(document)
        yield passage, "sit:mode", iri("voc:indirect")
        yield passage, "sit:bound", iri(hedge)
        yield passage, "oa:start", typed(str(number % 8 * 100), "integer")
        yield passage, "oa:end", typed(str(number % 8 * 100 + 90), "integer")


def iri(name: str) -> str:
    """A prefixed name as N-Triples writes it."""
    return f"<{expand(name)}>"


def text(value: str) -> str:
    """An English text."""
    return f'"{value}"@en'


def typed(value: str, kind: str) -> str:
    """A literal of one of XML Schema's types."""
    return f'"{value}"^^<{XSD}{kind}>'


def write(claims: int, path: Path) -> None:
    """Write the data as compressed N-Triples."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 1, file, mtime=0) as packed, TextIOWrapper(packed) as output:
        for subject, predicate, value in statements(claims):
            output.write(f"{iri(subject)} {iri(predicate)} {value} .\n")


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
