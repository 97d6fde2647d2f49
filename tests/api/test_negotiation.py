"""Which representation a request gets (RFC 9110, 12.5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.negotiation import HTML, JSON, RDF, TURTLE, NotAcceptable, chosen, content_type, language, ranked, split_suffix

OFFERS = (JSON, HTML, TURTLE, "text/csv")

RANKED = [
    (None, [*OFFERS]),
    ("", [*OFFERS]),
    (" , ", [*OFFERS]),
    ("*/*", [*OFFERS]),
    ("*", [*OFFERS]),
    ("text/html", [HTML]),
    ("TEXT/HTML;Charset=UTF-8", [HTML]),
    ("text/*", [HTML, TURTLE, "text/csv"]),
    ("text/csv, text/*;q=0.5", ["text/csv", HTML, TURTLE]),
    ("text/*, text/csv;q=0.1", [HTML, TURTLE, "text/csv"]),
    ("text/*;q=0.9, text/csv;q=0", [HTML, TURTLE]),
    ("*/*, application/json;q=0", [HTML, TURTLE, "text/csv"]),
    ("*/*;q=0", []),
    ("image/png", []),
    ("image/png, */*;q=0.01", [*OFFERS]),
    ("text/turtle;q=0.3, text/html;q=0.7, application/json;q=0.5", [HTML, JSON, TURTLE]),
    ("text/turtle;q=0.5, */*;q=0.5", [TURTLE, JSON, HTML, "text/csv"]),
    ("application/turtle", [TURTLE]),
    ("application/xhtml+xml, */*;q=0.1", [HTML, JSON, TURTLE, "text/csv"]),
    ("text/html;q=1.5", [HTML]),
    ("text/html;q=high, text/csv;q=0.1", ["text/csv"]),
    ("text/html;level=1;q=0.4, text/csv;q=0.5", ["text/csv", HTML]),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", [HTML, JSON, TURTLE, "text/csv"]),
]


@pytest.mark.parametrize(("accept", "offers"), RANKED)
def test_offers_stand_in_the_order_of_the_client(accept: str | None, offers: list[str]) -> None:
    assert ranked(accept, OFFERS) == offers
    if offers:
        assert chosen(accept, OFFERS) == offers[0]
    else:
        with pytest.raises(NotAcceptable) as error:
            chosen(accept, OFFERS)
        assert error.value.offers == OFFERS


@pytest.mark.parametrize(
    ("accept", "expected"),
    [(None, "en"), ("", "en"), ("*", "en"), ("uk", "uk"), ("UK-ua", "uk"), ("en-GB,uk;q=0.9", "en"), ("uk,en", "en"),
     ("uk;q=0.9,en;q=0.8", "uk"), ("de,uk;q=0.1", "uk"), ("uk;q=0", "en"), ("ukr", "en"), ("uk;q=x", "en")],
)  # fmt: skip
def test_the_language_is_ukrainian_where_it_is_preferred(accept: str | None, expected: str) -> None:
    assert language(accept) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/id/a.ttl", ("/id/a", TURTLE)), ("/id/a", ("/id/a", None)), ("/id/a.b.json", ("/id/a.b", JSON)),
     ("/id/a.pdf", ("/id/a.pdf", None)), (".ttl", (".ttl", None)), ("", ("", None)),
     ("/id/a.jsonld", ("/id/a", "application/ld+json"))],
)  # fmt: skip
def test_a_suffix_asks_for_a_media_type(path: str, expected: tuple[str, str | None]) -> None:
    assert split_suffix(path) == expected


names = st.sampled_from([*OFFERS, *RDF, "*/*", "text/*", "*", "image/png", "application/xml", "", "/", "a/b/c"])
parameters = st.sampled_from(
    ["", ";q=0", ";q=1", ";q=0.5", ";q=nan", ";q=-1", ";q=", ";q", ";;", "; q = 0.3", ";q=1e9", ";v=b3;q=.2"]
)
accepts = st.lists(st.builds(str.__add__, names, parameters), max_size=6).map(",".join) | st.text(max_size=60)


@given(accepts)
def test_whatever_is_accepted_there_is_an_order(accept: str) -> None:
    order = ranked(accept, OFFERS)
    assert len(order) == len(set(order))
    assert set(order) <= set(OFFERS)
    assert ranked(accept, OFFERS) == order
    assert content_type(order[0] if order else HTML)


@given(accepts)
def test_whatever_is_accepted_there_is_a_language(accept: str) -> None:
    assert language(accept) in ("en", "uk")
