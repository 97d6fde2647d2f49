"""What the rules of arithmetic say of the curated data."""

from __future__ import annotations

from pyoxigraph import Store

from ontology.terms import PREFIXES

CONVERTED = """SELECT ?unit (12345.6 * ?one / ?other AS ?number) {
    ?unit qudt:conversionMultiplier ?one ; qudt:hasQuantityKind ?kind .
    ?second qudt:conversionMultiplier ?other ; qudt:hasQuantityKind ?kind }"""


def test_every_check_has_a_sentence(curated: Store) -> None:
    silent = curated.query(
        "SELECT ?check { ?check a sit:Check FILTER NOT EXISTS { ?check rdfs:label ?label } }", prefixes=PREFIXES
    )
    assert list(silent) == []


def test_every_unit_can_be_computed_with(curated: Store) -> None:
    """A decimal with more places than the engine has ends the arithmetic of every query without a word."""
    units = list(curated.query(CONVERTED, prefixes=PREFIXES))
    assert len(units) > 15
    assert [row["unit"].value for row in units if row["number"] is None] == []


def test_miles_an_hour_are_held_against_their_limits_in_kilometres_an_hour(curated: Store) -> None:
    found = curated.query(
        """SELECT ?label {
        ?check sit:rule "units" ; schema:about id:kinzhal ; rdfs:label ?label FILTER(CONTAINS(?label, "km/h")) }""",
        prefixes=PREFIXES,
    )
    assert [row["label"].value for row in found] == [
        "7673 mph = 12348.497 km/h, within its limits 12039.784 to 12657.209"
    ]
