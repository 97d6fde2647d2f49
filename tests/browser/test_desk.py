"""The claims desk as a reader meets it: on a desktop and on a phone, light and dark, without an accessibility fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = (390, 844)
PAGES = (
    "/contradictions",
    "/checks",
    "/wording",
    "/sides",
    "/sides?about=ev-two-settlements",
    "/contradictions?about=atacms",
)


def faults(page: Page) -> list[str]:
    """What axe-core finds, in a page that lets no script in from elsewhere."""
    if not AXE.is_file():
        pytest.skip("needs axe-core: npm ci")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]]


@pytest.mark.fonts
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", [(1280, 800), PHONE], indirect=True, ids=["desktop", "phone"])
def test_the_desk_is_accessible_and_fits(page: Page, site: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in PAGES:
        page.goto(site + path)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_from_the_list_to_a_comparison_and_to_its_claim(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Claims desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contradictions")
    page.get_by_role("link", name="misreported").click()
    expect(page.get_by_role("img")).to_have_attribute("aria-label", "Computed limits on one axis. 150,000: 145,000 to "
        "155,000. more than 434,000: 434,001 or more.")  # fmt: skip
    assert faults(page) == []
    page.get_by_role("main").get_by_role("link", name="More than 434,000").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("434,000")


def test_a_filter_is_chosen_without_a_script(page: Page, site: str) -> None:
    page.goto(f"{site}/contradictions")
    page.get_by_label("Outcome", exact=True).select_option("scope")
    page.get_by_label("About", exact=True).fill("russian-armed-forces")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("2 of 2 pairs")).to_be_visible()


def test_from_a_result_to_its_rule_and_its_claims(page: Page, site: str) -> None:
    page.goto(f"{site}/checks")
    page.get_by_role("link", name="61 launched - 43 shot down - 15 lost").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 unaccounted for")
    assert faults(page) == []
    page.get_by_role("link", name="balance").click()
    expect(page.get_by_text("1 of 1 results")).to_be_visible()


def test_from_the_desk_to_the_sides_and_to_a_claim(page: Page, site: str) -> None:
    page.goto(f"{site}/contradictions")
    page.get_by_role("navigation", name="Claims desk").get_by_role("link", name="Side by side").click()
    expect(page.get_by_role("columnheader", name="Russia")).to_be_visible()
    page.get_by_label("About", exact=True).fill("ev-two-settlements")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("2 of 2 rows")).to_be_visible()
    page.get_by_role("cell").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("two settlements")


@pytest.mark.fonts
@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_columns_stack_on_a_phone(page: Page, site: str) -> None:
    page.goto(f"{site}/sides?about=russian-armed-forces")
    first = page.locator(".sides tbody").first
    ends = [cell.bounding_box() for cell in first.locator("td").all() if cell.is_visible()]
    assert len(ends) == 2
    assert ends[0]
    assert ends[1]
    assert ends[0]["y"] + ends[0]["height"] <= ends[1]["y"]
