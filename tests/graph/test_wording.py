"""Numbers, hedges and times in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rdflib import SKOS, Graph

from graph import claims, snapshot, wording
from graph.claims import Measurand, Passage, Quantity, Statement
from graph.naming import Naming, Thing
from graph.store import Store, text_of
from graph.times import Time, parse
from ontology import files
from ontology.terms import VOC, expand

ARMY = Thing("https://w3id.org/sitrep/id/russian-armed-forces", "Russian forces in Ukraine")
LOSSES = Thing("https://w3id.org/sitrep/voc/m-losses", "personnel losses")
TANK = Thing("https://w3id.org/sitrep/voc/w-tank", "main battle tank")
YEAR = Measurand(ARMY, LOSSES, None, None, "during", parse("2024"))
STATED = Quantity(
    YEAR, value="434000", min=None, max=None, unit="", unit_iri="", bound="at-least", low="434000", high=None,
    limits_unit="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (STATED, "at least 434,000"),
        (replace(STATED, bound="more-than"), "more than 434,000"),
        (replace(STATED, bound="at-most"), "up to 434,000"),
        (replace(STATED, bound="fewer-than"), "fewer than 434,000"),
        (replace(STATED, bound="exact", value="150000"), "150,000"),
        (replace(STATED, bound="approx", value="46", unit="%"), "about 46%"),
        (replace(STATED, bound="exact", value="190", unit="miles"), "190 miles"),
        (replace(STATED, bound="exact", value=None, min="100", max="1500"), "between 100 and 1,500"),
        (replace(STATED, bound="approx", value=None, min="100", max="1500"), "about 100 to 1,500"),
        (
            replace(STATED, bound="exact", value=None, min="70", max="120", unit="km", variant="stated-range"),
            "70 to 120 km",
        ),
    ],
)
def test_numbers_keep_their_hedge_and_unit(said: Quantity, text: str) -> None:
    assert wording.quantity(said) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("434000", None, "434,000 or more"),
        (None, "15", "15 or less"),
        ("818500", "819500", "818,500 to 819,500"),
        ("43", "43", "43"),
    ],
)
def test_limits(low: str | None, high: str | None, text: str) -> None:
    assert wording.limits(replace(STATED, low=low, high=high)) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [("130", None, "130 km or more"), (None, "300", "300 km or less"), ("297.729", "313.822", "297.729 to 313.822 km")],
)
def test_a_unit_stands_beside_its_number(low: str | None, high: str | None, text: str) -> None:
    assert wording.limits(replace(STATED, low=low, high=high, limits_unit="km")) == text


@pytest.mark.parametrize(
    ("edtf", "short", "sentence"),
    [
        ("2025-01-20", "2025-01-20", "20 January 2025"),
        ("2024", "2024", "2024"),
        ("2023-10", "2023-10", "October 2023"),
        ("2025-01-20~", "about 2025-01-20", "about 20 January 2025"),
        ("2024?", "perhaps 2024", "perhaps 2024"),
        ("2024%", "perhaps about 2024", "perhaps about 2024"),
        ("../2025-01-20", "by 2025-01-20", "on or before 20 January 2025; the day itself is not known"),
        ("2022-02-24/..", "since 2022-02-24", "since 24 February 2022"),
        ("2025-01-18/2025-01-19", "2025-01-18 to 2025-01-19", "18 January 2025 to 19 January 2025"),
        (
            "[2025-01-19..2025-01-20]",
            "2025-01-19 or 2025-01-20",
            "19 January 2025 or 20 January 2025; which one is not known",
        ),
        (
            "[2025-01-18..2025-01-20]",
            "between 2025-01-18 and 2025-01-20",
            "between 18 January 2025 and 20 January 2025; the day itself is not known",
        ),
        ("[2024-11-01..2024-11-30]", "November 2024", "November 2024; the day itself is not known"),
        ("[2024-02-01..2024-02-29]", "February 2024", "February 2024; the day itself is not known"),
        (
            "[2023-02-01..2023-03-31]",
            "between 2023-02-01 and 2023-03-31",
            "between 1 February 2023 and 31 March 2023; the day itself is not known",
        ),
    ],
)
def test_times_in_short_and_in_a_sentence(edtf: str, short: str, sentence: str) -> None:
    time = parse(edtf)
    assert wording.time(time) == short
    assert wording.explained(time) == sentence
    without_bounds = Time(edtf, None, None)
    assert wording.time(without_bounds) == short
    assert wording.explained(without_bounds) == sentence


def test_plain_dates_without_an_edtf_text() -> None:
    day, later = date(2025, 1, 19), date(2025, 1, 20)
    assert wording.time(Time("", day, day)) == "2025-01-19"
    assert wording.time(Time("", day, later)) == "2025-01-19 to 2025-01-20"
    assert wording.time(Time("", day, None)) == "since 2025-01-19"
    assert wording.time(Time("", None, day)) == "until 2025-01-19"
    assert wording.time(Time("", None, None)) == ""
    assert wording.explained(Time("", day, later)) == "19 January 2025 to 20 January 2025"
    assert wording.explained(Time("", None, None)) == ""


def test_a_text_that_is_no_edtf_is_shown_as_it_stands() -> None:
    assert wording.time(Time("[whenever", None, None)) == "[whenever"
    assert wording.explained(Time("[whenever", None, None)) == "[whenever"


@pytest.mark.parametrize("text", ["2025-13-01", "2025-01-20-01", "", "20 January", "2025-00"])
def test_what_is_no_day_is_not_written_as_one(text: str) -> None:
    assert wording.written(text) == text


def test_periods() -> None:
    assert wording.period(YEAR) == "2024"
    assert wording.period(replace(YEAR, span="timeless")) == ""
    running = Time("[2025-01-19..2025-01-20]", date(2022, 2, 24), date(2025, 1, 20))
    assert wording.period(replace(YEAR, span="cumulative", period=running)) == (
        "since 2022-02-24, as of 2025-01-19 or 2025-01-20"
    )
    assert wording.period(replace(YEAR, span="one-day", period=parse("[2025-01-18..2025-01-20]"))) == (
        "one day between 2025-01-18 and 2025-01-20"
    )
    assert wording.period(replace(YEAR, span="one-day", period=parse("2025-01-18"))) == "2025-01-18"
    assert wording.period(replace(YEAR, span="one-day", period=parse("[2024-11-01..2024-11-30]"))) == (
        "one day in November 2024"
    )
    month = Time("[2024-11-01..2024-11-30]", date(2022, 2, 24), date(2024, 11, 30))
    assert wording.period(replace(YEAR, span="cumulative", period=month)) == "since 2022-02-24, as of November 2024"
    days = Time("[2025-01-18..2025-01-20]", date(2022, 2, 24), date(2025, 1, 20))
    assert wording.period(replace(YEAR, span="cumulative", period=days)) == (
        "since 2022-02-24, as of a day between 2025-01-18 and 2025-01-20"
    )


def test_what_is_counted_names_the_item() -> None:
    assert wording.measured(replace(YEAR, item=TANK)) == "personnel losses (main battle tank)"


def test_statements_as_sentences() -> None:
    army, missile = Thing("a", "Armed Forces of Ukraine"), Thing("b", "ATACMS")
    said = Statement(army, Thing(expand("sit:operates"), "operates"), missile)
    assert wording.statement(said) == "Armed Forces of Ukraine operates ATACMS"
    assert wording.statement(said, "estimate") == "Armed Forces of Ukraine probably operates ATACMS"
    assert wording.statement(said, "denial") == "Not so: Armed Forces of Ukraine operates ATACMS"
    happened = Statement(Thing("e", "Capture of a town"), Thing(expand("sit:occurred"), "occurred"), "true")
    assert wording.statement(happened) == "Capture of a town: took place"
    assert wording.statement(happened, "forecast") == "Capture of a town: expected"
    assert wording.statement(replace(happened, object="false")) == "Capture of a town: did not take place"


def test_an_event_is_parted_from_what_is_said_of_it() -> None:
    strike = Thing("e", "Missile strike in Bryansk region, 19 November 2024", ("sit:Event",))
    said = Statement(strike, Thing(expand("sit:weapon"), "weapon"), Thing("b", "ATACMS"))
    assert wording.statement(said) == f"{strike.label}: weapon ATACMS"
    assert wording.statement(said, "estimate") == f"{strike.label}: probably weapon ATACMS"


def test_labels_of_claims_and_sentences_say_the_same(curated_snapshots: Path) -> None:
    store = Store(snapshot.current(curated_snapshots))
    naming, compared = Naming(store), Counter[str]()
    for row in store.select("SELECT ?claim { ?claim rdf:predicate ?said }"):
        read = claims.read(store, text_of(row["claim"]), naming)
        assert read.statement is not None
        if read.kind in ("fact", "estimate") and read.statement.predicate.iri != expand("sit:occurred"):
            assert read.label.endswith(f": {wording.statement(read.statement, read.kind)}")
            compared[read.statement.predicate.label] += 1
    assert compared["holds the office of"] > 20
    assert compared["weapon"] > 4


def test_places_of_passages() -> None:
    passage = Passage("p", "d", 4340, 4480, None, None, "indirect", None, None)
    assert wording.place(passage) == "characters 4,340\N{EN DASH}4,480"
    assert wording.place(replace(passage, start=None, row="7")) == "row 7"
    assert wording.place(replace(passage, start=None, row="7", row_is_number=True)) == "row 9"
    assert wording.place(replace(passage, start=None, page=2)) == "page 2"
    assert wording.place(replace(passage, start=None)) == "excerpt"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Strike on a depot: took place", "took place"),
        ("3 tanks lost, Strike on a depot", "3 tanks lost"),
        ("Strike on a depot", "Strike on a depot"),
        ("Strike on a depots' yard", "Strike on a depots' yard"),
        ("about Strike on a depot", "about Strike on a depot"),
    ],
)
def test_what_stands_above_a_claim_is_not_said_again(text: str, rest: str) -> None:
    assert wording.without(text, Thing("e", "Strike on a depot")) == rest
    assert wording.without(text, None) == text


@pytest.mark.parametrize(
    ("words", "scheme"),
    [
        (wording.BOUNDS, "bounds"),
        (wording.KINDS, "kinds"),
        (wording.MODES, "modes"),
        (wording.STATUSES, "statuses"),
        (wording.SPANS, "spans"),
        (wording.OUTCOMES, "outcomes"),
    ],
)
def test_every_word_of_the_vocabulary_has_words_for_readers(words: dict[str, tuple[str, str]], scheme: str) -> None:
    vocabulary = Graph().parse(data=files.text("vocab.ttl"), format="turtle")
    assert set(words) == {str(name).rsplit("/", 1)[-1] for name in vocabulary.subjects(SKOS.inScheme, VOC[scheme])}


def test_what_happened_is_claimed_in_words_of_each_kind() -> None:
    assert set(wording.STANCES) == set(wording.KINDS)
