"""The timeline in a browser: drawn, to move and to come closer, above its table; and nothing that axe-core minds."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "/timeline",
    "/timeline?about=syrskyi",
    "/timeline?to=1900",
    "/claim/syrskyi-losses-2024-a034a075b474",
    "/id/syrskyi",
)


def test_entries_are_drawn_and_lead_to_their_pages(page: Page, site: str) -> None:
    page.goto(f"{site}/timeline?about=atacms&type=event")
    drawn = page.locator("#interactive .vis-timeline")
    expect(drawn).to_be_visible()
    expect(drawn.locator(".vis-item.event")).to_have_count(2)
    drawn.get_by_text("First Ukrainian use of ATACMS").click()
    expect(page).to_have_url(f"{site}/id/ev-atacms-first-use")


def test_buttons_move_the_scale(page: Page, site: str) -> None:
    page.goto(f"{site}/timeline?about=atacms")
    expect(page.locator("#interactive .vis-timeline")).to_be_visible()

    def pressed(name: str) -> float:
        """How far right of the middle the last mark is when it stands still, after a button was pressed."""
        if name:
            page.get_by_role("button", name=name).click()
        right: float = page.evaluate(
            """async () => {
                 const x = (part) => { const { x, width } = part.getBoundingClientRect(); return x + width / 2; };
                 window.mark ||= [...document.querySelectorAll("#interactive .vis-dot")].sort((a, b) => x(a) - x(b)).at(-1);
                 for (let before; before !== x(mark); ) {
                   before = x(mark);
                   await new Promise((done) => setTimeout(done, 100));
                 }
                 return x(mark) - x(document.querySelector("#interactive .vis-panel.vis-center"));
               }"""  # noqa: E501
        )
        return right

    first = pressed("")
    assert first > 50
    assert pressed("Later") < first - 50
    assert pressed("Earlier") == pytest.approx(first, abs=2)
    farther = pressed("Farther")
    assert farther < 0.8 * first
    assert pressed("Closer") > 1.2 * farther
    assert pressed("Show all") == pytest.approx(first, abs=2)


def test_what_has_no_known_end_runs_to_the_edge(page: Page, site: str) -> None:
    page.goto(f"{site}/timeline?about=syrskyi")
    term = page.locator("#interactive .vis-item.term.open-end")
    expect(term).to_contain_text("Commander-in-Chief")
    for button in (None, "Later", "Farther"):
        if button:
            page.get_by_role("button", name=button).click()
        page.wait_for_function(
            """() => document.querySelector("#interactive .open-end").getBoundingClientRect().right
                 >= document.querySelector("#interactive .vis-panel.vis-center").getBoundingClientRect().right"""
        )


def test_an_entity_leads_to_its_timeline_and_the_form_narrows_it(page: Page, site: str) -> None:
    page.goto(f"{site}/id/syrskyi")
    page.get_by_label("On this page").get_by_role("link", name="Timeline").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Timeline of Oleksandr Syrskyi")
    page.get_by_label("What").select_option("terms of office")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#entries tbody tr")).to_have_count(1)
    expect(page.locator("#entries")).to_contain_text("since 2024-02-08")


def test_without_a_script_the_table_says_the_same(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/timeline?about=atacms")
    expect(page.locator("#interactive")).to_be_hidden()
    expect(page.locator("#entries tbody tr")).to_have_count(4)
    expect(page.locator("#entries svg.span").first).to_be_visible()
    page.locator("#entries").get_by_role("link", name="First Ukrainian use of ATACMS").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First Ukrainian use of ATACMS")
    context.close()


@pytest.mark.fonts
@pytest.mark.parametrize("page", [(1280, 800), (390, 844)], indirect=True, ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, site: str, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("axe.run().then((found) => found.violations.map((one) => [one.id, one.nodes[0].html]))") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
