"""Computed limits of a hedged number, in the measure's canonical unit.

They exist so that claims can be held against each other, and are never shown as quoted. The rules are a convention,
decided in docs/ontology.md ("Limits"); `VERSION` names them in the dataset's description and changes with them.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

VERSION = "1"
COUNT, PER_CENT, CONTINUOUS = "count", "per cent", "continuous"
_ONE = Decimal(1)


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


def limits(printed: str, bound: str, nature: str) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper limit of a number as printed, in the unit stated; None where the hedge leaves a side open.

    Args:
        printed: the number as the text has it, digits only (`434000`, `70.3`).
        bound: a concept's name from voc:bounds (`exact`, `approx`, `just-under`, `just-over`, `at-least`, `at-most`).
        nature: `COUNT`, `PER_CENT` or `CONTINUOUS`, from the unit.
    """
    value, step = Decimal(printed), rounding_unit(printed, nature)
    match bound:
        case "exact" if nature != CONTINUOUS and trailing_zeros(printed) < 3:
            return value, value
        case "exact" | "approx":
            return value - step / 2, value + step / 2
        case "just-under":
            return value - step, value
        case "just-over":
            return value, value + step
        case "at-least":
            return value, None
        case "at-most":
            return None, value
    raise ValueError(f"unknown bound {bound!r}")


def convert(limit: Decimal | None, multiplier: Decimal, canonical: Decimal) -> Decimal | None:
    """A limit in the canonical unit, rounded to three decimals, given both units' QUDT conversion multipliers."""
    if limit is None:
        return None
    return (limit * multiplier / canonical).quantize(Decimal("0.001"), ROUND_HALF_EVEN)


def decimal_text(value: Decimal) -> str:
    """The lexical form of an xsd:decimal: no exponent, at least one decimal, no needless zeros (`434000.0`)."""
    text = f"{value:f}"
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"
