"""What tests of importers share.

Strategy: small samples in the form of each table stand in tests/fixtures/tables, with invented days and numbers, and
are always read. The real tables belong to others and are not part of the project: the environment variable
SITREP_TABLES names a folder of them, and tests that need them are skipped where it is not set.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pyoxigraph import Store

import graph.build
from graph.importers import importers
from graph.importers.importer import Summary, run
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


def built(*imports: Path) -> Store:
    """An in-memory store of data/ and folders of imports, checked and derived."""
    store = Store()
    graph.build.assemble(store, DATA, graph.build.extra_files(imports))
    return store
