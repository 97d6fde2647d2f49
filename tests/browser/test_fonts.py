"""The browser writes with the fonts that a run is for; else the runs with other fonts would prove nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

FONTS = os.environ.get("SITREP_FONTS")


@pytest.mark.fonts
@pytest.mark.skipif(not FONTS, reason="SITREP_FONTS names no folder of fonts")
@pytest.mark.parametrize("words", ["p", "h1", "main svg text"])
def test_pages_are_written_in_the_chosen_fonts(page: Page, site: str, words: str) -> None:
    page.goto(site)
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    node = tools.send("DOM.querySelector", {"nodeId": root, "selector": words})["nodeId"]
    used = {font["postScriptName"] for font in tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}
    there = {path.stem for path in Path(str(FONTS)).rglob("*.[to]tf")}
    assert used
    assert used <= there | {name.removesuffix("-Regular") for name in there}
