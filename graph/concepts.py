"""Measures, categories of weapons and types of events by name: what a reader looks for that is no thing."""

from __future__ import annotations

from itertools import chain

from graph.naming import Naming, Thing
from graph.search.folding import folded, plain
from graph.store import Store
from ontology.terms import expand

# Whose concepts a reader may look for; those of the other schemes say how something is said or found.
SCHEMES = ("voc:measures", "voc:weapon-categories", "voc:event-types")
BROADER = expand("skos:broader")


class Concepts:
    """The concepts of a snapshot with all their names, read once: a name is looked up at each letter that is typed."""

    def __init__(self, store: Store) -> None:
        naming = Naming(store)
        found: list[tuple[bool, int, str, list[str]]] = []
        for scheme in map(expand, SCHEMES):
            for iri in store.subjects(expand("skos:inScheme"), scheme):
                is_used = bool(store.lists.uses(iri).keys() - {BROADER})
                names = chain.from_iterable(naming.labels(iri).values())
                found.extend((not is_used, len(name), iri, folded(plain(name)).split()) for name in names)
        self._names = [(iri, words) for *_, iri, words in sorted(found)]

    def called(self, text: str, naming: Naming, most: int = 6) -> list[Thing]:
        """Those with a name, in any language, that has all the words of a text.

        What is used comes first, then the shortest name. Words are compared as the search compares them, by their
        sound, and a beginning is enough: `втрати`, `tanks`.
        """
        asked = folded(plain(text)).split()
        found = (
            iri for iri, words in self._names if asked and all(any(_is(part, word) for word in words) for part in asked)
        )
        return [naming.thing(iri) for iri in list(dict.fromkeys(found))[:most]]


def _is(asked: str, word: str) -> bool:
    """Whether a word begins so, or is meant by its plural."""
    return word.startswith(asked) or (len(word) > 2 and asked.startswith(word) and len(asked) - len(word) <= 2)
