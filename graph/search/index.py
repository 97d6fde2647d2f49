"""Writing the search index: which labels of which things, how much each thing weighs, and the tables.

    thing       one row per thing, heaviest first, so that a smaller number is a better known thing
    label       one row per label, in the order of the things: its text, keys and kind
    kind, of    the classes, and which thing belongs to which, superclasses included
    slip        where misspellings of the folded words are looked up; a word of a better known thing has a lower rank
    names       full-text index over the keys of the labels, by the label's number
    slugs       the same over the last part of IRIs, by the thing's number

The same store gives the same rows: everything is sorted, and nothing tells the time.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from graph.index_file import writing
from graph.search.folding import folded, plain
from graph.search.misspelling import entries
from ontology.terms import BASE, ID, VOC, expand

FORMAT: Final = 1
"""Stands in the file; a reader of another format refuses it."""

JOINED: Final = 200
"""Keys without spaces are cut to so many letters, in the index and in queries."""

KINDS: Final = ("skos:prefLabel", "skos:altLabel", "rdfs:label", "foaf:familyName", "skos:hiddenLabel")
"""The properties that name a thing, best first; `label.kind` counts in it from 0."""

WEIGHED: Final = ("schema:about", "prov:wasAttributedTo", "sit:from", "sit:to")
"""A thing weighs as much as it is the object of these: claims about and by it, relations from and to it."""

STATEMENT_LEVEL: Final = (
    "sit:Claim",
    "sit:Passage",
    "sit:Measurand",
    "sit:Relation",
    "sit:Comparison",
    "sit:Check",
    "org:Membership",
    "geo:Geometry",
    "rdf:Statement",
    "oa:Annotation",
)
TERMS: Final = (
    "sit:Measure",
    "rdf:Property",
    "rdfs:Class",
    "rdfs:Datatype",
    "owl:Class",
    "owl:ObjectProperty",
    "owl:DatatypeProperty",
    "owl:AnnotationProperty",
    "owl:Ontology",
    "skos:ConceptScheme",
    "qudt:Unit",
    "sh:NodeShape",
    "sh:PropertyShape",
)
# Their labels are made by the build, one or more per claim: passed over without asking for their types.
_STATEMENT_IRIS: Final = tuple(
    f"{BASE}{kind}/" for kind in ("claim", "passage", "measurand", "rel", "comparison", "check", "dispute")
)

# What the build derives (graph/rules, 100 and 101) and from which types; hidden where one of these says more.
DERIVED: Final = {
    "org:Organization": ("org:OrganizationalUnit", "org:FormalOrganization", "sit:State"),
    "foaf:Agent": ("foaf:Person", "foaf:Group", "org:Organization"),
}

_TABLES: Final = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, weight INTEGER NOT NULL, types TEXT NOT NULL);
CREATE TABLE kind (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE of (thing INTEGER, kind INTEGER, PRIMARY KEY (thing, kind)) WITHOUT ROWID;
CREATE TABLE label (id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, kind INTEGER NOT NULL, lang TEXT,
    text TEXT NOT NULL, plain TEXT NOT NULL, folded TEXT NOT NULL, joined TEXT NOT NULL);
CREATE TEMP TABLE unsorted (key TEXT NOT NULL, rank INTEGER NOT NULL, word TEXT NOT NULL);
CREATE VIRTUAL TABLE names USING fts5(plain, folded, kinds, content='', detail=column, columnsize=0,
    prefix='1 2 3 4', tokenize='ascii');
CREATE VIRTUAL TABLE slugs USING fts5(slug, content='', detail=column, columnsize=0,
    prefix='1 2 3 4', tokenize='ascii');
"""
_INDEXES: Final = """
CREATE TABLE slip (key TEXT, rank INTEGER, word TEXT NOT NULL, PRIMARY KEY (key, rank)) WITHOUT ROWID;
INSERT INTO slip SELECT key, rank, word FROM unsorted ORDER BY key, rank;
DROP TABLE unsorted;
CREATE INDEX label_joined ON label (joined) WHERE joined <> '';
CREATE INDEX label_thing ON label (thing);
INSERT INTO names (names) VALUES ('optimize');
INSERT INTO slugs (slugs) VALUES ('optimize');
"""


@dataclass
class _Thing:
    types: list[str] = field(default_factory=list)
    labels: dict[tuple[str, str], int] = field(default_factory=dict)
    """(text, language or "") to the best kind of label that says so."""


def write_index(store: Store, path: Path) -> None:
    """Write the search index of a store to an SQLite file, replacing what stands there.

    In it is everything that a person may look for by name: what is typed under id/ (people, organizations, states,
    places, weapons, events, offices, topics, communications), documents, and in the user's own RDF every IRI with a
    type and a label in a language or none, from all graphs alike. Labels are those of `KINDS`.

    Not in it: what states something about things and is reached through them (claims, passages, measurands, relations,
    comparisons, checks, memberships, geometries), since their labels repeat the names of what they are about and would
    bury it; and the words that the graph is written in (classes, properties, concepts under voc/, units, shapes), which
    are chosen from lists and documented on their own page; `graph.concepts` finds those that readers look for.
    Subclasses of these neither. Things without a label are in it by their IRI only, for `Search.near`.

    Args:
        store: finished: with labels, types and relations derived.
        path: the file; its folder exists.

    Raises:
        OSError: no room, or no permission.
    """
    with writing(path, FORMAT, _TABLES, _INDEXES) as database:
        _write(store, database)


def _write(store: Store, database: sqlite3.Connection) -> None:
    superclasses = _superclasses(store)
    things = _things(store, superclasses)
    weights = _weights(store, things)
    order = sorted(things, key=lambda iri: (-weights[iri], iri))
    common = Counter(chain.from_iterable(_all_types(thing.types, superclasses) for thing in things.values()))
    number = {iri: at for at, iri in enumerate(sorted(common))}
    shown = {iri: (-len(superclasses.get(iri, ())), common[iri], iri) for iri in common}

    database.executemany("INSERT INTO kind VALUES (?, ?)", ((at, iri) for iri, at in number.items()))
    words: dict[str, int] = {}
    labels = 0
    for at, iri in enumerate(order, 1):
        thing = things[iri]
        types = " ".join(sorted(_telling(thing.types), key=shown.__getitem__))
        database.execute("INSERT INTO thing VALUES (?, ?, ?, ?)", (at, iri, weights[iri], types))
        kinds = sorted(number[kind] for kind in _all_types(thing.types, superclasses))
        database.executemany("INSERT INTO of VALUES (?, ?)", ((at, kind) for kind in kinds))
        marks = " ".join(f"k{kind}" for kind in kinds)
        for (text, lang), kind in sorted(thing.labels.items(), key=lambda item: (item[1], item[0])):
            labels += 1
            key = plain(text)
            skeleton = folded(key)
            row = (labels, at, kind, lang or None, text, key, skeleton, joined(skeleton))
            database.execute("INSERT INTO label VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            database.execute(
                "INSERT INTO names (rowid, plain, folded, kinds) VALUES (?, ?, ?, ?)", (labels, key, skeleton, marks)
            )
            _count(words, skeleton)
        slug = folded(plain(slug_of(iri)))
        database.execute("INSERT INTO slugs (rowid, slug) VALUES (?, ?)", (at, slug))
        _count(words, slug)
    slips = ((key, rank, word) for word, rank in words.items() for key in entries(word))
    database.executemany("INSERT INTO unsorted VALUES (?, ?, ?)", slips)


def joined(key: str) -> str:
    """A key without its spaces: MGM-140 and MGM140, New York and NewYork are one."""
    return key.replace(" ", "")[:JOINED]


def slug_of(iri: str) -> str:
    """What names a thing in its IRI: all behind id/, else behind the last slash or hash."""
    if iri.startswith(str(ID)):
        return iri[len(str(ID)) :]
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


def _count(words: dict[str, int], key: str) -> None:
    for word in key.split():
        words.setdefault(word, len(words) + 1)


# --- what the store says


def _things(store: Store, superclasses: dict[str, set[str]]) -> dict[str, _Thing]:
    barred = {expand(name) for name in (*STATEMENT_LEVEL, *TERMS)}
    barred |= {iri for iri, above in superclasses.items() if not barred.isdisjoint(above)}
    things: dict[str, _Thing] = {}
    out: set[str] = set()
    for iri, kind in _named(store, "rdf:type"):
        if kind in barred:
            out.add(iri)
        else:
            things.setdefault(iri, _Thing()).types.append(kind)
    for iri in out:
        things.pop(iri, None)
    for thing in things.values():
        thing.types = sorted(set(thing.types))
    for rank, name in enumerate(KINDS):
        for iri, text, lang in _texts(store, name):
            if iri in things:
                things[iri].labels.setdefault((text, lang), rank)
    return {iri: thing for iri, thing in things.items() if thing.labels or iri.startswith(str(ID))}


def _weights(store: Store, things: Iterable[str]) -> Counter[str]:
    known = set(things)
    weights: Counter[str] = Counter()
    for name in WEIGHED:
        for quad in store.quads_for_pattern(None, NamedNode(expand(name)), None, None):
            if isinstance(quad.object, NamedNode) and quad.object.value in known:
                weights[quad.object.value] += 1
    return weights


def _superclasses(store: Store) -> dict[str, set[str]]:
    """Every class with all those above it, itself not among them, as far as the store tells."""
    above: defaultdict[str, set[str]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, NamedNode(expand("rdfs:subClassOf")), None, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            above[quad.subject.value].add(quad.object.value)
    closed: dict[str, set[str]] = {}
    for iri in list(above):
        found: set[str] = set()
        ahead = list(above[iri])
        while ahead:
            if (one := ahead.pop()) not in found:
                found.add(one)
                ahead += above.get(one, ())
        closed[iri] = found - {iri}
    return closed


def _named(store: Store, name: str) -> Iterator[tuple[str, str]]:
    for quad in store.quads_for_pattern(None, NamedNode(expand(name)), None, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            iri = quad.subject.value
            if not iri.startswith((*_STATEMENT_IRIS, str(VOC))):
                yield iri, quad.object.value


def _texts(store: Store, name: str) -> Iterator[tuple[str, str, str]]:
    for quad in store.quads_for_pattern(None, NamedNode(expand(name)), None, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal) and quad.object.value.strip():
            yield quad.subject.value, quad.object.value, quad.object.language or ""


def _all_types(types: Iterable[str], superclasses: Mapping[str, set[str]]) -> set[str]:
    given = set(types)
    return given.union(*(superclasses.get(iri, ()) for iri in given))


def _telling(types: Iterable[str]) -> list[str]:
    """The types without the derived ones, where another says more."""
    given = set(types)
    implied = {expand(name) for name, by in DERIVED.items() if not given.isdisjoint(map(expand, by))}
    return sorted(given - implied)
