"""What the build derives: one SPARQL CONSTRUCT a file, run in the order of their names, each seeing what came before.

1xx classes, topics, comparable measurands    2xx direct edges, each with its relation node
3xx comparisons and conflicts                 4xx statuses                              5xx labels

Prefixes are those of ontology/terms.py. The contract of the edges stands in docs/ontology.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT query with its file's name and the sentence in its first line."""

    name: str
    says: str
    query: str


def rules() -> Iterator[Rule]:
    """All rules, in the order in which they run."""
    for file in sorted(files("graph.rules").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".rq"):
            query = file.read_text(encoding="utf-8")
            yield Rule(file.name.removesuffix(".rq"), query.splitlines()[0].removeprefix("# "), query)
