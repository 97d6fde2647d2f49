"""What guards the data: the counts of data/expectations.toml, and the first document that never changes."""

from __future__ import annotations

import hashlib
import tomllib

import pytest
from pyoxigraph import RdfFormat, Store

from graph.curation.expectations import violations
from ontology.terms import PREFIXES
from tests.conftest import DATA, FIRST_DOCUMENT

FILE = DATA / "expectations.toml"
TABLES = tomllib.loads(FILE.read_text(encoding="utf-8"))
# Of the names and bytes of every file, in order. The fixture is what exact answers are exact about: do not change it.
FROZEN = "b2c230dfc026bccc7cf943e628214caa5b2004a7fb7f16e6ebe2e0e2102d44c5"


def test_the_first_document_is_frozen() -> None:
    digest = hashlib.sha256()
    for path in sorted(path for path in FIRST_DOCUMENT.rglob("*") if path.is_file()):
        digest.update(path.relative_to(FIRST_DOCUMENT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    assert digest.hexdigest() == FROZEN


def test_the_data_meet_their_expectations(curated: Store) -> None:
    assert list(violations(FILE, curated)) == []


def test_an_empty_graph_misses_every_least() -> None:
    missed = {violation.line for violation in violations(FILE, Store())}
    assert len(missed) == sum(1 for table in TABLES.values() if table.get("least"))


NEVER = [
    ("claims without a passage", "claim:a a sit:Claim ."),
    ("claims without a claimant", "claim:a a sit:Claim ."),
    ("claims about nothing", "claim:a a sit:Claim ."),
    ("passages in a document that nobody published", "passage:a sit:inDocument doc:a ."),
    ("measurands that no claim is about", "measurand:a a sit:Measurand ."),
    ("events without a claim or a source", "id:a a sit:Event ."),
    ("relations without a status", "rel:a a sit:Relation ."),
    ("relations that rest on nothing", "rel:a a sit:Relation ."),
    ("relations without their direct edge", "rel:a sit:from id:a ; sit:edge sit:armed ; sit:to id:b ."),
    ("comparisons of a claim with itself", "comparison:a sit:first claim:a ; sit:second claim:a ."),
    ("things under id/ without an English name", "id:a a foaf:Person ; skos:prefLabel 'а'@uk ."),
    ("things under id/ with a second preferred label", "id:a skos:prefLabel 'a'@en, 'б'@uk ."),
    ("nodes without any label", "claim:a a sit:Claim ."),
    ("people without a family name", "id:a a foaf:Person ."),
    (
        "two people of one full name",
        "id:a a foaf:Person ; skos:prefLabel 'x'@en . id:b a foaf:Person ; skos:altLabel 'x'@en .",
    ),
    ("weapon systems without a source", "id:a a sit:WeaponSystem ."),
    (
        "two weapon systems of one name",
        "id:a a sit:WeaponSystem ; skos:prefLabel 'X-1'@en . id:b a sit:WeaponSystem ; skos:altLabel 'x-1'@uk .",
    ),
    (
        "two places of one name",
        "id:a a schema:Place ; skos:prefLabel 'x'@en . id:b a sit:State ; skos:altLabel 'X'@en .",
    ),
    ("one-seat offices that nobody ever held", "id:a sit:seats 1 ."),
    ("states without an office and its holder", "id:a a sit:State . id:b a org:Post ; org:postIn id:a ."),
    ("points that no source gives", "id:a geo:hasDefaultGeometry id:a-geometry ."),
    (
        "places finer than a settlement",
        "id:a schema:containedInPlace id:b . id:b schema:containedInPlace id:c . "
        "id:c schema:containedInPlace id:d . id:d schema:containedInPlace id:e .",
    ),
    ("quoted text", "passage:a oa:exact 'x' ."),
]


@pytest.mark.parametrize(("name", "triples"), NEVER)
def test_what_must_never_be_is_found(name: str, triples: str) -> None:
    store = Store()
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    store.load((header + triples).encode(), RdfFormat.TURTLE)
    assert any(f" {name}: " in f" {v.message}" for v in violations(FILE, store))


def test_every_prohibition_has_a_case() -> None:
    never = {name for name, table in TABLES.items() if table.get("most") == 0}
    assert never == {name for name, _ in NEVER}
