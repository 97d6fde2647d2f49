"""Computed limits of a hedged number, in the measure's canonical unit.

They exist so that claims can be held against each other, and are never shown as quoted. The rules are a convention,
decided in docs/ontology.md ("Limits"); `VERSION` names them in the dataset's description and changes with them.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

VERSION = "2"
COUNT, PER_CENT, CONTINUOUS = "count", "per cent", "continuous"
_ONE, _THOUSANDTH = Decimal(1), Decimal("0.001")
_ABOUT = Decimal("0.025")  # of the number, to each side: what "about" allows at least


def rounding_unit(printed: str, nature: str) -> Decimal:
    """The step to which a printed number looks rounded: 1,000 for 434000, 60,000 for 600000, 0.1 for 2.5.

    One for per cent; never more than a tenth of the number itself.
    """
    value = Decimal(printed)
    if nature == PER_CENT:
        return _ONE
    exponent = -len(printed.split(".")[1]) if "." in printed else trailing_zeros(printed)
    return min(_ONE.scaleb(exponent), abs(value) / 10)


def trailing_zeros(printed: str) -> int:
    """How many zeros end a whole number; none for zero itself and for a decimal fraction."""
    digits = printed.lstrip("+-")
    return 0 if "." in digits or not digits.strip("0") else len(digits) - len(digits.rstrip("0"))


def limits(printed: str, bound: str, nature: str, maximum: bool = False) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper limit of a number as printed, in the unit stated; None where the hedge leaves a side open.

    `more-than` and `fewer-than` do not allow the number itself: `canonical` leaves it out.

    Args:
        printed: the number as the text has it, digits only (`434000`, `70.3`).
        bound: a concept's name from voc:bounds (`exact`, `approx`, `just-under`, `just-over`, `at-least`, `more-than`,
            `at-most`, `fewer-than`).
        nature: `COUNT`, `PER_CENT` or `CONTINUOUS`, from the unit.
        maximum: the measure is itself a greatest value (the longest range), so that "up to" states it.
    """
    value, step = Decimal(printed), rounding_unit(printed, nature)
    match "exact" if maximum and bound == "at-most" else bound:
        case "exact" if nature != CONTINUOUS and trailing_zeros(printed) < 3:
            return value, value
        case "exact":
            return value - step / 2, value + step / 2
        case "approx":
            half = max(step / 2, abs(value) * _ABOUT)
            return value - half, value + half
        case "just-under":
            return value - step, value
        case "just-over":
            return value, value + step
        case "at-least" | "more-than":
            return value, None
        case "at-most" | "fewer-than":
            return None, value
    raise ValueError(f"unknown bound {bound!r}")


def of_range(least: str, most: str, bound: str, nature: str) -> tuple[Decimal, Decimal]:
    """The limits of a range as a text gives it: its ends, and what "about" allows to each side of them.

    An end that is measured, not counted, is rounded as a number that stands alone is: up to 2,500 km reaches 2,550.
    """
    about = _ABOUT if bound == "approx" else Decimal(0)
    low, high = (
        max(Decimal(end) * about, rounding_unit(end, nature) / 2 if nature == CONTINUOUS else Decimal(0))
        for end in (least, most)
    )
    return Decimal(least) - low, Decimal(most) + high


def canonical(
    printed: str, bound: str, nature: str, multiplier: Decimal, canonical_multiplier: Decimal, maximum: bool = False
) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper limit in the canonical unit, each a number that can hold.

    Beside an excluded number stands the next one: one more or one less of a count, else a thousandth of the unit,
    which is as fine as limits are. So two claims can both hold where their limits meet, whatever their hedges.

    Beside what `limits` takes stand QUDT's conversion multipliers of the unit stated and of the canonical unit.
    """
    low, high = (convert(limit, multiplier, canonical_multiplier) for limit in limits(printed, bound, nature, maximum))
    step = _ONE if nature == COUNT else _THOUSANDTH
    if bound == "more-than" and low is not None:
        low += step
    if bound == "fewer-than" and high is not None:
        high -= step
    return low, high


def convert(limit: Decimal | None, multiplier: Decimal, canonical: Decimal) -> Decimal | None:
    """A limit in the canonical unit, rounded to three decimals, given both units' QUDT conversion multipliers."""
    if limit is None:
        return None
    return (limit * multiplier / canonical).quantize(_THOUSANDTH, ROUND_HALF_EVEN)


def decimal_text(value: Decimal) -> str:
    """The lexical form of an xsd:decimal: no exponent, at least one decimal, no needless zeros (`434000.0`)."""
    text = f"{value:f}"
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"
