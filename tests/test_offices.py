"""Who held which office on a day: what the terms in data/reference/offices.ttl must answer."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Store

from ontology.terms import PREFIXES, expand

HELD = """SELECT ?office ?person {
    ?term org:member ?person ; sit:post ?office . ?office sit:seats 1 .
    OPTIONAL { ?term schema:startDate ?start } OPTIONAL { ?term schema:endDate ?end }
    FILTER(COALESCE(?start, "0001-01-01"^^xsd:date) <= "%(day)s"^^xsd:date
        && COALESCE(?end, "9999-12-31"^^xsd:date) >= "%(day)s"^^xsd:date) }"""
MAIN = [
    "president-ukraine", "prime-minister-ukraine", "fm-ukraine", "defence-minister-ukraine", "cinc-ukraine",
    "chief-of-general-staff-ukraine", "head-gur", "head-sbu", "head-presidential-office-ukraine",
    "secretary-nsdc-ukraine",
    "president-russia", "prime-minister-russia", "fm-russia", "defence-minister-russia",
    "chief-of-general-staff-russia", "secretary-security-council-russia", "spokesperson-mfa-russia",
    "press-secretary-president-russia", "president-us", "sec-state", "defense-secretary-us",
    "national-security-adviser-us", "prime-minister-uk", "defence-secretary-uk", "foreign-secretary-uk",
    "president-france", "fm-france", "chancellor-germany", "fm-germany", "president-poland", "secretary-general-nato",
    "saceur", "high-representative-eu", "president-european-commission", "secretary-general-un", "president-turkey",
    "president-belarus", "chairman-state-affairs-north-korea", "president-iran",
    "prime-minister-australia", "fm-australia", "defence-minister-australia",
    "prime-minister-canada", "fm-canada", "defence-minister-canada",
    "president-china", "premier-china", "fm-china",
    "prime-minister-netherlands", "fm-netherlands", "defence-minister-netherlands",
    "prime-minister-norway", "fm-norway", "defence-minister-norway",
    "prime-minister-sweden", "fm-sweden", "defence-minister-sweden", "defence-minister-china",
]  # fmt: skip


def held(store: Store, day: str) -> dict[str, list[str]]:
    """The holders of each one-seat office on a day, by the slug of the office without its `post-`."""
    found: dict[str, list[str]] = {}
    for office, person in store.query(HELD % {"day": day}, prefixes=PREFIXES):  # type: ignore[union-attr]
        slug = office.value.rsplit("/", 1)[-1].removeprefix("post-")
        found.setdefault(slug, []).append(person.value.rsplit("/", 1)[-1])
    return found


@pytest.mark.parametrize("day", ["2022-02-24", "2025-01-19"])
def test_every_main_office_has_one_holder(curated: Store, day: str) -> None:
    holders = held(curated, day)
    assert {slug: holders.get(slug) for slug in MAIN if len(holders.get(slug, [])) != 1} == {}


@pytest.mark.parametrize(
    ("day", "office", "person"),
    [
        ("2022-09-20", "prime-minister-uk", "truss"),
        ("2022-11-11", "commander-operation-russia", "surovikin"),
        ("2023-06-06", "cinc-ukraine", "zaluzhnyi"),
        ("2023-09-07", "defence-minister-ukraine", "umerov"),
        ("2024-05-01", "defence-minister-russia", "shoigu"),
        ("2024-05-20", "secretary-security-council-russia", "shoigu"),
        ("2024-08-01", "fm-ukraine", "kuleba"),
        ("2024-12-15", "high-representative-eu", "kallas"),
        ("2025-03-01", "national-security-adviser-us", "waltz"),
        ("2025-06-01", "chancellor-germany", "merz"),
        ("2025-08-01", "prime-minister-ukraine", "svyrydenko"),
        ("2022-12-31", "fm-china", "qin-gang"),
        ("2023-08-01", "fm-china", "wang-yi"),
        ("2023-06-02", "defence-minister-china", "li-shangfu"),
        ("2022-05-24", "prime-minister-australia", "albanese"),
        ("2022-05-01", "prime-minister-sweden", "magdalena-andersson"),
        ("2024-07-11", "defence-minister-netherlands", "brekelmans"),
        ("2023-09-22", "defence-minister-canada", "bill-blair"),
        ("2025-03-01", "defence-minister-norway", "sandvik"),
        ("2024-03-25", "secretary-nsdc-ukraine", "danilov"),
        ("2025-01-19", "secretary-nsdc-ukraine", "oleksandr-lytvynenko"),
        ("2025-07-19", "secretary-nsdc-ukraine", "umerov"),
        ("2026-01-06", "acting-head-sbu", "khmara"),
        ("2026-03-01", "prime-minister-netherlands", "jetten"),
        ("2026-03-01", "fm-netherlands", "berendsen"),
        ("2026-03-01", "defence-minister-netherlands", "yesilgoz"),
        ("2026-06-10", "defence-secretary-uk", "healey"),
        ("2026-06-12", "defence-secretary-uk", "dan-jarvis"),
    ],
)
def test_an_office_has_its_holder_on_a_day(curated: Store, day: str, office: str, person: str) -> None:
    assert held(curated, day)[office] == [person]


@pytest.mark.parametrize(
    ("day", "office"),
    [
        ("2022-10-01", "head-sbu"),
        ("2025-01-22", "defense-secretary-us"),
        ("2025-01-19", "commander-air-force-ukraine"),
        ("2025-12-15", "head-presidential-office-ukraine"),
        ("2023-09-03", "fm-netherlands"),
        ("2025-08-28", "fm-netherlands"),
        ("2023-11-15", "defence-minister-china"),
        ("2026-01-20", "head-sbu"),
    ],
)
def test_who_only_acts_holds_no_office(curated: Store, day: str, office: str) -> None:
    assert office not in held(curated, day)


def test_the_day_of_a_change_has_two_holders(curated: Store) -> None:
    assert sorted(held(curated, "2024-02-08")["cinc-ukraine"]) == ["syrskyi", "zaluzhnyi"]


def test_whoever_holds_an_office_belongs_to_its_body(curated: Store) -> None:
    edge = (NamedNode(expand("id:budanov")), NamedNode(expand("org:memberOf")))
    bodies = {quad.object.value.rsplit("/", 1)[-1] for quad in curated.quads_for_pattern(*edge, None)}  # type: ignore[union-attr]
    assert bodies == {"main-directorate-of-intelligence-ukraine", "office-of-the-president-of-ukraine"}
