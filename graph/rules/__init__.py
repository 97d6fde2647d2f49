"""What the build derives, one rule after the other in the order of their names, each seeing what came before.

1xx classes, topics, comparable measurands    2xx direct edges, each with its relation node
3xx comparisons and conflicts                 4xx statuses
5xx labels                                    6xx checks of arithmetic

A rule is one SPARQL CONSTRUCT in a file here. What goes along time, weighs claims against each other or gathers groups
is Python: functions of graph.series, graph.rivals and graph.disputes. Prefixes are those of ontology/terms.py. The
contract of the edges stands in docs/ontology.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files

from pyoxigraph import QueryTriples, Store, Triple

from graph import disputes, rivals, series
from ontology.terms import PREFIXES


@dataclass(frozen=True)
class Rule:
    """What is derived, by the name in whose order it runs, and the sentence that says it."""

    name: str
    says: str
    derived: Callable[[Store], Iterable[Triple]]


IN_PYTHON = (
    Rule("103-comparable-measurands", "Measurands whose numbers may be held against each other.", series.comparable),
    Rule("104-parts-of-measurands", "Measurands that count a part of what another counts.", series.parts),
    Rule("300-compare-numbers", "Numbers that answer one question, and whether they can both hold.", rivals.compared),
    Rule("302-compare-falling-totals", "A running total that is lower on a later day.", series.falling),
    Rule("310-disputes", "All claims on one question of which only some can hold.", disputes.found),
)


def rules() -> list[Rule]:
    """All rules, in the order in which they run."""
    found = list(IN_PYTHON)
    for file in files("graph.rules").iterdir():
        if file.name.endswith(".rq"):
            query = file.read_text(encoding="utf-8")
            found.append(Rule(file.name.removesuffix(".rq"), first_line(query), constructing(query)))
    return sorted(found, key=lambda rule: rule.name)


def first_line(query: str) -> str:
    """What a query says of itself."""
    return query.splitlines()[0].removeprefix("# ")


def constructing(query: str) -> Callable[[Store], Iterable[Triple]]:
    """A CONSTRUCT query as a function of the default graph."""

    def derived(store: Store) -> Iterable[Triple]:
        answer = store.query(query, prefixes=PREFIXES)
        assert isinstance(answer, QueryTriples)
        return answer

    return derived
