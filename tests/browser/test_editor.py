"""The editor as a person meets it: examples, rows that lead to pages, words that complete, errors with their place."""

# ruff: noqa: E501  a case is a line

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from api import pages
from api.questions import examples

ROOT = Path(__file__).parent.parent.parent
PHONE = (390, 844)
PEOPLE = "SELECT ?person ?name { ?person a foaf:Person ; rdfs:label ?name } ORDER BY ?name"
MISSPELT = "SELECT * {\n  ?w a sit:WeaponSystem ;\n     sit:suppliedBye ?by\n}"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a != ?d && ?c != ?f && STRLEN(STR(?c)) > 400) }"

pytestmark = pytest.mark.skipif(
    pages._vendored() is None,
    reason="YASGUI is fetched by `make setup`; without it there is the form, tested in tests/api",
)


def opened(page: Page, site: str, query: str | None = None) -> None:
    page.goto(f"{site}/sparql" + (f"?query={quote(query)}" if query is not None else ""))
    expect(page.locator(".yasqe .CodeMirror:visible")).to_be_visible()


def written(page: Page) -> str:
    text: str = page.evaluate("document.querySelector('.tabPanel.active .yasqe .CodeMirror').CodeMirror.getValue()")
    return text


def write(page: Page, query: str) -> None:
    page.evaluate(
        "text => document.querySelector('.tabPanel.active .yasqe .CodeMirror').CodeMirror.setValue(text)", query
    )


def cells(page: Page) -> Any:
    return page.locator(".tabPanel.active .yasr table.dataTable tbody tr")


@pytest.fixture
def fault(browser: Browser) -> Iterator[Page]:
    """A page whose requests may fail, which a browser writes to the console."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def test_an_example_gives_rows_that_lead_to_their_pages(page: Page, site: str) -> None:
    opened(page, site)
    page.get_by_role("link", name=examples()[2].sentence).click()
    expect(cells(page).first).to_be_visible()
    assert written(page).strip() == examples()[2].query.strip()
    opened(page, site, PEOPLE)
    link = page.locator(".tabPanel.active .yasr").get_by_role("link", name="id:syrskyi", exact=True)
    expect(link).to_have_attribute("href", "/id/syrskyi")
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oleksandr Syrskyi")
    expect(page).to_have_url(f"{site}/id/syrskyi")


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_every_example_is_taken_for_valid(page: Page, site: str, example: Any) -> None:
    opened(page, site, example.query)
    expect(page.locator(".tabPanel.active .yasr_response_chip")).to_contain_text("result")
    assert page.locator(".parseErrorIcon:visible").count() == 0


def test_a_permalink_holds_the_query_and_wins_over_what_is_kept(page: Page, site: str) -> None:
    opened(page, site)
    write(page, PEOPLE)
    page.get_by_role("button", name="Run query").click()
    expect(cells(page).first).to_be_visible()
    assert parse_qs(urlsplit(page.url).query) == {"query": [PEOPLE]}
    kept = page.url
    opened(page, site, "SELECT ?other { BIND('another' AS ?other) }")
    expect(cells(page).first).to_contain_text("another")
    page.goto(kept)
    expect(cells(page).first).to_contain_text("id:")
    assert written(page) == PEOPLE
    page.reload()
    assert written(page) == PEOPLE


def test_nothing_of_one_reader_reaches_another(page: Page, browser: Browser, site: str) -> None:
    opened(page, site, "SELECT ?mine { BIND('only mine' AS ?mine) }")
    expect(cells(page).first).to_contain_text("only mine")
    other = browser.new_context()
    fresh = other.new_page()
    opened(fresh, site)
    assert "only mine" not in written(fresh) + fresh.content()
    other.close()


def test_a_syntax_error_shows_line_and_column(fault: Page, site: str) -> None:
    opened(fault, site, "SELECT * {\n  ?w a fof:Person }")
    said = fault.locator(".tabPanel.active .failed")
    expect(said).to_contain_text("The query does not parse")
    expect(said).to_contain_text("Line 2, column 18")
    expect(said.locator("code").first).to_have_text("fof:")
    expect(said).to_contain_text("did you mean foaf:")
    assert "Unable to get response" not in fault.content()


@pytest.mark.parametrize(
    ("status", "problem", "shown"),
    [
        (503, {"title": "The query ran past its deadline", "detail": "the query was ended after 10 seconds",
               "warnings": [{"kind": "cross-product", "message": "these two share no variable", "rows": 1e9, "patterns": []}]},
         ["ran past its deadline", "The query was ended after 10 seconds", "These two share no variable"]),
        (413, {"title": "The answer is too large", "detail": "more than 64 bytes"}, ["The answer is too large", "64 bytes"]),
    ],
)  # fmt: skip
def test_what_the_server_refuses_is_shown_as_it_says(
    fault: Page, site: str, status: int, problem: dict[str, Any], shown: list[str]
) -> None:
    fault.route(
        "**/sparql",
        lambda route: route.fulfill(status=status, body=json.dumps(problem), content_type="application/problem+json")
        if route.request.method == "POST" else route.continue_(),
    )  # fmt: skip
    opened(fault, site, PEOPLE)
    for text in shown:
        expect(fault.locator(".tabPanel.active .failed").first).to_contain_text(text)


def test_an_empty_answer_is_explained_and_mended_by_a_click(page: Page, site: str) -> None:
    opened(page, site, MISSPELT)
    why = page.locator(".why")
    expect(why).to_contain_text("sit:suppliedBye has no triples; sit:suppliedBy has")
    why.get_by_role("link", name="Ask with sit:suppliedBy", exact=True).click()
    expect(cells(page).first).to_contain_text("id:")
    assert "sit:suppliedBy ?by" in written(page)
    opened(page, site, MISSPELT)
    page.get_by_role("link", name="Each pattern by itself").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why there is no answer")


def test_a_product_is_warned_of_while_it_runs(page: Page, site: str) -> None:
    opened(page, site, PRODUCT)
    expect(page.locator("#notices .caution")).to_contain_text("share no variable")


@pytest.mark.parametrize(
    ("before", "typed", "offered"),
    [
        ("SELECT * { ?x a ", "sit:", "sit:Claim"),
        ("SELECT * { ?x a ", "sit:Wea", "sit:WeaponSystem"),
        ("SELECT * { ?x ", "sit:supp", "sit:suppliedBy"),
        ("SELECT * { ?x a foaf:Person ; ", "skos:pref", "skos:prefLabel"),
    ],
)
def test_our_classes_and_properties_are_offered(page: Page, site: str, before: str, typed: str, offered: str) -> None:
    opened(page, site)
    write(page, before)
    page.evaluate(
        "() => { const cm = document.querySelector('.tabPanel.active .CodeMirror').CodeMirror; cm.focus(); cm.execCommand('goDocEnd') }"
    )
    page.keyboard.type(typed, delay=60)
    hint = page.locator(".CodeMirror-hint").filter(has=page.get_by_text(offered, exact=True)).first
    expect(hint).to_be_visible()
    expect(hint.locator(".used")).not_to_be_empty()
    hint.click()
    assert written(page) == before + offered


def test_the_answer_is_there_as_a_file_in_each_format(page: Page, site: str) -> None:
    opened(page, site, PEOPLE)
    links = page.locator("#formats a")
    expect(links).to_have_text(["JSON", "XML", "CSV", "TSV"])
    types = [page.request.get(site + str(link.get_attribute("href"))).headers["content-type"] for link in links.all()]
    assert [kind.split(";")[0] for kind in types] == [
        "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values",
    ]  # fmt: skip
    opened(page, site, "CONSTRUCT { ?p a foaf:Person } WHERE { ?p a foaf:Person }")
    expect(links).to_have_text(["Turtle", "N-Triples", "JSON-LD", "RDF/XML"])
    types = [page.request.get(site + str(link.get_attribute("href"))).headers["content-type"] for link in links.all()]
    assert [kind.split(";")[0] for kind in types] == [
        "text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml",
    ]  # fmt: skip
    opened(page, site, "ASK { ?p a foaf:Person }")
    expect(links).to_have_text(["JSON", "XML"])


def test_the_prefixes_are_written_out_for_another_endpoint(page: Page, site: str) -> None:
    opened(page, site, PEOPLE)
    page.get_by_role("button", name="Write out the prefixes").click()
    text = written(page)
    assert text.startswith(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
    )
    assert text.endswith(PEOPLE)
    page.get_by_role("button", name="Write out the prefixes").click()
    assert written(page) == text


def test_the_editor_is_worked_by_keyboard(page: Page, site: str) -> None:
    opened(page, site)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.CodeMirror') !== null"):
            break
    else:
        pytest.fail("the editor is not reached by Tab")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(PEOPLE)
    page.keyboard.press("Control+Enter")
    expect(cells(page).first).to_contain_text("id:")
    for _ in range(12):  # and out of it again
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.CodeMirror') === null")


@pytest.mark.fonts
@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_rows_are_read_on_a_phone(page: Page, site: str) -> None:
    opened(page, site, examples()[0].query)
    expect(cells(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    box = page.locator(".tabPanel.active .yasr_results").bounding_box()
    assert box is not None
    assert box["width"] <= PHONE[0]
    narrow = page.evaluate("Math.min(...[...document.querySelectorAll('.yasr td')].map(cell => cell.clientWidth))")
    assert narrow >= 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/sparql", f"/sparql?query={quote(MISSPELT)}", f"/sparql/explain?query={quote(MISSPELT)}"]
)
def test_our_parts_have_no_serious_fault_of_access(page: Page, site: str, path: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "() => axe.run({exclude: [['.tabsList'], ['.yasqe'], ['.yasr'], ['.controlbar'], ['.tabPanel > .tabMenu']]},"
        " {resultTypes: ['violations']})"
    )
    serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in serious] == []


def test_without_a_script_the_page_is_a_form(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/sparql?query={quote(PEOPLE)}")
    expect(page.get_by_role("textbox", name="Query")).to_have_value(PEOPLE)
    page.get_by_role("link", name=examples()[7].sentence).click()
    expect(page.get_by_role("textbox", name="Query")).to_have_value(examples()[7].query.strip() + "\n")
    page.get_by_role("textbox", name="Query").fill(MISSPELT)
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why there is no answer")
    context.close()
