"""The pages as a reader meets them: from a name to a person, from there to the picture and to the claims."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

PHONE = (390, 844)
PAGES = (
    "/", "/id/syrskyi", "/id/russian-armed-forces", "/id/atacms/relations", "/id/syrskyi/claims?role=by",
    "/search?q=kyiv", "/timeline", "/timeline?about=atacms",
    "/sparql", "/docs", "/doc/21b468746adfc9bb", "/voc/m-losses", "/id/ukraine/view?hops=2",
)  # fmt: skip


def test_a_name_in_cyrillic_leads_to_the_person(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("searchbox").first.fill("Сирський")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="Oleksandr Syrskyi").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oleksandr Syrskyi")


def test_a_person_leads_to_the_picture_and_to_a_claim(page: Page, site: str) -> None:
    page.goto(f"{site}/id/syrskyi")
    page.get_by_role("main").get_by_role("link", name="more than 434,000").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("434,000")
    page.goto(f"{site}/id/syrskyi")
    page.get_by_role("main").get_by_role("link", name="picture").first.click()
    expect(page).to_have_url(f"{site}/id/syrskyi/view")


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize("path", [*PAGES, "/ontology"])  # pyLODE's page is wider than a phone
def test_every_page_loads_without_a_fault(page: Page, site: str, path: str) -> None:
    assert page.goto(site + path).status == 200  # type: ignore[union-attr]
    page.wait_for_load_state("networkidle")
