"""What a finished store says, as plain texts, for the files that the build writes beside it."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from graph.queries import question_text
from ontology.terms import PREFIXES, expand


def rows(store: Store, question: str) -> Iterator[dict[str, str]]:
    """The rows of one of our questions; what is unbound is not in a row.

    A row with a blank node, from a user's own RDF, is left out: it has no name by which to tell it.
    """
    answer = store.query(question_text(question), prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    for row in answer:
        terms = {name: term for name, term in zip(names, row, strict=True) if term is not None}
        if all(isinstance(term, NamedNode | Literal) for term in terms.values()):
            yield {name: term.value for name, term in terms.items()}


def values(store: Store, name: str) -> Iterator[tuple[str, str]]:
    """Subject and value of a property in the default graph, sorted, so that of several values the last always wins."""
    pattern = store.quads_for_pattern(None, NamedNode(expand(name)), None, DefaultGraph())
    return iter(
        sorted(
            (quad.subject.value, quad.object.value)
            for quad in pattern
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)
        )
    )
