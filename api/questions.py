"""Example questions: a sentence each, and the SPARQL that answers it. Shown on the home page and in the editor."""

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
    for file in sorted(files("api.examples").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".rq"):
            first, _, query = file.read_text(encoding="utf-8").partition("\n")
            found.append(Example(file.name.removesuffix(".rq"), first.removeprefix("# "), query))
    return tuple(found)


def pairs() -> list[tuple[str, str]]:
    """Sentence and query of each, in order."""
    return [(example.sentence, example.query) for example in examples()]
