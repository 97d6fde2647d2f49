"""A real browser for pages that live from their script.

Debian's chromium, driven by Playwright; without one the tests are skipped, except in continuous integration, where
they fail. A page that writes to the console as an error, throws, or asks another host for anything fails its test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import graph
from graph.store import Store
from tests.server import served

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no chromium: apt-get install chromium")
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[(1280, 800)], ids=["desktop"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page in a context of its own; parametrize it indirectly with (width, height) for another screen."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: None if _is_here(asked.url) else faults.append(f"asked for {asked.url}"))
    yield page
    context.close()
    assert faults == []


def _is_here(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:"))


@pytest.fixture(scope="session")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as store:
        yield store


@pytest.fixture(scope="session")
def site(snapshots: Path) -> Iterator[str]:
    """The address at which the whole application is served over the first document."""
    with served(snapshots) as address:
        yield address
