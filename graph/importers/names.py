"""Names in a table, resolved to the things that the data folder declares.

Only what is certain is automatic: a name that is a label of one thing of the wanted class, letter by letter, or by one
of the keys under which spellings of one name meet (graph/search/folding.py). What two things share is left to people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph import bounds
from graph.curation import data
from graph.curation.reference import ID, RDF_TYPE
from graph.curation.vocabulary import suggestions, vocabulary
from graph.errors import InvalidData, Violation
from graph.search.folding import folded, plain
from ontology.terms import expand

WEAPON, PLACE, AGENT = "weapon", "place", "agent"
_CLASSES = {
    WEAPON: {expand("sit:WeaponSystem")},
    PLACE: {expand("schema:Place"), expand("sit:State")},
    AGENT: {expand("foaf:Agent")},
}
_PLAIN = 1  # the key by which names are compared that are not the same
_LABELS = {expand(name) for name in ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")}


class Names:
    """What the labels of a data folder's reference files name."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        types: dict[str, set[str]] = defaultdict(set)
        labels: dict[str, set[str]] = defaultdict(set)
        for quad in quads:
            if not isinstance(quad.subject, NamedNode) or not quad.subject.value.startswith(ID):
                continue
            if quad.predicate.value == RDF_TYPE and isinstance(quad.object, NamedNode):
                types[quad.subject.value].add(quad.object.value)
            elif quad.predicate.value in _LABELS and isinstance(quad.object, Literal):
                labels[quad.subject.value].add(quad.object.value)
        self.slugs = {iri.removeprefix(ID) for iri in types}
        self._found: dict[tuple[str, int, str], set[str]] = defaultdict(set)
        for iri, names in labels.items():
            above = vocabulary().classes_above(types[iri])
            for kind, classes in _CLASSES.items():
                if classes & above:
                    for name in names:
                        for key in self._keys(kind, name):
                            self._found[key].add(iri.removeprefix(ID))
        self._plain: dict[str, dict[str, set[str]]] = defaultdict(dict)
        for (kind, width, text), slugs in self._found.items():
            if width == _PLAIN:
                self._plain[kind][text] = slugs

    def resolved(self, kind: str, name: str) -> str | None:
        """The slug of the one thing of a kind (`WEAPON`, `PLACE`, `AGENT`) that a name means; None where unsure."""
        for key in self._keys(kind, name):
            if len(found := self._found.get(key, ())) == 1:
                return next(iter(found))
            if found:
                return None
        return None

    def near(self, kind: str, name: str) -> str:
        """The slug of the thing of a kind whose name is off by a letter or two; empty where none is near."""
        known = self._plain[kind]
        return next((min(known[key]) for key in suggestions(plain(name), known, most=1)), "")

    @staticmethod
    def _keys(kind: str, name: str) -> list[tuple[str, int, str]]:
        """From the narrowest key to the widest; an empty one finds nothing."""
        keys = (name.strip(), plain(name), folded(plain(name)))  # the second one is _PLAIN
        return [(kind, width, key) for width, key in enumerate(keys) if key]


def of_folder(folder: Path, own: Sequence[Path] = ()) -> Names:
    """The names of a data folder's reference files, and of Turtle files of the user's own.

    Raises:
        InvalidData: the folder is none, or a file of it does not parse.
    """
    quads: list[Quad] = []
    for path in [*data.files(folder), *own]:
        if path.suffix == ".ttl":
            bounds.check_turtle(path, str(path))
            try:
                quads += parse(path.read_bytes(), RdfFormat.TURTLE)
            except SyntaxError as error:
                message = f"not Turtle: {error.msg}; run `sitrep check`"
                raise InvalidData([Violation(str(path), error.lineno or 0, message)]) from None
    return Names(quads)
