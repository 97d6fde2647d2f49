"""The sheet of a weapon system: every source's value, by property, in stated and in common units."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import graph
from graph import specifications
from graph.naming import Naming
from graph.store import Store
from ontology.terms import PREFIXES

M39A1 = PREFIXES["id"] + "atacms-m39a1"


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as opened:
        yield opened


def test_a_sheet_has_each_property_once_as_data_sheets_order_them(store: Store) -> None:
    sheet = specifications.read(store, M39A1, Naming(store))
    assert [row.name for row in sheet.specifications] == [
        "m-range-max",
        "m-range-min",
        "m-submunitions",
        "serviceEntry",
    ]
    stated = sheet.specifications[0].values[0]
    assert stated.claim.quantity is not None
    assert stated.common is not None
    assert (stated.claim.quantity.value, stated.claim.quantity.unit) == ("190", "miles")
    assert (stated.common.value, stated.common.unit) == ("306", "km")
    assert stated.claim.iri in sheet.claims


def test_a_variant_stands_beside_the_others_of_its_family(store: Store) -> None:
    of_variant = specifications.read(store, M39A1, Naming(store))
    of_family = specifications.read(store, PREFIXES["id"] + "atacms", Naming(store))
    assert of_variant.family.iri == of_family.family.iri == PREFIXES["id"] + "atacms"
    assert of_variant.variants == of_family.variants
    assert M39A1 in [variant.thing.iri for variant in of_variant.variants]


def test_what_is_no_weapon_has_an_empty_sheet(store: Store) -> None:
    sheet = specifications.read(store, PREFIXES["id"] + "syrskyi", Naming(store))
    assert (sheet.specifications, sheet.variants) == ((), ())


@pytest.mark.parametrize(
    ("value", "printed", "shown"),
    [("305.77536", "190", "306"), ("4000.0", "4", "4000"), ("7500.148", "16535", "7500.1"), ("0", "0", "0"),
     ("16.09344", "10", "16.1"), ("1.5", "90", "1.5"), ("482803.2", "300", "482803")],
)  # fmt: skip
def test_converted_numbers_keep_the_digits_that_were_stated_and_three_at_least(
    value: str, printed: str, shown: str
) -> None:
    assert specifications.rounded(Decimal(value), printed) == shown
