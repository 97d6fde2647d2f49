"""The order of time: a small invented graph in memory, written to an index and asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from graph.errors import NoSnapshot
from graph.timeline import CLAIM, EVENT, TERM, Count, Filter, Timeline, write_index
from ontology.terms import PREFIXES, expand

HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
GRAPH = """
id:e-day a sit:Event ; sit:eventType voc:ev-call ; sit:actor id:a ; schema:startDate "2025-01-20"^^xsd:date ;
  schema:endDate "2025-01-20"^^xsd:date .
id:e-same-day a sit:Event ; sit:actor id:a ; schema:startDate "2025-01-20"^^xsd:date ;
  schema:endDate "2025-01-20"^^xsd:date .
id:e-night a sit:Event ; sit:when "[2025-01-19..2025-01-20]" ; schema:superEvent id:e-war ;
  schema:startDate "2025-01-19"^^xsd:date ; schema:endDate "2025-01-20"^^xsd:date .
id:e-before a sit:Event ; sit:when "../2023" ; schema:endDate "2023-12-31"^^xsd:date ; schema:location id:village .
id:e-war a sit:Event ; schema:startDate "2022-02-24"^^xsd:date ; schema:superEvent id:e-age .
id:e-only-edtf a sit:Event ; sit:when "2024-05~" .
id:e-undated a sit:Event .
id:e-disputed a sit:Event ; schema:startDate "2025-02-01"^^xsd:date ; schema:endDate "2025-02-01"^^xsd:date .
rel:r sit:via id:e-disputed ; sit:from id:a ; sit:to id:e-disputed .
id:village schema:containedInPlace id:district . id:district schema:containedInPlace id:country .
voc:ev-call skos:broader voc:ev-consult .
id:m a org:Membership ; org:member id:a ; sit:post id:p ;
  schema:startDate "2024-02-08"^^xsd:date . id:p org:postIn id:ministry .
claim:c-day a sit:Claim ; sit:kind voc:fact ; prov:wasAttributedTo id:b ; schema:about id:a ;
  schema:dateCreated "2025-01-19"^^xsd:date .
claim:c-set a sit:Claim ; sit:kind voc:denial ; prov:wasAttributedTo id:b ; schema:about id:a ;
  schema:dateCreated "2025-01-20"^^xsd:date ; sit:when "[2025-01-18..2025-01-20]" .
claim:c-by a sit:Claim ; sit:kind voc:fact ; prov:wasAttributedTo id:c ; rdf:subject id:e-day ;
  schema:about id:e-day ; schema:dateCreated "2025-01-20"^^xsd:date ; sit:when "../2025-01-20" .
claim:c-nonsense a sit:Claim ; sit:kind voc:fact ; schema:about id:b ; schema:dateCreated "2021-01-20"^^xsd:date ;
  sit:when "soon" .
"""
ORDER = [
    "c-nonsense", "e-war", "e-before", "m", "e-only-edtf", "c-set", "c-day", "e-night", "c-by", "e-day", "e-same-day",
    "e-disputed", "e-undated",
]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store()
    store.load((HEAD + GRAPH).encode(), RdfFormat.TURTLE)
    path = tmp_path_factory.mktemp("timeline") / "timeline.sqlite"
    write_index(store, path)
    return path


@pytest.fixture(scope="module")
def timeline(path: Path) -> Iterator[Timeline]:
    with Timeline(path) as timeline:
        yield timeline


ALL = Filter()


def names(timeline: Timeline, wanted: Filter = ALL, limit: int = 100) -> list[str]:
    found, cursor = [], None
    while True:
        page = timeline.page(wanted, limit, cursor)
        found += [item.iri.rsplit("/", 1)[-1] for item in page.items]
        assert page.total >= len(found)
        if page.next is None:
            assert page.total == len(found)
            return found
        cursor = page.next


def about(slug: str) -> Filter:
    return Filter(about=expand(f"id:{slug}"))


def test_entries_stand_by_start_then_end_then_iri(timeline: Timeline) -> None:
    assert names(timeline) == ORDER


@pytest.mark.parametrize("limit", [1, 2, 5, 13])
def test_pages_of_any_size_give_every_entry_once(timeline: Timeline, limit: int) -> None:
    assert names(timeline, limit=limit) == ORDER


def test_bounds_and_edtf_are_kept(timeline: Timeline) -> None:
    times = {item.iri.rsplit("/", 1)[-1]: item.when for item in timeline.page().items}
    assert (times["c-set"].edtf, times["c-set"].start) == ("[2025-01-18..2025-01-20]", date(2025, 1, 18))
    assert (times["e-only-edtf"].start, times["e-only-edtf"].end) == (date(2024, 5, 1), date(2024, 5, 31))
    assert (times["e-before"].start, times["e-before"].end) == (None, date(2023, 12, 31))
    assert (times["m"].start, times["m"].end) == (date(2024, 2, 8), None)
    assert (times["c-nonsense"].edtf, times["c-nonsense"].end) == ("soon", date(2021, 1, 20))


def test_an_event_belongs_to_its_parties_places_and_the_event_above(timeline: Timeline) -> None:
    assert names(timeline, about("country")) == ["e-before"]
    assert names(timeline, about("e-age")) == ["e-war", "e-night"]
    assert names(timeline, about("a")) == ["m", "c-set", "c-day", "e-day", "e-same-day", "e-disputed"]


def test_a_term_belongs_to_the_person_the_office_and_the_body(timeline: Timeline) -> None:
    assert names(timeline, about("p")) == names(timeline, about("ministry")) == ["m"]


def test_a_claimant_has_his_claims_and_what_rests_on_them(timeline: Timeline) -> None:
    assert names(timeline, Filter(claimant=expand("id:c"))) == ["c-by", "e-day"]
    assert names(timeline, Filter(claimant=expand("id:c"), kind=EVENT)) == ["e-day"]
    assert names(timeline, Filter(about=expand("id:a"), claimant=expand("id:b"))) == ["c-set", "c-day"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(kind=TERM), ["m"]),
        (Filter(kind=CLAIM, type=expand("voc:denial")), ["c-set"]),
        (Filter(type=expand("voc:ev-consult")), ["e-day"]),
        (Filter(type=expand("voc:nothing")), []),
        (Filter(about=expand("id:nobody")), []),
        # what goes on is never over; what is only known to be by a day stands on that day
        (Filter(start=date(2025, 1, 21)), ["e-war", "m", "e-disputed"]),
        (Filter(end=date(2023, 12, 30)), ["c-nonsense", "e-war"]),
        (Filter(end=date(2023, 12, 31)), ["c-nonsense", "e-war", "e-before"]),
        (Filter(start=date(2025, 1, 19), end=date(2025, 1, 19)), ["e-war", "m", "c-set", "c-day", "e-night"]),
    ],
)
def test_filters(timeline: Timeline, wanted: Filter, expected: list[str]) -> None:
    assert names(timeline, wanted) == expected


def test_entries_are_counted_by_month_or_over_long_times_by_year(timeline: Timeline) -> None:
    by_month = timeline.counts(Filter(kind=EVENT, start=date(2025, 1, 1), end=date(2025, 2, 28), about=expand("id:a")))
    assert by_month == [Count("2025-01", 2), Count("2025-02", 1)]
    assert timeline.counts() == [
        Count("2021", 1), Count("2022", 1), Count("2023", 1), Count("2024", 2), Count("2025", 7),
    ]  # fmt: skip
    assert timeline.counts(about("nobody")) == []
    assert (timeline.undated(), timeline.undated(about("a"))) == (1, 0)


@pytest.mark.parametrize("cursor", ["abc", "WyJhIl0", "W10"])
def test_a_cursor_of_others_is_refused(timeline: Timeline, cursor: str) -> None:
    with pytest.raises(ValueError, match="not one of ours"):
        timeline.page(cursor=cursor)


def test_the_same_graph_gives_the_same_file(path: Path, tmp_path: Path) -> None:
    store = Store()
    store.load((HEAD + GRAPH).encode(), RdfFormat.TURTLE)
    write_index(store, tmp_path / "again.sqlite")
    assert (tmp_path / "again.sqlite").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("content", [None, b"", b"no database" * 100])
def test_a_file_that_is_no_timeline_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "timeline.sqlite").write_bytes(content)
    with pytest.raises(NoSnapshot):
        Timeline(tmp_path / "timeline.sqlite")
