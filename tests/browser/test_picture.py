"""The picture in a browser: it opens, nodes and edges can be chosen, and the panel says what they rest on."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api import picture
from graph.naming import Naming
from graph.neighbourhood import neighbourhood
from graph.store import Store
from ontology.terms import expand

DESKTOP, PHONE = (1280, 800), (390, 844)
SCREENS = pytest.mark.parametrize("page", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
POINT = """([kind, id]) => {
  const box = document.getElementById("picture").getBoundingClientRect();
  const at = kind === "node" ? sitrepPicture.pointOfNode(id) : sitrepPicture.pointOfEdge(id);
  return [box.left + at.x, box.top + at.y];
}"""


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#picture[data-ready]")).to_be_visible()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page


def click(page: Page, kind: str, iri: str) -> None:
    """Click where vis-network has drawn it."""
    x, y = page.evaluate(POINT, [kind, iri])
    page.mouse.click(x, y)


def an_edge(page: Page, words: str) -> str:
    """The id of an edge whose words in the panel begin so."""
    found: str = page.evaluate(
        """(words) => Object.entries(JSON.parse(document.getElementById("facts").textContent).edges)
             .find(([, edge]) => edge.title.startsWith(words))[0]""",
        words,
    )
    return found


def keep(page: Page, name: str) -> None:
    """Write a screenshot where SITREP_SCREENSHOTS says so."""
    if folder := os.environ.get("SITREP_SCREENSHOTS"):
        size = page.viewport_size
        assert size is not None
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png")


@SCREENS
@pytest.mark.parametrize(
    ("slug", "node", "says", "edge", "claims"),
    [
        ("syrskyi", "russian-armed-forces", "6 figures", "spoke about", "Rests on 5 claims"),
        ("atacms", "atacms-m39a1", "tactical ballistic missile", "supplied to", "Rests on 1 claim"),
        (
            "ev-drone-attack-2025-01-19",
            "ev-drone-attack-2025-01-19",
            "air or drone strike",
            "target of",
            "Rests on 1 claim",
        ),
        ("blinken", "sybiha", "All of its relations are drawn here", "conferred with", "Rests on 1 claim"),
    ],
)
def test_a_picture_opens_and_answers_clicks(
    page: Page, site: str, slug: str, node: str, says: str, edge: str, claims: str
) -> None:
    opened(page, f"{site}/id/{slug}/view")
    keep(page, slug)
    detail = page.locator("#detail")
    click(page, "node", expand(f"id:{node}"))
    if slug != "blinken":
        expect(detail).to_contain_text(says)
    expect(detail.get_by_role("link", name="Its page")).to_have_attribute("href", f"/id/{node}")
    keep(page, f"{slug}-node")
    click(page, "edge", an_edge(page, edge))
    expect(detail).to_contain_text(claims)
    assert (detail.locator(".claims .said a").first.get_attribute("href") or "").startswith("/claim/")
    expect(detail).to_contain_text("characters")
    keep(page, f"{slug}-edge")
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    expect(page.get_by_role("heading", name="Legend")).to_be_visible()


def test_the_page_fits_a_phone(browser_page_width: int, site: str, page: Page) -> None:
    page.set_viewport_size({"width": browser_page_width, "height": 844})
    opened(page, f"{site}/id/ukraine/view")
    assert page.evaluate("document.documentElement.scrollWidth") <= browser_page_width
    scene, panel = page.locator(".scene").bounding_box(), page.locator("#panel").bounding_box()
    assert scene is not None
    assert panel is not None
    assert panel["y"] >= scene["y"] + scene["height"] - 1


@pytest.fixture(params=[320, 390])
def browser_page_width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_a_curated_edge_leads_to_its_source(page: Page, site: str) -> None:
    opened(page, f"{site}/id/syrskyi/view")
    click(page, "edge", an_edge(page, "Commander-in-Chief"))
    source = page.locator("#detail").get_by_role("link", name="pravda.com.ua")
    expect(source).to_have_attribute("href", "https://www.pravda.com.ua/eng/news/2024/02/8/7441006/")


def test_everything_is_reachable_by_keyboard(page: Page, site: str) -> None:
    opened(page, f"{site}/id/blinken/view")
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.locator("#list").get_by_role("button", name="Andrii Sybiha").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_contain_text("Andrii Sybiha")
    expect(page.locator("#panel")).to_be_focused()
    page.locator("#list").get_by_role("button", name="conferred with").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_contain_text("Farewell call between Sybiha and Blinken")


def test_physics_is_off_until_asked_for(page: Page, site: str) -> None:
    opened(page, f"{site}/id/atacms/view")
    places = "() => JSON.stringify(sitrepPicture.network.getPositions())"
    before = page.evaluate(places)
    page.wait_for_timeout(300)
    assert page.evaluate(places) == before
    button = page.get_by_role("button", name="Move")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(300)
    assert page.evaluate(places) != before


def test_the_whole_picture_is_on_the_screen(page: Page, site: str) -> None:
    opened(page, f"{site}/id/ukraine/view")
    box = page.locator("#picture").bounding_box()
    assert box is not None
    for iri in page.evaluate("Object.keys(sitrepPicture.network.getPositions())"):
        x, y = page.evaluate(POINT, ["node", iri])
        assert box["x"] < x < box["x"] + box["width"]
        assert box["y"] < y < box["y"] + box["height"]


def test_dark_is_dark(page: Page, site: str) -> None:
    page.emulate_media(color_scheme="dark")
    opened(page, f"{site}/id/atacms/view")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"
    keep(page, "atacms-dark")


def test_what_is_left_out_is_said(page: Page, site: str) -> None:
    opened(page, f"{site}/id/ukraine/view?limit=4")
    expect(page.locator("#intro")).to_contain_text("Left out:")


def test_one_file_works_without_a_network(page: Page, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "picture.html"
    picture.write_view(store, expand("id:atacms"), path)
    opened(page, path.as_uri())
    click(page, "node", expand("id:ukraine"))
    expect(page.locator("#detail")).to_contain_text("Ukraine")
    expect(page.locator("#detail").get_by_role("link", name="Its page")).to_have_attribute("href", expand("id:ukraine"))


@pytest.mark.parametrize(
    "label",
    [
        "</script><img src=x onerror=\"document.title='harmed'\">",
        "\"'><b>bold</b><script>document.title='harmed'</script>",
        "\u202eمرحبا\u2066 right to left",
        "long " * 1000,
        "x" * 5000,
        "",
    ],
    ids=["script", "quotes", "right-to-left", "long words", "one long word", "empty"],
)
def test_hostile_names_harm_nothing(page: Page, store: Store, tmp_path: Path, label: str) -> None:
    found = neighbourhood(store, expand("id:syrskyi"), Naming(store))
    found = replace(
        found,
        centre=replace(found.centre, label=label),
        nodes=tuple(replace(node, label=label, line=label) for node in found.nodes),
        edges=tuple(replace(line, label=label, note=label, title=label) for line in found.edges),
    )
    path = tmp_path / "picture.html"
    path.write_text(picture.page(found, self_contained=True), encoding="utf-8")
    opened(page, path.as_uri())
    click(page, "node", expand("id:russian-armed-forces"))
    assert page.locator("#detail .name").text_content() == label
    click(page, "edge", found.edges[0].id)
    expect(page.locator("#detail .verb")).to_have_count(1)
    assert page.title() != "harmed"
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
