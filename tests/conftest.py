"""What tests share.

Strategy: real parts on small real data. `first_document` is the frozen first document with the reference data of its
day; it never changes, so its answers are exact. The project's own `data/` grows; tests on it ask for least answers.
A graph is built once a session into a temporary folder and only read after that.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

import graph.build

TESTS = Path(__file__).parent
FIRST_DOCUMENT = TESTS / "fixtures" / "first-document"
DATA = TESTS.parent / "data"


def assembled(folder: Path, *additions: Path) -> Store:
    """An in-memory store of a data folder, checked and derived; additions are loaded beside it."""
    store = Store()
    graph.build.assemble(store, folder, [(path.name, path) for path in additions])
    return store


@pytest.fixture(scope="session")
def first_document() -> Store:
    """The first document, in memory."""
    return assembled(FIRST_DOCUMENT)


@pytest.fixture(scope="session")
def curated() -> Store:
    """All of data/, in memory."""
    return assembled(DATA)


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of snapshots whose current one is the first document."""
    folder = tmp_path_factory.mktemp("snapshots")
    graph.build.build(FIRST_DOCUMENT, folder)
    return folder


@pytest.fixture(scope="session")
def curated_snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of snapshots whose current one is all of data/: what a reader of the pages has."""
    folder = tmp_path_factory.mktemp("curated")
    graph.build.build(DATA, folder)
    return folder


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop in the main thread, and no other may start beside it."""
    items.sort(key=lambda item: "browser" in item.path.parts)
