"""`expectations.toml`: least and most counts that catch a bad load before anybody reads it.

A table a class or a named question:

    ["sit:Claim"]
    least = 46
    most = 60

    ["claims without a passage"]
    query = "SELECT ?c WHERE { ?c a sit:Claim . FILTER NOT EXISTS { ?p sit:carries ?c } }"
    most = 0
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import QueryBoolean, Store

from graph.errors import InvalidData, Violation
from graph.guard import uses_service
from ontology.terms import PREFIXES, expand

_KEYS = {"least": int, "most": int, "query": str, "why": str}


def violations(path: Path, store: Store, most: bool = True) -> Iterator[Violation]:
    """Every expectation that a graph does not meet or that is not written right; the default graph is asked.

    Args:
        path: the file.
        store: the built graph.
        most: False where a user's own RDF stands beside the curated data, whose expectations say nothing of it.

    Raises:
        InvalidData: the file as a whole cannot be read.
    """
    lines = _text(path).split("\n")
    for name, table in _tables(path).items():
        heading = re.compile(rf"""\s*\[\s*(["']?){re.escape(name)}\1\s*\]""")
        line = next((n for n, row in enumerate(lines, 1) if heading.match(row)), 0)
        yield from (Violation(str(path), line, f"{name}: {message}") for message in _broken(name, table, store, most))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InvalidData([Violation(str(path), line, "not UTF-8; save the file as UTF-8")]) from None


def _tables(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(place[1]) if place and place[1] else 0
        why = str(error)[: place.start()] if place else str(error)
        raise InvalidData([Violation(str(path), line, f"not TOML: {why}")]) from None


def _broken(name: str, table: object, store: Store, most: bool) -> Iterator[str]:
    if (
        not isinstance(table, dict)
        or not {"least", "most"} & table.keys()
        or any(type(value) is not _KEYS.get(key) for key, value in table.items())
    ):
        yield "give `least`, `most` or both, as whole numbers, and at the most `query` and `why` beside them, as texts"
        return
    try:
        count = _count(name, table, store)
    except (SyntaxError, ValueError) as error:
        yield str(error)
        return
    if count < table.get("least", count):
        advice = "find out what is missing, then correct the data or this number"
        yield f"{count} found, at least {table['least']} expected; {advice}"
    if most and count > table.get("most", count):
        advice = "find out what is new, then correct the data or this number"
        yield f"{count} found, at most {table['most']} expected; {advice}"


def _count(name: str, table: Mapping[str, Any], store: Store) -> int:
    query = table.get("query") or f"SELECT ?x WHERE {{ ?x a <{expand(name)}> }}"
    if uses_service(query):
        raise ValueError("SERVICE is refused; an expectation is about this graph alone")
    answer = store.query(query, prefixes=PREFIXES)
    if isinstance(answer, QueryBoolean):
        raise ValueError("an ASK query counts nothing; write a SELECT")  # noqa: TRY004  the file is wrong
    return sum(1 for _ in answer)
