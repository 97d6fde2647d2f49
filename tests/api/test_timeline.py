"""The timeline over HTTP: exact answers of the first document, and an invented graph with hard dates (dated.ttl)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import icalendar
import pytest
from starlette.testclient import TestClient

import graph.build
from api.hygiene import POLICY, POLICY_WITH_STYLES
from api.workers import Limits
from tests.api.conftest import parsed, served
from tests.conftest import FIRST_DOCUMENT

DATED = Path(__file__).parent / "dated.ttl"
CLAIM = "https://w3id.org/sitrep/claim/"


@pytest.fixture(scope="session")
def dated_snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dated")
    graph.build.build(FIRST_DOCUMENT, folder, [DATED])
    return folder


@pytest.fixture(scope="session")
def dated(dated_snapshots: Path) -> Iterator[TestClient]:
    with served(dated_snapshots, Limits(running=1)) as client:
        yield client


def slugs(client: TestClient, query: str) -> list[str]:
    answer = client.get(f"/timeline.json?{query}")
    assert answer.status_code == 200, answer.text
    return [entry["id"] or entry["iri"].removeprefix(CLAIM) for entry in answer.json()["entries"]]


def events(client: TestClient, query: str) -> dict[str, icalendar.Event]:
    answer = client.get(f"/timeline.ics?{query}")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.content)
    return {str(event["uid"]).rsplit("/", 1)[-1]: event for event in found.walk("VEVENT")}


# --- the first document


def test_events_stand_in_order_with_what_is_not_known_at_the_latest_day(client: TestClient) -> None:
    assert slugs(client, "type=event") == [
        "russo-ukrainian-war-2022", "ev-atacms-first-use", "ev-atacms-transfer", "ev-two-settlements",
        "ev-drone-attack-2025-01-19", "ev-call-sybiha-blinken", "ev-us-handover", "operation-iraqi-freedom",
    ]  # fmt: skip


def test_an_entry_tells_its_time_claimants_and_documents(client: TestClient) -> None:
    (entry,) = client.get("/timeline?about=ev-drone-attack-2025-01-19&type=event").json()["entries"]
    assert entry["when"] == {"edtf": "[2025-01-18..2025-01-20]", "start": "2025-01-18", "end": "2025-01-20"}
    assert entry["type"]["iri"] == "https://w3id.org/sitrep/voc/ev-air-drone-strike"
    assert [who["id"] for who in entry["claimants"]] == ["ukrainian-air-force"]
    assert [place["id"] for place in entry["places"]] == ["ukraine"]
    assert [document["iri"] for document in entry["documents"]] == ["https://w3id.org/sitrep/doc/21b468746adfc9bb"]
    assert (entry["claim_count"], len(entry["claims"]), entry["denied_by"]) == (1, 1, [])


def test_terms_of_office_are_on_the_timelines_of_person_office_and_body(client: TestClient) -> None:
    for about in ("syrskyi", "post-cinc-ukraine", "armed-forces-of-ukraine"):
        assert "mb-syrskyi" in slugs(client, f"about={about}&type=term")
    (term,) = client.get("/timeline?about=syrskyi&type=term").json()["entries"]
    assert term["when"] == {"edtf": None, "start": "2024-02-08", "end": None}
    assert [source["iri"] for source in term["sources"]] == ["https://www.pravda.com.ua/eng/news/2024/02/8/7441006/"]


def test_the_whole_graph_is_paged_without_loss(client: TestClient) -> None:
    found, address = [], "/timeline?limit=7"
    while address:
        answer = client.get(address)
        body = answer.json()
        found += [entry["iri"] for entry in body["entries"]]
        assert (body["total"], body["total_exact"], body["truncated"]) == (62, True, body["next"] is not None)
        assert ('rel="next"' in answer.headers.get("link", "")) == body["truncated"]
        address = body["next"]
    assert len(found) == len(set(found)) == 62
    assert client.get("/timeline").json()["undated"] == 8


def test_a_thing_is_named_by_slug_prefixed_name_or_iri(client: TestClient) -> None:
    by_slug = slugs(client, "about=atacms")
    assert by_slug == slugs(client, "about=id:atacms") == slugs(client, "about=https://w3id.org/sitrep/id/atacms")
    assert {"ev-atacms-transfer", "ev-atacms-first-use"} <= set(by_slug)


def test_a_claimant_has_his_own_timeline(client: TestClient) -> None:
    body = client.get("/timeline?claimant=syrskyi").json()
    assert body["claimant"]["id"] == "syrskyi"
    assert body["total"] == 5
    assert all(who["id"] == "syrskyi" for entry in body["entries"] for who in entry["claimants"])


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("type=estimate&about=russian-armed-forces", "type=voc:estimate&about=russian-armed-forces"),
        ("type=air-drone-strike", "type=voc:ev-air-drone-strike"),
        ("type=claim&from=2025-01-20", "type=sit:Claim&from=2025-01-20/2025-01-21"),
        ("to=2024", "to=2024-12-31~"),
        ("from=2025-01&to=2025-01", "from=[2025-01-01..2025-01-02]&to=2025-01-31"),
        ("", "about=&claimant=&type=&from=&to="),
    ],
)
def test_two_ways_to_ask_the_same(client: TestClient, query: str, total: str) -> None:
    assert slugs(client, query) == slugs(client, total) != []


def test_a_range_holds_what_reaches_into_it(client: TestClient) -> None:
    assert slugs(client, "from=2023-10-15&to=2023-10-20&type=event") == [
        "russo-ukrainian-war-2022",
        "ev-atacms-first-use",
    ]
    assert slugs(client, "from=2023-10-31&to=2023-10-31&type=event")[-1] == "ev-atacms-transfer"


@pytest.mark.parametrize(
    ("query", "parameter", "told"),
    [
        ("from=2025-02-30", "from", "is not a date that exists; write 2025-01-20"),
        ("to=yesterday", "to", "is not a date that exists"),
        ("from=../2025", "from", "names no first day"),
        ("to=2025/..", "to", "names no last day"),
        ("from=2025&to=2024", "to", "lies before from"),
        ("type=evnt", "type", "did you mean event"),
        ("type=voc:m-losses", "type", "unknown type"),
        ("type=https://example.org/x", "type", "it is one of event, term, claim, "),
        ("about=nobody-at-all-x", "about", "unknown thing"),
        ("claimant=syrsky", "claimant", "syrskyi"),
        ("cursor=abc", "cursor", "take `next` of the page before"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_it_accepts(
    client: TestClient, query: str, parameter: str, told: str
) -> None:
    for suffix in ("", ".json", ".ics", ".bib"):
        problem = client.get(f"/timeline{suffix}?{query}")
        assert problem.status_code == 400
        assert problem.headers["content-type"] == "application/problem+json"
        assert problem.json()["parameter"] == parameter
        assert told in problem.json()["detail"]


@pytest.mark.parametrize("path", ["/timeline.nt", "/timeline.rdf", "/timelines", "/timeline.x", "/timeline/"])
def test_other_addresses_are_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_each_form_comes_by_suffix_and_by_accept(client: TestClient) -> None:
    forms = {
        ".json": "application/json", ".html": "text/html", ".csv": "text/csv", ".ttl": "text/turtle",
        ".jsonld": "application/ld+json", ".ics": "text/calendar", ".bib": "application/x-bibtex",
        ".csl.json": "application/vnd.citationstyles.csl+json", ".md": "text/markdown",
    }  # fmt: skip
    for suffix, media_type in forms.items():
        by_suffix = client.get(f"/timeline{suffix}?about=atacms")
        by_accept = client.get("/timeline?about=atacms", headers={"Accept": media_type})
        assert by_suffix.headers["content-type"].split(";")[0] == media_type
        assert by_accept.headers["content-type"].split(";")[0] == media_type
        assert (
            client.get(
                f"/timeline{suffix}?about=atacms", headers={"If-None-Match": by_suffix.headers["etag"]}
            ).status_code
            == 304
        )
    assert client.get("/timeline", headers={"Accept": "image/png"}).status_code == 406


def test_the_table_has_a_line_for_each_entry(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/timeline.csv").text)))
    assert len(rows) == 62
    night = next(row for row in rows if row["iri"].endswith("id/ev-drone-attack-2025-01-19"))
    assert (night["kind"], night["start"], night["end"], night["edtf"], night["claimants"]) == (
        "event", "2025-01-18", "2025-01-20", "[2025-01-18..2025-01-20]", "Ukrainian Air Force",
    )  # fmt: skip


def test_turtle_describes_the_entries(client: TestClient) -> None:
    found = parsed(client.get("/timeline.ttl?type=event"))
    assert len(set(found.subjects())) >= 8


def test_a_calendar_has_all_day_spans_with_the_edtf(client: TestClient) -> None:
    night = events(client, "about=ev-drone-attack-2025-01-19")["ev-drone-attack-2025-01-19"]
    assert str(night["dtstart"].dt) == "2025-01-18"
    assert str(night["dtend"].dt) == "2025-01-21"  # the first day after (RFC 5545, 3.6.1)
    assert "[2025-01-18..2025-01-20]" in night["description"]
    assert "Ukrainian Air Force" in night["description"]
    assert night["location"] == "Ukraine"


def test_a_calendar_keeps_open_ends_to_the_day_that_is_known(client: TestClient) -> None:
    found = events(client, "type=term") | events(client, "type=event")
    since, by = found["mb-syrskyi"], found["ev-atacms-transfer"]
    assert (str(since["dtstart"].dt), str(since["dtend"].dt)) == ("2024-02-08", "2024-02-09")
    assert (str(by["dtstart"].dt), str(by["dtend"].dt)) == ("2023-10-31", "2023-11-01")
    assert "../2023-10" in by["description"]
    assert "mb-zelensky" not in found
    told = [
        icalendar.Calendar.from_ical(client.get(f"/timeline.ics?{query}").content)["x-wr-caldesc"]
        for query in ("type=term", "limit=5")
    ]
    assert "5 more have no date" in told[0]
    assert "57 more follow" in told[1]


def test_a_calendar_is_the_same_twice_and_folds_its_lines(client: TestClient) -> None:
    body = client.get("/timeline.ics").content
    assert body == client.get("/timeline.ics").content
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))


# --- pages


def test_the_page_works_without_a_script(client: TestClient) -> None:
    page = client.get("/timeline?about=atacms", headers={"Accept": "text/html"})
    assert page.headers["content-security-policy"] == POLICY_WITH_STYLES
    assert page.text.count('<tr class="of-') == 4
    assert 'href="/id/ev-atacms-transfer"' in page.text
    assert "../2023-10" in page.text
    assert '<polygon class="mark vague"' in page.text
    assert page.text.count('<svg class="span"') == 4
    assert client.get("/timeline.json").headers["content-security-policy"] == POLICY


def test_the_script_of_others_is_served_from_here(client: TestClient) -> None:
    for name, kind in (("vis-timeline-graph2d.min.js", "javascript"), ("vis-timeline-graph2d.min.css", "css")):
        answer = client.get(f"/static/vendor/{name}")
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]
    for name in (".ready", "%2e%2e", "a" * 300, "\u0430" * 200):  # the system has no such long names
        assert client.get(f"/static/vendor/{name}").status_code == 404


def test_entities_and_the_front_page_lead_to_the_timeline(client: TestClient) -> None:
    html = {"Accept": "text/html"}
    assert 'href="/timeline?about=syrskyi"' in client.get("/id/syrskyi", headers=html).text
    assert 'href="/timeline?claimant=syrskyi"' in client.get("/id/syrskyi", headers=html).text
    assert 'href="/timeline"' in client.get("/", headers=html).text


def test_what_does_not_fit_is_said(client: TestClient) -> None:
    page = client.get("/timeline?to=1900", headers={"Accept": "text/html"}).text
    assert "Nothing in the graph fits." in page


# --- hard dates and hostile names


def test_invented_entries_stand_in_order(dated: TestClient) -> None:
    assert slugs(dated, "about=freedonia") == ["hostile", "ev-parade", "ev-truce"]
    assert slugs(dated, "about=old-town") == ["ev-parade"]
    (truce,) = dated.get("/timeline?about=ev-truce&type=event").json()["entries"]
    assert [who["id"] for who in truce["denied_by"]] == ["freedonia"]
    assert truce["when"] == {"edtf": "1914-12~", "start": "1914-12-01", "end": "1914-12-31"}


def test_hostile_names_stay_text(dated: TestClient) -> None:
    page = dated.get("/timeline?about=freedonia", headers={"Accept": "text/html"}).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert" in page
    parade, hostile = (events(dated, "about=freedonia")[name] for name in ("ev-parade", "hostile"))
    assert parade["summary"] == "<script>alert('parade')</script> & \"parade\""
    assert len(events(dated, "about=freedonia")) == 3
    assert hostile["summary"].endswith("BEGIN:VEVENT <img src=x onerror=alert(1)>; a, b")
    assert str(hostile["dtstart"].dt) == "1913-12-31"
