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

import tomllib
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Store

from graph.errors import InvalidData, Violation
from ontology.terms import PREFIXES, expand


def violations(path: Path, store: Store) -> Iterator[Violation]:
    """Every expectation that a graph does not meet; the default graph is asked.

    Raises:
        InvalidData: the file itself is wrong.
    """
    text = path.read_text(encoding="utf-8")
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidData([Violation(str(path), 0, f"not TOML: {error}")]) from None
    for name, table in tables.items():
        line = next((n for n, row in enumerate(text.splitlines(), 1) if name in row), 0)
        if (
            not isinstance(table, dict)
            or not {"least", "most"} & table.keys()
            or table.keys() - {"least", "most", "query", "why"}
        ):
            raise InvalidData(
                [
                    Violation(
                        str(path),
                        line,
                        f"{name}: give `least`, `most` or both, and at the most `query` and `why` beside them",
                    )
                ]
            )
        try:
            query = table.get("query") or f"SELECT ?x WHERE {{ ?x a <{expand(name)}> }}"
            count = sum(1 for _ in store.query(query, prefixes=PREFIXES))  # type: ignore[union-attr, misc]
        except (SyntaxError, ValueError) as error:
            raise InvalidData([Violation(str(path), line, f"{name}: {error}")]) from None
        for word, broken in (("least", count < table.get("least", count)), ("most", count > table.get("most", count))):
            if broken:
                advice = "find out what is missing" if word == "least" else "find out what is new"
                yield Violation(
                    str(path),
                    line,
                    f"{name}: {count} found, at {word} {table[word]} expected; "
                    f"{advice}, then correct the data or this number",
                )
