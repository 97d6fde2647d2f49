"""Example questions for readers: one SPARQL query a file, whose first line is the question in words.

The home page and the editor list them, and every snapshot carries them (graph/description.py). Prefixes are those of
ontology/terms.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Example:
    """A question in words and in SPARQL."""

    name: str
    sentence: str
    query: str


@cache
def examples() -> tuple[Example, ...]:
    """All of them, in the order of their files."""
    found = []
    for file in sorted(files("graph.examples").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".rq"):
            first, _, query = file.read_text(encoding="utf-8").partition("\n")
            found.append(Example(file.name.removesuffix(".rq"), first.removeprefix("# "), query))
    return tuple(found)
