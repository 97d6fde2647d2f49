"""Figures as a page shows them: by measure, the best supported measure first, of each the newest period open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from graph import wording
from graph.claims import Claim, Measurand

_NEVER = date.min
OPEN = 3  # figures of one measure that stand open; whole periods, so that rivals stay together


@dataclass(frozen=True)
class Measured:
    """Figures of one measurand, which can be held against each other."""

    measurand: Measurand
    claims: tuple[Claim, ...]
    contested: bool


@dataclass(frozen=True)
class Counted:
    """All figures of one measure, the newest period first; those behind `newest` are folded away."""

    name: str
    newest: tuple[Measured, ...]
    others: tuple[Measured, ...]

    @property
    def count(self) -> int:
        """How many figures are folded away."""
        return sum(len(group.claims) for group in self.others)

    @property
    def periods(self) -> int:
        """Over how many periods or days they are spread."""
        return len(self.others)

    @property
    def contested(self) -> int:
        """In how many of those rivals conflict."""
        return sum(group.contested for group in self.others)


def counted(claims: Iterable[Claim]) -> list[Counted]:
    """Claims with numbers by measure: that of most documents first, and of each the newest period first.

    Claims without numbers are left out.
    """
    of: dict[str, list[Measured]] = {}
    for group in measured(claims):
        of.setdefault(wording.measured(group.measurand), []).append(group)
    ordered = sorted(of.items(), key=lambda pair: (-_support(pair[1]), pair[0]))
    return [_opened(name, sorted(groups, key=_newest_first)) for name, groups in ordered]


def measured(claims: Iterable[Claim]) -> list[Measured]:
    """Claims with numbers by measurand, rivals beside each other, the best supported first."""
    of: dict[Measurand, list[Claim]] = {}
    for claim in claims:
        if claim.quantity:
            of.setdefault(claim.quantity.measurand, []).append(claim)
    return [
        Measured(about, tuple(sorted(rivals, key=_best_supported_first)), any(claim.contested for claim in rivals))
        for about, rivals in of.items()
    ]


def _opened(name: str, groups: list[Measured]) -> Counted:
    """The newest periods, as many whole ones as there is room for, and at least one."""
    place, figures = 1, len(groups[0].claims)
    while place < len(groups) and figures + len(groups[place].claims) <= OPEN:
        figures += len(groups[place].claims)
        place += 1
    return Counted(name, tuple(groups[:place]), tuple(groups[place:]))


def _support(groups: Iterable[Measured]) -> int:
    return len({document.iri for group in groups for claim in group.claims for document in claim.documents})


def _newest_first(group: Measured) -> tuple[int, int, int, str]:
    start, end = group.measurand.period.start, group.measurand.period.end
    late = (-(end.toordinal() if end else 0), -(start.toordinal() if start else 0))
    return *late, -_support([group]), group.measurand.about.label


def _best_supported_first(claim: Claim) -> tuple[int, int, float, str]:
    said = claim.quantity
    try:
        size = -float((said and (said.low or said.high)) or 0)
    except ValueError:
        size = 0.0
    return -len(claim.documents), -(claim.said.end or claim.said_on or _NEVER).toordinal(), size, claim.iri
