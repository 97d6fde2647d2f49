"""A real browser for pages that live from their script.

Debian's chromium, driven by Playwright; without one the tests are skipped, except in continuous integration, where
they fail. A page that writes to the console as an error, throws, or asks another host for anything fails its test.

Pages must hold in any font. `SITREP_FONTS` names a folder of fonts that the browser sees alone, whatever the machine
has; `SITREP_SCALE` says how many pixels of the screen a pixel of the page has. Tests whose outcome hangs on the size of
letters or of the screen are marked `fonts`: `.ci/run` drives them with several.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import graph
from graph.store import Store
from tests.server import served

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
expect.set_options(timeout=30_000)  # milliseconds, as for clicks: a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no chromium: apt-get install chromium")
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS, env=_fonts(tmp_path_factory))
        yield browser
        browser.close()


def _fonts(folders: pytest.TempPathFactory) -> dict[str, str | float | bool] | None:
    """The environment of a browser that sees the fonts of SITREP_FONTS alone; None for those of the machine."""
    fonts = os.environ.get("SITREP_FONTS")
    if not fonts:
        return None
    if not any(Path(fonts).rglob("*.[to]tf")):
        pytest.fail(f"SITREP_FONTS: there are no fonts in {fonts}: apt-get install fonts-noto-core fonts-dejavu-core")
    own = folders.mktemp("fonts")
    (own / "fonts.conf").write_text(
        f"<fontconfig><dir>{escape(fonts)}</dir><cachedir>{escape(str(own))}</cachedir>"
        '<include ignore_missing="yes">/etc/fonts/conf.d</include></fontconfig>',
        encoding="utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(own / "fonts.conf")}


@pytest.fixture(params=[(1280, 800)], ids=["desktop"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page in a context of its own; parametrize it indirectly with (width, height) for another screen."""
    width, height = request.param
    scale = float(os.environ.get("SITREP_SCALE", "1"))
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
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
