"""Name search.

Strategy: the project's own reference data, as it stands, for what people type (`spellings.yaml`): only the first hit is
asked for, so that the data may grow. The first document for what weight, derived types and statement-level nodes do. A
small graph of the test's own for namesakes, named graphs and languages, and a large made-up one for the limits.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from graph.errors import DamagedSnapshot
from graph.search import MAX_QUERY, Search, write_index
from graph.search.folding import folded, plain
from graph.search.misspelling import entries, lookups, slips
from graph.search.reader import CANDIDATES, HOW
from ontology.terms import ID, PREFIXES, expand

HERE = Path(__file__).parent
REFERENCE = HERE.parent.parent / "data" / "reference"
SPELLINGS = {str(text): slug for text, slug in yaml.safe_load((HERE / "spellings.yaml").read_text("utf-8")).items()}


def opened(store: Store, path: Path) -> Search:
    write_index(store, path)
    return Search(path)


def loaded(turtle: str, form: RdfFormat = RdfFormat.TRIG) -> Store:
    store = Store()
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    store.load((prefixes + "@prefix ex: <https://example.org/> .\n" + turtle).encode(), form)
    return store


@pytest.fixture(scope="module")
def reference() -> Store:
    store = Store()
    for path in sorted(REFERENCE.glob("*.ttl")):
        store.load(path=path)
    return store


@pytest.fixture(scope="module")
def search(reference: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    with opened(reference, tmp_path_factory.mktemp("search") / "search.sqlite") as search:
        yield search


@pytest.fixture(scope="module")
def derived(first_document: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    with opened(first_document, tmp_path_factory.mktemp("search") / "search.sqlite") as search:
        yield search


def slugs(search: Search, query: str, **more: object) -> list[str]:
    return [hit.iri.removeprefix(str(ID)) for hit in search.find(query, **more).hits]  # type: ignore[arg-type]


# --- what people type


@pytest.mark.parametrize(("text", "slug"), SPELLINGS.items())
def test_a_spelling_finds_its_thing_first(search: Search, text: str, slug: str) -> None:
    assert slugs(search, text)[:1] == [slug]


def test_there_are_many_spellings() -> None:
    assert len(SPELLINGS) >= 45


def test_every_slug_of_the_table_is_in_the_data(reference: Store) -> None:
    for slug in set(SPELLINGS.values()):
        assert any(reference.quads_for_pattern(NamedNode(ID[slug]), None, None)), slug


@pytest.mark.parametrize(
    ("query", "how", "label"),
    [
        ("Syrskyi", "exact", "Syrskyi"),
        ("oleksandr SYRSKYI", "exact", "Oleksandr Syrskyi"),
        ("Sirskiy", "folded", "Syrskyi"),
        ("Сырский", "transliterated", "Syrskyi"),
        ("Олександр Сирс", "prefix", "Олександр Сирський"),
        ("syrskyi oleksandr", "word", "Oleksandr Syrskyi"),
        ("Syrksyi", "typo", "Syrskyi"),
        ("General Syrskyi", "part", "Syrskyi"),
    ],
)
def test_a_hit_says_which_label_matched_and_how(search: Search, query: str, how: str, label: str) -> None:
    hit = search.find(query).hits[0]
    assert (hit.iri, hit.matched.how, hit.matched.label) == (ID.syrskyi.toPython(), how, label)
    assert hit.matched.why == f'"{label}" {HOW[hit.matched.how]}'
    assert 0 < hit.score <= 1


def test_better_ways_of_matching_score_higher(tmp_path: Path) -> None:
    store = loaded("""
        ex:a a ex:T ; skos:prefLabel "Kalyna"@en .
        ex:b a ex:T ; skos:prefLabel "Kalina"@en .
        ex:c a ex:T ; skos:prefLabel "Kalyna River"@en .
        ex:d a ex:T ; skos:prefLabel "Red Kalyna"@en .
    """)
    with opened(store, tmp_path / "s") as search:
        hits = search.find("Kalyna").hits
        assert [hit.iri[-1] for hit in hits] == ["a", "b", "c", "d"]
        assert [hit.matched.how for hit in hits] == ["exact", "folded", "prefix", "word"]
        assert [hit.matched.how for hit in search.find("Kalnya Rivr").hits] == ["typo"]


@pytest.mark.parametrize("lone", ["О", "о", "o", "S"])
def test_one_letter_is_a_beginning(search: Search, lone: str) -> None:
    hits = search.find(lone).hits
    assert hits
    assert any(word.startswith(plain(lone)) for word in plain(hits[0].matched.label).split())


def test_designations_are_never_corrected(search: Search) -> None:
    assert {hit.matched.how for hit in search.find("MGM-141").hits} == {"part"}
    assert not search.find("M38A1").hits


# --- labels and types


@pytest.mark.parametrize(
    ("lang", "label"),
    [
        ("en", "Oleksandr Syrskyi"),
        ("uk", "Олександр Сирський"),
        ("UK", "Олександр Сирський"),
        ("de", "Oleksandr Syrskyi"),
    ],
)
def test_the_label_shown_is_in_the_language_asked_for(search: Search, lang: str, label: str) -> None:
    hit = search.find("Syrsky", lang=lang).hits[0]
    assert hit.label == label
    assert hit.matched.label == "Oleksandr Syrsky" or hit.matched.how == "folded"


def test_a_preferred_label_goes_before_others_in_its_language(tmp_path: Path) -> None:
    store = loaded("""
        ex:a a ex:T ; skos:prefLabel "Zulu"@en, "Яблуко"@uk ; skos:altLabel "Аґрус"@uk ; skos:hiddenLabel "Zullu" .
        ex:b a ex:T ; rdfs:label "zulu two" .
        ex:c a ex:T ; skos:hiddenLabel "zulu three"@en .
    """)
    with opened(store, tmp_path / "s") as search:
        assert [hit.label for hit in search.find("zulu", lang="uk").hits] == ["Яблуко", "zulu two", "zulu three"]
        assert [hit.matched.lang for hit in search.find("zulu").hits] == ["en", None, "en"]


def test_types_are_the_telling_ones(derived: Search) -> None:
    def types(query: str) -> tuple[str, ...]:
        return derived.find(query).hits[0].types

    assert types("Syrskyi") == (expand("foaf:Person"),)
    assert types("Ukraine") == (expand("sit:State"),)
    assert types("NATO") == (expand("org:Organization"),)
    assert types("Ukrainian Air Force") == (expand("org:OrganizationalUnit"),)
    assert types("Kyiv") == (expand("schema:Place"), expand("geo:Feature"))


def test_the_filter_takes_any_type_of_a_thing_also_derived_and_superclasses(derived: Search) -> None:
    def found(*types: str) -> set[str]:
        return set(slugs(derived, "ukrain", types=[expand(name) for name in types], limit=100))

    assert found("sit:State") == {"ukraine"}
    assert {"ukraine", "ukrainian-air-force", "armed-forces-of-ukraine"} <= found("org:Organization")
    assert "ukraine" in found("foaf:Agent") & found("geo:Feature") & found("schema:Country")
    assert found("org:Post", "sit:State") == found("org:Post") | found("sit:State")
    assert found("foaf:Person") == found("sit:Claim") == set()
    assert not derived.find("ukraine", types=["https://example.org/no-such-class"]).hits
    assert slugs(derived, "survey", types=[expand("sit:Communication")]) == ["com-nec-survey"]


def test_statements_and_terms_are_not_found(derived: Search) -> None:
    for query in ("Syrskyi", "personnel losses", "claim", "at least", "Kyiv", "holds", "per cent"):
        for hit in derived.find(query, limit=1000).hits:
            assert hit.iri.startswith((str(ID), PREFIXES["doc"])), hit
            assert expand("org:Membership") not in hit.types
            assert expand("geo:Geometry") not in hit.types


def test_events_documents_and_communications_are_found(derived: Search) -> None:
    assert slugs(derived, "farewell call")[0] == "ev-call-sybiha-blinken"
    assert slugs(derived, "interview TSN")[0] == "com-tsn-2025-01-19"
    assert derived.find("live blog on the war").hits[0].iri == expand("doc:21b468746adfc9bb")


def test_what_is_spoken_of_most_comes_first(tmp_path: Path) -> None:
    store = loaded("""
        ex:a a foaf:Person ; skos:prefLabel "Ivan Zelensky"@en ; foaf:familyName "Zelensky" .
        ex:b a foaf:Person ; skos:prefLabel "Volodymyr Zelensky"@en ; foaf:familyName "Zelensky" .
        ex:c a foaf:Person ; skos:prefLabel "Anna Zelensky"@en ; foaf:familyName "Zelensky" .
        claim:1 a sit:Claim ; schema:about ex:b .   claim:2 a sit:Claim ; prov:wasAttributedTo ex:b .
        rel:1 a sit:Relation ; sit:from ex:c ; sit:to ex:b .
    """)
    with opened(store, tmp_path / "s") as search:
        for query in ("Zelensky", "Zelen", "зеленский", "Zelnsky"):
            assert [hit.iri[-1] for hit in search.find(query).hits] == ["b", "c", "a"]


def test_own_data_in_named_graphs_is_found_and_its_statements_are_not(tmp_path: Path) -> None:
    store = loaded("""
        ex:g {
            ex:unit a ex:Brigade ; rdfs:label "47th Brigade"@en .
            ex:Brigade a owl:Class ; rdfs:label "brigade class"@en ; rdfs:subClassOf org:Organization .
            ex:note a ex:Note ; rdfs:label "brigade note"@en .   ex:Note rdfs:subClassOf sit:Claim .
            ex:untyped rdfs:label "brigade untyped"@en .   _:b a ex:Brigade ; rdfs:label "brigade blank"@en .
        }
    """)
    with opened(store, tmp_path / "s") as search:
        assert [hit.iri for hit in search.find("brigade").hits] == ["https://example.org/unit"]
        assert [hit.iri for hit in search.find("47", types=[expand("org:Organization")]).hits] == [
            "https://example.org/unit"
        ]


# --- pages and totals


def test_pages_are_parts_of_one_order(search: Search) -> None:
    whole = search.find("u", limit=1000)
    pages = [search.find("u", limit=3, offset=offset) for offset in range(0, whole.total + 3, 3)]
    assert tuple(itertools.chain.from_iterable(page.hits for page in pages)) == whole.hits
    assert {(page.total, page.total_exact) for page in pages} == {(len(whole.hits), True)}
    assert pages[0].truncated
    assert not whole.truncated


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-1, -1), (10, 10**9)])
def test_odd_pages_are_empty(search: Search, limit: int, offset: int) -> None:
    assert search.find("Kyiv", limit=limit, offset=offset).hits == ()


# --- anything may be typed


HOSTILE = [
    "",
    " ",
    '"',
    "'; DROP TABLE label; --",
    "* OR NEAR(a b)",
    "folded : x",
    "{plain} : (",
    "a AND NOT b",
    "^kyiv + -",
    "\0",
    "Kyiv\0",
    "\ud800",
    "%s {} \\",
    "«»“”…—",
    "🚀🚀",
    "🇺🇦",
    "\u202eiviyK\u202c",
    "كييف",
    "קייב",
    "基輔",
    "e\u0301" * 5000,
    "x" * 10_000,
    "a " * 5_000,
    "щ" * 10_000,
    "﷽" * 10_000,
    "\u0301" * 10_000,
    "z" * 190 + " ukraine",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_get_an_answer(search: Search, query: str) -> None:
    results = search.find(query)
    assert len(results.query) <= MAX_QUERY
    assert len(results.hits) <= 10
    assert len(search.near(query)) <= 3


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(search: Search, query: str) -> None:
    results = search.find(query, limit=1000)
    assert len(results.hits) == results.total == len({hit.iri for hit in results.hits})
    assert [hit.score for hit in results.hits] == sorted((hit.score for hit in results.hits), reverse=True)
    search.near(query)


def test_threads_may_share_a_search(search: Search) -> None:
    alone = {text: search.find(text) for text in SPELLINGS}
    wrong: list[str] = []

    def ask() -> None:
        wrong.extend(text for text in SPELLINGS if search.find(text) != alone[text])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# --- what always holds


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_any_label_finds_its_thing_within_the_first_five(derived: Search, data: st.DataObject) -> None:
    with sqlite3.connect(derived._path) as database:
        labels = database.execute(
            "SELECT iri, text FROM label JOIN thing ON thing.id = thing ORDER BY label.id"
        ).fetchall()
    database.close()
    iri, text = data.draw(st.sampled_from(labels))
    for query in (text, text.upper(), f"  «{text}» ", " ".join(reversed(text.split()))):
        assert iri in [hit.iri for hit in derived.find(query, limit=5).hits], query


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzабвгґдеєжзиіїйклмнопрстуфхцчшщьюя", min_size=4, max_size=14), st.data()
)
def test_one_slip_is_forgiven_wherever_it_is(word: str, data: st.DataObject) -> None:
    word = folded(word)
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abekmosz"))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for asked in (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        swapped,
    ):
        if len(asked) >= 4 and len(word) >= 4:
            assert slips(asked, word) is not None
            assert set(lookups(asked)) & set(entries(word)), (asked, word)


@given(st.text(alphabet="abdeklmnorstuvz", min_size=8, max_size=16), st.data())
def test_what_two_slips_make_of_a_long_word_is_found(word: str, data: st.DataObject) -> None:
    asked = word
    for _ in range(2):
        at = data.draw(st.integers(0, len(asked) - 1))
        asked = asked[:at] + data.draw(st.sampled_from(["", "k", asked[at] + "z"])) + asked[at + 1 :]
    if slips(asked, word) is not None:
        assert set(lookups(asked)) & set(entries(word)), (asked, word)


@given(st.text(max_size=40))
def test_keys_are_stable(text: str) -> None:
    key = plain(text)
    assert plain(key) == key
    assert len(folded(key).split()) == len(key.split())


# --- the file


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    database = sqlite3.connect(path)
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    rows = {
        name: database.execute(f"SELECT * FROM {name}").fetchall() for name in names if name not in ("names", "slugs")
    }
    database.close()
    return rows


def test_the_same_graph_gives_the_same_index(reference: Store, tmp_path: Path) -> None:
    again = Store()
    again.extend(sorted(reference, key=str, reverse=True))
    write_index(reference, tmp_path / "one")
    write_index(again, tmp_path / "two")
    write_index(again, tmp_path / "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_an_empty_graph_has_an_index(tmp_path: Path) -> None:
    with opened(Store(), tmp_path / "s") as search:
        assert search.find("Kyiv").hits == ()
        assert search.near("kyiv") == []


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="unable to open"):
        write_index(Store(), tmp_path / "absent" / "s")


def test_without_an_index_there_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(DamagedSnapshot, match="absent is missing: build again with `sitrep build`"):
        Search(tmp_path / "absent")
    (tmp_path / "text").write_text("this is no database, " * 100)
    with pytest.raises(DamagedSnapshot, match="text is no whole search index"):
        Search(tmp_path / "text")


# --- near


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("zelenskiy", "zelensky"),
        ("id:syrsky", "syrskyi"),
        ("https://w3id.org/sitrep/id/armed-forces-of-ukrane", "armed-forces-of-ukraine"),
        ("<https://w3id.org/sitrep/id/natto>", "nato"),
        ("https://w3id.org/sitrep/id/%D0%9A%D0%B8%D1%97%D0%B2", "kyiv"),
        ("russain-armed-forces", "russian-armed-forces"),
        ("armed-forces-ukraine", "armed-forces-of-ukraine"),
        ("ukraine-armed-forces", "armed-forces-of-ukraine"),
        ("m39a1", "atacms-m39a1"),
        ("USA", "united-states"),
    ],
)
def test_a_mistyped_slug_has_its_thing_near(search: Search, name: str, slug: str) -> None:
    assert search.near(name)[0] == slug


def test_nothing_is_near_what_is_like_nothing(search: Search) -> None:
    assert search.near("qqqqqqqq-xxxxxx") == []
    assert search.near("") == []


def test_no_more_is_near_than_asked_for(search: Search) -> None:
    assert len(search.near("atacms", most=2)) == 2
    assert search.near("atacms", most=0) == []


# --- many


@pytest.fixture(scope="module")
def many(reference: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    """200,000 labels of 100,000 made-up people and places beside the reference data."""
    syllables = [
        "ka",
        "ro",
        "shev",
        "chen",
        "ko",
        "len",
        "sky",
        "po",
        "dol",
        "ya",
        "mir",
        "vol",
        "zel",
        "trum",
        "os",
        "an",
    ]
    words = ["".join(parts).capitalize() for parts in itertools.product(syllables, repeat=3)]
    kind, preferred, other = (NamedNode(expand(name)) for name in ("rdf:type", "skos:prefLabel", "skos:altLabel"))
    person, place = NamedNode(expand("foaf:Person")), NamedNode(expand("schema:Place"))

    def quads() -> Iterator[Quad]:
        for at in range(100_000):
            thing = NamedNode(f"https://example.org/{at}")
            first, second = words[at % len(words)], words[at * 7919 % len(words)]
            yield Quad(thing, kind, person if at % 2 else place)
            yield Quad(
                thing, preferred, Literal(f"{first} {second}" if at % 2 else f"Village of {first} {at}", language="en")
            )
            yield Quad(thing, other, Literal(f"{second} {at}", language="en"))

    store = Store()
    store.bulk_extend(itertools.chain(reference, quads()))
    store.add(
        Quad(NamedNode("https://example.org/r"), NamedNode(expand("sit:to")), NamedNode("https://example.org/77778"))
    )
    with opened(store, tmp_path_factory.mktemp("search") / "search.sqlite") as search:
        yield search


def test_among_many_the_right_one_is_still_first(many: Search) -> None:
    for text in ("Сырский", "Sybiha Andrii", "Blinkn", "ATACSM", "ЗСУ", "mgm140", "Zelnsky", "General Syrskyi"):
        assert slugs(many, text)[:1] == [SPELLINGS[text]]
    results = many.find("51218 of village")
    assert [hit.iri for hit in results.hits] == ["https://example.org/51218"]
    assert results.total_exact


def test_of_too_many_the_best_known_are_kept_and_the_total_says_so(many: Search) -> None:
    results = many.find("village", limit=3)
    assert results.hits[0].iri == "https://example.org/77778"
    assert not results.total_exact
    assert results.truncated
    assert len(many.find("village", limit=10_000).hits) == results.total >= CANDIDATES
    people = many.find("v", types=[expand("foaf:Person")], limit=10_000)
    assert people.total > CANDIDATES / 2
    assert {hit.types for hit in people.hits} == {(expand("foaf:Person"),)}
