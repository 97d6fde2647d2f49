"""What a weapon system can do, property by property: every source's value side by side, none picked.

A specification is a claim like any other: a number of a measure without a period, or a statement such as the year in
which the system entered service. Here the claims on one property stand together, each as stated and in the measure's
own unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from graph import claims
from graph.claims import Claim, Facts, Quantity
from graph.identity import local_name
from graph.naming import Naming, Thing
from graph.store import Store
from ontology.terms import expand

MOST = 500  # claims about one system
_VARIANT_OF = expand("sit:variantOf")
_STATED = (expand("sit:serviceEntry"),)  # statements that are specifications; others are relations
# As data sheets have them: how far, how fast, with what, how large, for how much. Others follow by name.
_ORDER = {
    name: place
    for place, name in enumerate(
        ("m-range-max", "m-range-min", "m-travel-range", "m-altitude", "m-endurance", "m-speed", "m-mach",
         "m-warhead-mass", "m-payload", "m-munitions", "m-submunitions", "m-calibre", "m-mass", "m-length",
         "m-wingspan", "m-crew", "m-cost", "serviceEntry")
    )
}  # fmt: skip


@dataclass(frozen=True)
class Value:
    """What one claim says of a property; `common` is its number in the measure's own unit, None for a statement.

    A number that was stated in another unit is converted and rounded: nobody said it.
    """

    claim: Claim
    common: Quantity | None


@dataclass(frozen=True)
class Specification:
    """One property with every value that was claimed, the best supported first."""

    measure: Thing  # or the property of a statement, such as sit:serviceEntry
    item: Thing | None
    values: tuple[Value, ...]

    @property
    def contested(self) -> bool:
        """Whether two of the values cannot both hold."""
        here = {value.claim.iri for value in self.values}
        return any(here & set(value.claim.rivals) for value in self.values if not value.claim.slip)

    @property
    def name(self) -> str:
        """The last part of the property's IRI: `m-range-max`."""
        return local_name(self.measure.iri)


@dataclass(frozen=True)
class Variant:
    """A member of a family with its own specifications."""

    thing: Thing
    specifications: tuple[Specification, ...]


@dataclass(frozen=True)
class Sheet:
    """The specifications of a weapon system, and the family that it belongs to or is the head of."""

    specifications: tuple[Specification, ...]
    family: Thing
    variants: tuple[Variant, ...]  # of the family, by name; empty where it has none

    @property
    def claims(self) -> frozenset[str]:
        """The IRIs of the claims that stand on it."""
        return frozenset(value.claim.iri for row in self.specifications for value in row.values)


def read(store: Store, iri: str, naming: Naming) -> Sheet:
    """The specification sheet of a weapon system; without rows where nobody claims any."""
    head = Facts(store, iri).iri("sit:variantOf") or iri
    variants = sorted(map(naming.thing, store.subjects(_VARIANT_OF, head)), key=lambda thing: (thing.label, thing.iri))
    return Sheet(
        specifications=_of(store, iri, naming),
        family=naming.thing(head),
        variants=tuple(Variant(thing, _of(store, thing.iri, naming)) for thing in variants),
    )


def common(store: Store, said: Quantity) -> Quantity:
    """A number in its measure's own unit, as it stands where it was stated in it or cannot be converted."""
    canonical = Facts(store, said.measurand.measure.iri).iri("qudt:hasUnit")
    factors = [Facts(store, unit).text("qudt:conversionMultiplier") for unit in (said.unit_iri, canonical) if unit]
    if canonical is None or canonical == said.unit_iri or len(factors) < 2 or factors[0] is None or factors[1] is None:
        return said
    stated, own = Decimal(factors[0]), Decimal(factors[1])

    def converted(printed: str | None) -> str | None:
        return None if printed is None else rounded(Decimal(printed) * stated / own, printed)

    return replace(
        said,
        value=converted(said.value), min=converted(said.min), max=converted(said.max),
        unit=said.limits_unit, unit_iri=canonical,
    )  # fmt: skip


def rounded(value: Decimal, printed: str) -> str:
    """A converted number with as many significant digits as the printed one had, and at least three.

    >>> rounded(Decimal("305.77536"), "190"), rounded(Decimal("4000.0"), "4"), rounded(Decimal("7500.148"), "16535")
    ('306', '4000', '7500.1')
    """
    if not value:
        return "0"
    digits = max(3, len(printed.strip("-0.").replace(".", "")))
    step = Decimal(1).scaleb(value.adjusted() + 1 - digits)
    text = f"{value.quantize(step) if step <= 1 else value.quantize(Decimal(1)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _of(store: Store, iri: str, naming: Naming) -> tuple[Specification, ...]:
    found: dict[tuple[str, str], list[Claim]] = {}
    properties: dict[tuple[str, str], tuple[Thing, Thing | None]] = {}
    for claim in claims.of(store, iri, naming, limit=MOST).items:
        row = _row(claim, iri)
        if row:
            key = (row[0].iri, row[1].iri if row[1] else "")
            properties[key] = row
            found.setdefault(key, []).append(claim)
    rows = [Specification(*properties[key], _values(store, said)) for key, said in found.items()]
    return tuple(sorted(rows, key=_as_on_data_sheets))


def _as_on_data_sheets(row: Specification) -> tuple[int, str, str]:
    return _ORDER.get(row.name, len(_ORDER)), row.measure.label, row.item.label if row.item else ""


def _row(claim: Claim, iri: str) -> tuple[Thing, Thing | None] | None:
    """The property, and what is counted, if a claim is a specification of this very system."""
    if claim.quantity:
        of = claim.quantity.measurand
        return (of.measure, of.item) if of.about.iri == iri and of.span == "timeless" and not of.place else None
    told = claim.statement
    return (told.predicate, None) if told and told.subject.iri == iri and told.predicate.iri in _STATED else None


def _values(store: Store, said: Iterable[Claim]) -> tuple[Value, ...]:
    """The claims, best supported first, of equals the latest (as they come)."""
    ordered = sorted(said, key=lambda claim: -len(claim.documents))
    return tuple(Value(claim, common(store, claim.quantity) if claim.quantity else None) for claim in ordered)
