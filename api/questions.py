"""Example questions as pages list them."""

from __future__ import annotations

from graph.examples import examples


def pairs() -> list[tuple[str, str]]:
    """Sentence and query of each, in order."""
    return [(example.sentence, example.query) for example in examples()]
