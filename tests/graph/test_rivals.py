"""What comes of holding two claims against each other, pair by pair, on invented claims about real measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import pyoxigraph as ox
import pytest

from graph import limits
from graph.build import derive
from graph.curation.vocabulary import vocabulary
from graph.rules import rules
from ontology import files
from ontology.terms import BASE, PREFIXES, compact, expand


@dataclass(frozen=True)
class Said:
    """A number that somebody claims, as a document has it."""

    value: str
    who: str = "one"
    measure: str = "m-losses"
    bound: str = "exact"
    about: str = "army"
    channel: str = ""
    documents: tuple[str, ...] = ("first",)
    mode: str = "indirect"
    variant: str = ""
    day: str = "2024-12-08"
    name: str = field(default="", compare=False)

    @property
    def iri(self) -> str:
        """The claim."""
        return f"{BASE}claim/{self.name or '-'.join((self.who, self.measure, self.value, self.bound))}"


def graph(*claims: Said, more: str = "") -> ox.Store:
    """The claims with what the build derives of them, without labels."""
    store = ox.Store()
    for name in ("schema.ttl", "vocab.ttl"):
        store.load(files.text(name).encode(), format=ox.RdfFormat.TURTLE)
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    for said in claims:
        store.load((header + turtle(said)).encode(), format=ox.RdfFormat.TURTLE)
    store.load((header + more).encode(), format=ox.RdfFormat.TURTLE)
    for rule in rules():
        if rule.name < "2" or "299" < rule.name < "4":
            derive(store, rule)
    return store


def turtle(said: Said) -> str:
    """One claim, its measurand and its passages."""
    words = vocabulary()
    measure = ox.NamedNode(expand(f"voc:{said.measure}"))
    unit = words.canonical_unit(measure)
    assert unit is not None
    value, _, most = said.value.partition("..")
    if most:
        low, high = Decimal(value), Decimal(most)
        number = f"schema:minValue {value} ; schema:maxValue {most}"
    else:
        one = Decimal(1)
        low, high = limits.canonical(value, said.bound, unit.nature, one, one, words.is_maximum(measure))  # type: ignore[assignment]
        number = f"schema:value {value}"
    timeless = said.about not in ("army", "event")
    measurand = f"measurand:{said.about}-{said.measure}" + ("" if timeless else f"-{said.day}")
    time = (
        "sit:span voc:timeless"
        if timeless
        else f'sit:span voc:cumulative ; schema:startDate "2022-02-24"^^xsd:date ; '
        f'sit:asOfFrom "{said.day}"^^xsd:date ; schema:endDate "{said.day}"^^xsd:date'
    )
    return f"""
    {measurand} a sit:Measurand ; schema:about id:{said.about} ; sit:measure voc:{said.measure} ; {time} .
    <{said.iri}> a sit:Claim ; sit:kind voc:fact ; prov:wasAttributedTo id:{said.who} ; sit:measurand {measurand} ;
      {number} ; sit:bound voc:{said.bound} .
    {f"<{said.iri}> sit:low {low:f} ." if low is not None else ""}
    {f"<{said.iri}> sit:high {high:f} ." if high is not None else ""}
    {f"<{said.iri}> prov:hadPrimarySource id:{said.channel} ." if said.channel else ""}
    {f"<{said.iri}> sit:variant voc:{said.variant} ." if said.variant else ""}
    """ + "".join(
        f"passage:{abs(hash((said.iri, document)))} a sit:Passage ; sit:carries <{said.iri}> ; "
        f"sit:inDocument doc:{document} ; sit:mode voc:{said.mode} ."
        for document in said.documents
    )


def found(store: ox.Store) -> dict[frozenset[str], str]:
    """The outcome of each pair, by the local names of its claims."""
    query = "SELECT ?x ?y ?o { ?k sit:first ?x ; sit:second ?y ; sit:outcome ?o }"
    return {
        frozenset(compact(row[name].value).split(":")[1] for name in ("x", "y")): row["o"].value.rsplit("/", 1)[-1]
        for row in store.query(query, prefixes=PREFIXES)  # type: ignore[union-attr]
    }


def outcome(*claims: Said, more: str = "") -> str | None:
    """What comes of the two claims; None where they are not held against each other."""
    outcomes = list(found(graph(*claims, more=more)).values())
    assert len(outcomes) < 2
    return outcomes[0] if outcomes else None


def slips(store: ox.Store) -> list[str]:
    """The claims that documents misreport."""
    return [row["c"].value for row in store.query("SELECT ?c { ?k sit:slip ?c }", prefixes=PREFIXES)]  # type: ignore[union-attr]


# --- bounds


@pytest.mark.parametrize(
    ("one", "other", "comes_of_it"),
    [
        (Said("785000"), Said("785000", "two", bound="approx"), "rounding"),
        (Said("784200"), Said("785000", "two", bound="approx"), "rounding"),
        (Said("434000"), Said("434000", "two", bound="at-least"), "rounding"),
        (Said("434001"), Said("434000", "two", bound="more-than"), "rounding"),
        (Said("433000"), Said("434000", "two", bound="more-than"), "contradict"),
        (Said("15"), Said("15", "two", bound="more-than"), "contradict"),
        (Said("15"), Said("15", "two", bound="at-least"), "rounding"),
        (Said("15"), Said("15", "two", bound="fewer-than"), "contradict"),
        (Said("15"), Said("15", "two", bound="at-most"), "rounding"),
        (Said("600000", bound="just-under"), Said("750000", "two", bound="more-than"), "contradict"),
    ],
)
def test_bounds_decide_whether_two_counts_can_both_hold(one: Said, other: Said, comes_of_it: str) -> None:
    assert outcome(one, other) == comes_of_it


@pytest.mark.parametrize(
    ("measure", "one", "other", "comes_of_it"),
    [
        ("m-range-max", Said("165", bound="at-most"), Said("165", "two"), "agree"),
        ("m-range-max", Said("165", bound="at-most"), Said("70", "two"), "contradict"),
        ("m-speed", Said("185", bound="at-most"), Said("150", "two", bound="at-most"), "contradict"),
        ("m-warhead-mass", Said("165", bound="at-most"), Said("70", "two"), "rounding"),
    ],
)
def test_up_to_states_the_value_of_a_greatest_value(measure: str, one: Said, other: Said, comes_of_it: str) -> None:
    one, other = (Said(said.value, said.who, measure, said.bound, "weapon") for said in (one, other))
    assert outcome(one, other) == comes_of_it


# --- variants


def ranges(*said: tuple[str, str], about: str = "weapon") -> list[Said]:
    """Longest ranges, each by a claimant of its own, with what it says of variants."""
    return [
        Said(value, f"who-{n}", "m-range-max", about=about, variant=variant) for n, (value, variant) in enumerate(said)
    ]


@pytest.mark.parametrize("one", [("70..120", "stated-range"), ("120", "one-variant")])
def test_a_spread_over_variants_and_one_variant_contradict_nothing(one: tuple[str, str]) -> None:
    assert outcome(*ranges(one, ("105", ""))) == "scope"
    assert outcome(*ranges(one, ("300", ""))) == "scope"
    assert outcome(*ranges((one[0], ""), ("300", ""))) == "contradict"


FAMILY = "id:variant sit:variantOf id:weapon ."


def test_a_number_of_a_family_that_is_one_of_its_variants_contradicts_no_other() -> None:
    pair = ranges(("550", ""), ("340", ""))
    of_variant = Said("340", "maker", "m-range-max", about="variant", name="v")
    assert outcome(*pair, of_variant) == "contradict"
    assert outcome(*pair, of_variant, more=FAMILY) == "scope"
    assert outcome(*pair, Said("90", "maker", "m-range-max", about="variant", name="v"), more=FAMILY) == "contradict"


# --- parts, totals, and who counts what


def test_counts_of_parts_in_two_texts_divide_the_whole_in_two_ways() -> None:
    eleven = Said("11", measure="m-regions-targeted", about="event", channel="briefing", documents=("a",))
    thirteen = Said("13", measure="m-regions-targeted", about="event", channel="briefing", documents=("b",))
    assert outcome(eleven, thirteen) == "scope"
    heading = Said("13", measure="m-regions-targeted", about="event", channel="briefing", documents=("a",))
    assert outcome(eleven, heading) == "reporting"


def test_two_totals_of_killed_and_wounded_are_one_measure() -> None:
    other = Said("600000", "two", "m-casualties", "just-under", documents=("b",))
    total = Said("750000", "one", "m-losses", "more-than", channel="post")
    killed = Said("198000", "one", "m-killed", channel="post")
    wounded = Said("550000", "one", "m-wounded", channel="post")
    pair = frozenset(compact(said.iri).split(":")[1] for said in (total, other))
    assert found(graph(total, other))[pair] == "scope"
    assert found(graph(total, other, killed))[pair] == "scope"
    assert found(graph(total, other, killed, wounded))[pair] == "contradict"
    captured = Said("900", "one", "m-captured", channel="post")
    assert found(graph(total, other, killed, wounded, captured))[pair] == "scope"


def test_named_dead_are_a_part_of_all_dead() -> None:
    named = Said("90019", measure="m-killed-named", bound="at-least")
    assert outcome(named, Said("138500..200000", measure="m-killed")) == "scope"
    assert outcome(named, Said("50000", "two", "m-killed")) == "contradict"


# --- headings and slips


def test_a_heading_is_held_against_its_own_text_alone() -> None:
    heading = Said("150000", "one", channel="interview", mode="headline", documents=("a",))
    body = Said("434000", "one", bound="more-than", channel="interview", documents=("a",))
    others = [Said("429660", "staff", documents=("b",)), Said("150000", "staff", bound="approx", documents=("c",))]
    store = graph(heading, body, *others)
    name = compact(heading.iri).split(":")[1]
    assert {pair: what for pair, what in found(store).items() if name in pair} == {
        frozenset((name, compact(body.iri).split(":")[1])): "reporting"
    }
    assert slips(store) == [heading.iri]


def test_a_heading_is_no_point_of_a_falling_total() -> None:
    heading = Said("150000", "one", mode="headline", documents=("a",), day="2025-01-20")
    assert outcome(Said("434000", "one", documents=("b",), day="2025-01-10"), heading) is None


def test_what_most_reports_of_a_communication_have_is_its_word() -> None:
    few = Said("63", channel="bulletin", documents=("a",))
    many = Said("41", channel="bulletin", documents=("b", "c"))
    store = graph(few, many)
    assert list(found(store).values()) == ["reporting"]
    assert slips(store) == [few.iri]


def test_one_report_against_one_says_not_which_is_wrong() -> None:
    store = graph(Said("63", channel="bulletin", documents=("a",)), Said("41", channel="bulletin", documents=("b",)))
    assert list(found(store).values()) == ["reporting"]
    assert slips(store) == []


@pytest.mark.parametrize(
    ("lone", "documents", "claimant", "comes_of_it"),
    [
        ("48640", ("b", "c"), "one", "reporting"),
        ("48640", ("b",), "one", "contradict"),  # one document against one
        ("48640", ("b", "c"), "two", "contradict"),  # two claimants may count otherwise
        ("48100", ("b", "c"), "one", "contradict"),  # no misprint: two digits are others
    ],
)
def test_one_digit_that_a_lone_document_has_otherwise_is_its_misprint(
    lone: str, documents: tuple[str, ...], claimant: str, comes_of_it: str
) -> None:
    one, other = Said(lone, channel="later"), Said("48670", claimant, channel="earlier", documents=documents)
    store = graph(one, other)
    assert list(found(store).values()) == [comes_of_it]
    assert slips(store) == ([one.iri] if comes_of_it == "reporting" else [])


# --- disputes


def disputes(store: ox.Store) -> dict[str, set[str]]:
    """The claims of each dispute, by its IRI."""
    held: dict[str, set[str]] = {}
    for row in store.query("SELECT ?d ?c { ?c sit:inDispute ?d ; a sit:Claim }", prefixes=PREFIXES):  # type: ignore[union-attr]
        held.setdefault(row["d"].value, set()).add(row["c"].value)
    return held


def test_a_dispute_is_counted_once_with_all_its_claims() -> None:
    claims = [Said(value, f"who-{value}") for value in ("100", "200", "300")]
    agreeing = Said("300", "another")
    elsewhere = [Said(value, f"who-{value}", about="event") for value in ("1", "2")]
    store = graph(*claims, agreeing, *elsewhere)
    held = disputes(store)
    assert sorted(map(len, held.values())) == [2, 4]
    ((one,),) = [list({compact(iri).split(":")[0] for iri in held})]
    assert one == "dispute"
    pairs = store.query("SELECT ?k ?d { ?k a sit:Comparison ; sit:inDispute ?d }", prefixes=PREFIXES)
    assert len(list(pairs)) == 6  # type: ignore[arg-type]


def test_a_dispute_keeps_its_address_when_a_claim_joins_it() -> None:
    claims = [Said(value, f"who-{value}") for value in ("100", "200")]
    before = disputes(graph(*claims))
    after = disputes(graph(*claims, Said("050", "who-first", name="a-first")))
    assert set(before) == set(after)


def test_claims_that_can_all_hold_are_no_dispute() -> None:
    assert disputes(graph(Said("100"), Said("100", "two"), Said("50", "three", "m-killed"))) == {}


# --- all of data/


def test_no_closed_numbers_far_apart_are_called_rounding(curated: ox.Store) -> None:
    query = """SELECT ?k ?xl ?xh ?yl ?yh { ?k sit:outcome voc:rounding ; sit:first ?x ; sit:second ?y .
        ?x schema:value ?xv ; sit:bound ?bx ; sit:low ?xl ; sit:high ?xh .
        ?y schema:value ?yv ; sit:bound ?by ; sit:low ?yl ; sit:high ?yh .
        # a bound such as "nearly" explains why a number is far from another that it allows
        FILTER(?bx IN (voc:exact, voc:approx, voc:at-most) && ?by IN (voc:exact, voc:approx, voc:at-most)) }"""
    rows = list(curated.query(query, prefixes=PREFIXES))  # type: ignore[arg-type]
    assert len(rows) > 10
    far = []
    for row in rows:
        one, other = (
            (Decimal(row[low].value) + Decimal(row[high].value)) / 2 for low, high in (("xl", "xh"), ("yl", "yh"))
        )
        if max(one, other) > Decimal("1.1") * min(one, other):
            far.append((row["k"].value, one, other))
    assert far == []


def test_every_conflict_of_the_data_is_in_one_dispute(curated: ox.Store) -> None:
    query = """SELECT ?k (COUNT(DISTINCT ?d) AS ?n) { VALUES ?o { voc:contradict voc:reporting }
        ?k sit:outcome ?o ; sit:first ?x ; sit:second ?y . OPTIONAL { ?k sit:inDispute ?d . ?x sit:inDispute ?d .
        ?y sit:inDispute ?d . ?d a sit:Dispute ; rdfs:label ?label } } GROUP BY ?k"""
    counts = {row["k"].value: row["n"].value for row in curated.query(query, prefixes=PREFIXES)}  # type: ignore[union-attr]
    assert counts
    assert set(counts.values()) == {"1"}


def test_a_heading_of_the_data_meets_its_own_document_alone(curated: ox.Store) -> None:
    query = """SELECT ?k { ?k a sit:Comparison ; sit:first|sit:second ?x, ?y . FILTER(?x != ?y)
        ?x sit:headingOf ?document . FILTER NOT EXISTS { ?p sit:carries ?y ; sit:inDocument ?document } }"""
    assert list(curated.query(query, prefixes=PREFIXES)) == []  # type: ignore[arg-type]
