"""The pages as a reader meets them: from a name to a person, from there to the picture and to the claims."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from api.pages import href
from graph.store import Store

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

PHONE, TABLET = (390, 844), (800, 1100)
PAGES = (
    "/", "/id/syrskyi", "/id/russian-armed-forces", "/id/kyiv", "/id/atacms/relations", "/id/syrskyi/claims?role=by",
    "/id/ev-drone-attack-2025-01-19", "/search?q=kyiv", "/search?q=zzz", "/types", "/types/sit:Event",
    "/id/atacms-m39a1", "/timeline", "/timeline?about=atacms", "/sparql", "/docs", "/doc/21b468746adfc9bb",
    "/voc/m-losses", "/ontology", "/contradictions", "/checks", "/sides", "/wording", "/id/ukraine/view?hops=2",
    "/explore", "/sparql/explain?query=SELECT+*+{+?s+a+sit:Clam+}", "a claim", "a passage", "a comparison", "a check",
    "a relation",
)  # fmt: skip


def test_a_name_in_cyrillic_leads_to_the_person(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("combobox").first.fill("Сирський")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="Oleksandr Syrskyi").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oleksandr Syrskyi")


def test_a_person_leads_to_the_picture_and_to_a_claim(page: Page, site: str) -> None:
    page.goto(f"{site}/id/syrskyi")
    page.get_by_role("main").get_by_role("link", name="more than 434,000").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("434,000")
    page.goto(f"{site}/id/syrskyi")
    page.get_by_role("link", name="Open in the explorer").click()
    expect(page.locator("#picture[data-ready]")).to_be_visible()
    assert "start=" not in page.url


def test_things_in_the_pictures_of_pages_lead_to_their_own(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("group", name="The core of the graph").get_by_role("link").first.click()
    picture = page.get_by_role("group", name="what it is joined to")
    named = picture.get_by_role("link")
    assert named.count() > 1
    name = page.get_by_role("heading", level=1).text_content()
    other = next(link for link in named.all() if name not in (link.text_content() or ""))
    other.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(name or "")
    context.close()


@pytest.mark.fonts
@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
@pytest.mark.parametrize("path", ["/", "/id/atacms"])
def test_a_picture_in_a_page_is_scrolled_on_a_phone(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    picture = page.locator(".inset")
    expect(page.get_by_text("scroll it sideways")).to_be_visible()
    assert picture.get_attribute("aria-label")
    first, scene = picture.locator("[data-first] rect").bounding_box(), picture.bounding_box()
    assert first is not None
    assert scene is not None
    assert scene["x"] <= first["x"]
    assert first["x"] + first["width"] <= scene["x"] + scene["width"]
    before = picture.evaluate("picture => picture.scrollLeft")
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.inset').scrollLeft > before", arg=before)


@pytest.mark.fonts
def test_a_picture_that_fits_says_nothing_of_scrolling(page: Page, site: str) -> None:
    page.goto(f"{site}/id/atacms")
    assert page.evaluate(
        "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('.inset'))"
    )
    expect(page.get_by_text("scroll it sideways")).to_be_hidden()


@pytest.mark.fonts
@pytest.mark.parametrize("path", ["/", "/id/syrskyi", "/id/russian-armed-forces", "/id/atacms-m39a1"])
def test_the_words_of_a_card_end_within_it(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    rooms = page.evaluate(
        """() => [...document.querySelectorAll(".inset .box text")].map((text) => {
             const words = text.getBBox(), card = text.parentNode.querySelector("rect").getBBox();
             return [text.textContent, card.x + card.width - words.x - words.width];
           })"""
    )
    assert rooms
    assert [words for words, room in rooms if room < 2] == []


OF_NODES = {"a claim": "Claim", "a passage": "Passage", "a comparison": "Comparison", "a check": "Check",
            "a relation": "Relation"}  # fmt: skip


def address(site: str, store: Store, path: str) -> str:
    """Where a page is; the first node of a class, for one whose name is made from its content."""
    if path not in OF_NODES:
        return site + path
    row = store.select(f"SELECT ?node WHERE {{ ?node a sit:{OF_NODES[path]} }} ORDER BY ?node LIMIT 1")[0]
    return site + href(row["node"].value)  # type: ignore[union-attr]


@pytest.mark.fonts
@pytest.mark.parametrize("page", [PHONE, TABLET], indirect=True, ids=["phone", "tablet"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen(page: Page, site: str, store: Store, path: str) -> None:
    page.goto(address(site, store, path))
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.fonts
@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
@pytest.mark.parametrize("path", PAGES)
def test_no_text_stands_letter_by_letter_on_a_phone(page: Page, site: str, store: Store, path: str) -> None:
    page.goto(address(site, store, path))
    narrow = page.evaluate(
        """() => [...document.querySelectorAll("main td, main th, main dd, main p")].filter((part) => {
             const { width, paddingLeft, paddingRight } = getComputedStyle(part);
             const room = parseFloat(width) - parseFloat(paddingLeft) - parseFloat(paddingRight);
             const read = part.checkVisibility() && !part.closest(".unseen, thead, #yasgui");
             return read && part.textContent.trim().length > 20 && room < 100;
           }).map((part) => part.outerHTML.slice(0, 200))"""
    )
    assert narrow == []


def test_the_reference_begins_with_its_name_and_its_contents(page: Page, site: str) -> None:
    page.goto(f"{site}/ontology")
    tops = [
        page.locator(part).first.bounding_box()
        for part in ("h1", ".downloads", "#toc", "#metadata", "#classes", ".lode + .note")
    ]
    heights = [top["y"] for top in tops if top]
    assert len(heights) == len(tops)
    assert heights == sorted(heights)
    assert page.locator("h1").count() == 1
    page.locator("#toc").get_by_role("link", name="Classes").click()
    assert page.url.endswith("#classes")


def test_a_term_has_its_place_in_the_reference(page: Page, site: str) -> None:
    page.goto(f"{site}/ontology#Claim")
    expect(page.locator("#Claim")).to_be_in_viewport()
    expect(page.locator("#Claim h3")).to_contain_text("claim")
    expect(page.locator("#Claim")).to_contain_text("https://w3id.org/sitrep/ont#Claim")
    anchors = page.evaluate("[...document.querySelectorAll('[id]')].map((part) => part.id)")
    assert len(anchors) == len(set(anchors))


@pytest.mark.fonts
@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_the_words_of_the_menu_stay_whole(page: Page, site: str) -> None:
    page.goto(site)
    links = page.get_by_role("navigation", name="Site").get_by_role("link")
    heights = [round(box["height"]) for link in links.all() if (box := link.bounding_box())]
    assert len(set(heights)) == 1


@pytest.mark.parametrize("path", PAGES)
def test_every_page_loads_without_a_fault(page: Page, site: str, store: Store, path: str) -> None:
    assert page.goto(address(site, store, path)).status == 200  # type: ignore[union-attr]
    page.wait_for_load_state("networkidle")


def test_suggestions_are_worked_by_keyboard(page: Page, site: str) -> None:
    page.goto(site)
    field = page.get_by_role("combobox", name="Find a person, weapon, place or event")
    field.press_sequentially("Сирс")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Oleksandr Syrskyi")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.press_sequentially("ьк")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/id/syrskyi")


def test_enter_without_a_choice_searches(page: Page, site: str) -> None:
    page.goto(f"{site}/id/atacms")
    field = page.get_by_role("combobox", name="Find a person, weapon, place or event")
    field.press_sequentially("Kyiv")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/search?q=Kyiv")


def test_a_suggestion_is_taken_by_a_click(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("combobox").first.press_sequentially("ATACMS")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ATACMS")


def test_measures_and_categories_are_suggested(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("combobox").first.press_sequentially("losses")
    option = page.get_by_role("option").filter(has_text="personnel losses")
    expect(option).to_contain_text("measure")
    option.click()
    expect(page).to_have_url(f"{site}/voc/m-losses")


def test_hostile_names_are_suggested_as_text(page: Page, site: str) -> None:
    hit = {"iri": "javascript:alert(1)", "label": "<img src=x onerror=alert(1)>", "types": ["<b>"],
           "matched": {"label": "</script><script>alert(1)</script>"}}  # fmt: skip
    page.route("**/search?limit=*", lambda route: route.fulfill(json={"results": [hit], "concepts": [hit]}))
    page.goto(site)
    page.get_by_role("combobox").first.press_sequentially("x")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("<img src=x onerror=alert(1)>")
    assert option.locator("img, script, b").count() == 0


def test_without_a_script_the_form_searches(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox").first.fill("Syrskyi")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{site}/search?q=Syrskyi")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
# The explorer with its panels, and the editor with answers, are looked at in tests of their own, too.
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(
    page: Page, site: str, store: Store, path: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    if not AXE.is_file():
        pytest.skip("needs axe-core: npm ci")
    page.goto(address(site, store, path))
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_where_nothing_is(
    browser: Browser, site: str, scheme: Literal["light", "dark"]
) -> None:
    """In a context of its own: the console calls an answer 404 a fault."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    assert page.goto(f"{site}/id/syrsky").status == 404  # type: ignore[union-attr]
    assert serious(page) == []
    context.close()


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """The serious faults of a page, but for those of YASGUI's own widget."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({exclude: [['#yasgui']]}, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    grave = [fault for fault in found["violations"] if fault["impact"] in ("serious", "critical")]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in grave]
