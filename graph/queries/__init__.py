"""Our own questions to the graph: one a file, its first line says what it answers.

A variable that is bound from outside stands in the projection. Prefixes are those of ontology/terms.py.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def question_text(name: str) -> str:
    """One of our own questions."""
    return files("graph.queries").joinpath(f"{name}.rq").read_text(encoding="utf-8")
