"""The steps of a picture, as words that stand in an address: `expand syrskyi sit:spokeAbout out`.

    show ID                                   one thing
    expand ID [PREDICATE|all] [out|in|both] [N]   its next N neighbours (20); the same step again brings the next ones
    core N                                    the N most central things of the whole graph
    paths ID ID [K] [LENGTH] [through]        the K shortest paths between two things; through: also by way of states,
                                              outlets and the war
    document ID                               what the claims of a document join
    collapse ID                               what its expansions brought goes
    hide ID                                   it goes
    put ID X Y                                it was dragged there, and stays
    free ID                                   it no longer stays
    arrange                                   everything that was not dragged is placed anew

An ID is the slug of an IRI under id/ (`syrskyi`), a path under our base (`doc/...`), or a whole IRI.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graph.adjacency import BOTH, IN, OUT
from graph.explore.filters import Filters
from graph.store import is_iri
from ontology.terms import BASE, PREFIXES, compact, expand

SHOW, EXPAND, CORE, PATHS, DOCUMENT = "show", "expand", "core", "paths", "document"
COLLAPSE, HIDE, PUT, FREE, ARRANGE = "collapse", "hide", "put", "free", "arrange"
KINDS = (SHOW, EXPAND, CORE, PATHS, DOCUMENT, COLLAPSE, HIDE, PUT, FREE, ARRANGE)

MOST_STARTS, MOST_STEPS, MOST_AT_ONCE = 50, 400, 300
MOST_CORE, MOST_PATHS, LONGEST = 2000, 10, 6
FARTHEST, LONGEST_NAME = 1_000_000, 2000
ALL, THROUGH = "all", "through"


@dataclass(frozen=True)
class Step:
    """One change of a picture. What a kind of step has no use for is left at its default."""

    kind: str
    thing: str = ""
    other: str = ""
    predicate: str | None = None
    direction: str = BOTH
    number: int = 0
    length: int = 0
    through: bool = False
    x: int = 0
    y: int = 0

    def __str__(self) -> str:
        match self.kind:
            case "expand":
                words = [name_of(self.thing), compact(self.predicate) if self.predicate else ALL, self.direction]
                words += [str(self.number)] if self.number else []
            case "core":
                words = [str(self.number)]
            case "paths":
                words = [name_of(self.thing), name_of(self.other), str(self.number), str(self.length)]
                words += [THROUGH] if self.through else []
            case "put":
                words = [name_of(self.thing), str(self.x), str(self.y)]
            case "arrange":
                words = []
            case _:
                words = [name_of(self.thing)]
        return " ".join([self.kind, *words])


@dataclass(frozen=True)
class View:
    """All that a picture depends on, beside the snapshot and the reader's language."""

    starts: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    filters: Filters = field(default_factory=Filters)


def iri_of(name: str) -> str:
    """The IRI that a name in an address stands for.

    Raises:
        ValueError: it stands for none.
    """
    bare = name.removeprefix("<").removesuffix(">")
    if "://" in bare or bare.startswith("urn:"):
        found = bare
    elif bare.partition(":")[0] in PREFIXES and ":" in bare:
        found = expand(bare)
    else:
        found = BASE + bare if "/" in bare else PREFIXES["id"] + bare
    if len(found) > LONGEST_NAME or not is_iri(found):
        raise ValueError(f"{name[:80]!r} is no name of a thing; give the last part of its IRI, or the IRI")
    return found


def name_of(iri: str) -> str:
    """The shortest name of a thing in an address."""
    for space in (PREFIXES["id"], BASE):
        rest = iri.removeprefix(space)
        if rest != iri and rest and ":" not in rest and (space == BASE) == ("/" in rest):
            return rest
    return iri


def step_of(text: str) -> Step:
    """Read one step.

    Raises:
        ValueError: it is none; says what a step of this kind looks like.
    """
    kind, *words = text.split()[:8] or [""]
    if kind not in _READERS:
        raise ValueError(f"{text[:80]!r} begins with no step; steps are {', '.join(KINDS)}")
    form, read = _READERS[kind]
    try:
        return read(words)
    except (ValueError, IndexError) as error:
        why = f" ({error})" if isinstance(error, ValueError) and "invalid literal" not in str(error) else ""
        raise ValueError(f"{text[:120]!r} is no step; write `{form}`{why}") from None


def _one(kind: str) -> Callable[[list[str]], Step]:
    def read(words: list[str]) -> Step:
        (name,) = words
        return Step(kind, iri_of(name))

    return read


def _expand(words: list[str]) -> Step:
    name, predicate, direction, number = [*words, *[ALL, BOTH, "0"][len(words) - 1 :]]
    if direction not in (OUT, IN, BOTH):
        raise ValueError("the direction is out, in or both")
    return Step(
        EXPAND, iri_of(name), predicate=None if predicate == ALL else _predicate(predicate), direction=direction,
        number=_within(int(number), 0, MOST_AT_ONCE),
    )  # fmt: skip


def _predicate(name: str) -> str:
    return iri_of(name) if ":" in name else expand(f"sit:{name}")


def _core(words: list[str]) -> Step:
    (number,) = words
    return Step(CORE, number=_within(int(number), 2, MOST_CORE))


def _paths(words: list[str]) -> Step:
    through = words[-1] == THROUGH
    first, second, *numbers = words[:-1] if through else words
    count, length = [*map(int, numbers), *[3, 4][len(numbers) :]]
    if iri_of(first) == iri_of(second):
        raise ValueError("a path joins two different things")
    return Step(
        PATHS, iri_of(first), iri_of(second), number=_within(count, 1, MOST_PATHS), length=_within(length, 1, LONGEST),
        through=through,
    )  # fmt: skip


def _put(words: list[str]) -> Step:
    name, x, y = words
    return Step(PUT, iri_of(name), x=_within(int(x), -FARTHEST, FARTHEST), y=_within(int(y), -FARTHEST, FARTHEST))


def _arrange(words: list[str]) -> Step:
    if words:
        raise ValueError("it stands alone")
    return Step(ARRANGE)


def _within(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValueError(f"a number from {least:,} to {most:,} is meant, not {number:,}")
    return number


_READERS: dict[str, tuple[str, Callable[[list[str]], Step]]] = {
    SHOW: ("show ID", _one(SHOW)),
    EXPAND: ("expand ID [PREDICATE|all] [out|in|both] [N]", _expand),
    CORE: ("core N", _core),
    PATHS: ("paths ID ID [K] [LENGTH] [through]", _paths),
    DOCUMENT: ("document ID", _one(DOCUMENT)),
    COLLAPSE: ("collapse ID", _one(COLLAPSE)),
    HIDE: ("hide ID", _one(HIDE)),
    PUT: ("put ID X Y", _put),
    FREE: ("free ID", _one(FREE)),
    ARRANGE: ("arrange", _arrange),
}
