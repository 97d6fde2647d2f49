"""Names made from what nodes say."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.identity import Part, local_name, minted, slug
from ontology.terms import BASE

PARTS = st.recursive(st.none() | st.text(max_size=5), lambda part: st.lists(part, max_size=3), max_leaves=6)


@settings(deadline=None, derandomize=True)
@given(stem=st.lists(st.text(max_size=60), max_size=4), identity=st.lists(PARTS, max_size=4))
def test_a_name_is_an_iri_of_a_fixed_form(stem: list[str], identity: list[Part]) -> None:
    name = minted("claim", stem, identity).value
    assert name == minted("claim", stem, identity).value
    last = name.removeprefix(f"{BASE}claim/")
    assert len(last) <= 80 + 1 + 12
    assert slug(last) == last
    assert set(last[-12:]) <= set("0123456789abcdef")


@settings(deadline=None, derandomize=True)
@given(first=st.lists(PARTS, max_size=4), second=st.lists(PARTS, max_size=4))
def test_other_identities_have_other_names(first: list[Part], second: list[Part]) -> None:
    assert (minted("claim", [], first) == minted("claim", [], second)) == (first == second)


def test_what_is_absent_differs_from_what_is_empty() -> None:
    assert len({minted("claim", [], [part]) for part in (None, "", [], "None")}) == 4


def test_kinds_do_not_share_names() -> None:
    assert minted("claim", [], ["a"]).value[-12:] != minted("passage", [], ["a"]).value[-12:]


def test_a_local_name_stands_behind_the_last_slash_or_hash() -> None:
    assert [local_name(iri) for iri in ("https://a/b#c", "https://a/b/c", "https://a/b/c/")] == ["c", "c", "c"]
