"""What tests of importers share.

Strategy: small samples in the form of each table stand in tests/fixtures/tables, with invented days and numbers, and
are always read. The real tables belong to others and are not part of the project: the environment variable
SITREP_TABLES names a folder of them, and tests that need them are skipped where it is not set.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

import graph.build
from graph.curation import data
from graph.importers import importers
from graph.importers.importer import Summary, run
from graph.rules import rules
from ontology.terms import PREFIXES, compact
from tests.conftest import DATA, TESTS

SAMPLES = TESTS / "fixtures" / "tables"

Import = Callable[..., Summary]


@pytest.fixture(scope="session")
def tables() -> Path:
    """The folder of real tables."""
    folder = os.environ.get("SITREP_TABLES")
    if not folder:
        pytest.skip("SITREP_TABLES names no folder of public tables")
    return Path(folder)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder of imports of one's own."""
    return tmp_path / "imports"


@pytest.fixture
def brought_in(out: Path) -> Import:
    """Imports files, by default samples, into `out`."""

    def bring(
        name: str, *files: str | Path, dry_run: bool = False, options: Mapping[str, str] | None = None
    ) -> Summary:
        paths = [SAMPLES / file for file in files]
        return run(importers()[name], paths, out, DATA, dry_run=dry_run, options=options)

    return bring


def built(*imports: Path, folder: Path = DATA, derived: Sequence[str] = ("compare-revisions",)) -> Store:
    """What a data folder and folders of imports compile to, in memory, with what some rules derive."""
    store = Store()
    for name in graph.build.ONTOLOGY:
        store.load(files("ontology").joinpath(name).read_bytes(), RdfFormat.TURTLE)
    store.extend(data.curated(folder, graph.build.extra_files(imports)).quads)
    for rule in rules():
        if rule.name.partition("-")[2] in derived:
            graph.build.derive(store, rule)
    return store


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    """What a SELECT finds, each term as a reader would write it."""
    found = store.query(query, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    return [tuple(map(_text, row)) for row in found]


def _text(term: object) -> str:
    return compact(term.value).strip("<>") if isinstance(term, NamedNode) else str(getattr(term, "value", ""))
