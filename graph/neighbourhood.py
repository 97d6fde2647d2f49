"""What surrounds a thing, cut to what a picture can show: nodes, edges with what they rest on, and what was left out.

Only people, organizations, states, places, weapons, events and topics are nodes. An office is the label of an edge, a
figure is a node's second line. Three foldings keep the picture plain, and each edge names every relation that it
stands for:

* A transfer or a call whose parties are all drawn is no node but part of the edge between them.
* Of one transfer come three relations: weapon `supplied to` Y, weapon `supplied by` X, X `armed` Y. Where the weapon is
  drawn, `armed` goes into `supplied to`: the path X - weapon - Y says the same. Where it is not, `armed` is drawn with
  the weapon's name. Once a picture shows two transfers of one weapon, each edge names the other party of its own
  transfer (paired through `sit:via`): the weapon alone would pair every supplier with every recipient.
* More than three relations of one kind between the same two things are one edge that says how many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from graph import claims, wording
from graph.claims import Claim
from graph.errors import UnknownEntity
from graph.naming import RDF_TYPE, Naming, Thing
from graph.relations import SYMMETRIC
from graph.store import Row, Store, text_of
from graph.times import Time
from ontology.terms import PREFIXES, expand

PERSON, ORGANIZATION, STATE, PLACE = "person", "organization", "state", "place"
WEAPON, EVENT, TOPIC = "weapon", "event", "topic"
GROUPS = (PERSON, ORGANIZATION, STATE, PLACE, WEAPON, EVENT, TOPIC)

MOST_HOPS, MOST_NODES = 3, 300
MOST_PARALLEL = 3
# A picture of a much-quoted thing would otherwise carry a whole archive with it.
MOST_CLAIMS = 1500

# The first class that fits decides; what is in none of these is no node.
_NO_NODES = frozenset(
    map(
        expand,
        ("sit:Claim", "sit:Measurand", "sit:Passage", "sit:Communication", "sit:Survey", "sit:Relation", "org:Post",
         "sit:Comparison", "sit:Measure", "org:Membership"),
    )
)  # fmt: skip
_GROUP_OF_CLASS = {
    expand(name): group
    for name, group in (
        ("sit:Event", EVENT),
        ("sit:WeaponSystem", WEAPON),
        ("sit:State", STATE),
        ("foaf:Person", PERSON),
        ("foaf:Group", ORGANIZATION),
        ("org:FormalOrganization", ORGANIZATION),
        ("org:OrganizationalUnit", ORGANIZATION),
        ("org:Organization", ORGANIZATION),
        ("schema:Place", PLACE),
        ("skos:Concept", TOPIC),
    )
}
_TWO_ENDED = frozenset(map(expand, ("sit:armed", "sit:suppliedTo", "sit:suppliedBy", "sit:conferredWith")))
_TAKES_PART = frozenset(map(expand, ("sit:participatedIn", "sit:targetOf", "sit:usedIn")))
_ARMED, _SUPPLIED_TO, _SUPPLIED_BY = (expand(f"sit:{name}") for name in ("armed", "suppliedTo", "suppliedBy"))
_MEMBER_OF, _SPOKE_ABOUT = expand("org:memberOf"), expand("sit:spokeAbout")
_DESCRIPTIONS = ("skos:scopeNote", "skos:definition", "rdfs:comment")
_DOUBT = ("asserted", "hedged", "disputed")
_SHORT_MEASURES = {"m-uav-launched": "launched", "m-uav-shot-down": "down", "m-uav-lost": "lost"}


@dataclass(frozen=True)
class Fact:
    """A line about a node: what it is, its value, and the thing that the value names, if it names one."""

    label: str
    value: str
    iri: str | None = None


@dataclass(frozen=True)
class Node:
    """A thing in the picture. `relations` counts all that could be drawn, `drawn` those that are."""

    iri: str
    label: str
    types: tuple[str, ...]
    group: str
    line: str
    dates: str
    description: str
    facts: tuple[Fact, ...]
    figures: tuple[Claim, ...]
    figure_count: int
    relations: int
    drawn: int
    distance: int
    expanded: bool

    @property
    def hidden(self) -> int:
        """How many of its relations are not in the picture."""
        return self.relations - self.drawn


@dataclass(frozen=True)
class Edge:
    """A line between two nodes, with the relation nodes that it stands for and what these rest on.

    `relations` begins with the one that gives the edge its ends and its words. `claims` holds the latest where there
    are very many; `claim_count` counts all.
    """

    relations: tuple[str, ...]
    source: str
    target: str
    predicate: Thing
    label: str
    note: str
    title: str
    status: str
    directed: bool
    dates: str
    via: tuple[Thing, ...]
    claims: tuple[Claim, ...]
    claim_count: int
    sources: tuple[Thing, ...]

    @property
    def id(self) -> str:
        """The IRI of its first relation node."""
        return self.relations[0]


@dataclass(frozen=True)
class LeftOut:
    """Neighbours that are not drawn, by group."""

    group: str
    count: int


@dataclass(frozen=True)
class Neighbourhood:
    """A part of the graph around one thing. `nodes` is empty where the thing is of a kind that is never drawn."""

    centre: Thing
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    folded: tuple[Thing, ...]
    left_out: tuple[LeftOut, ...]
    hops: int
    limit: int
    language: str
    snapshot: str


def neighbourhood(store: Store, iri: str, naming: Naming, hops: int = 1, limit: int = 60) -> Neighbourhood:
    """The things around a thing, the best supported first, and every relation among them.

    Args:
        store: the snapshot.
        iri: the thing in the middle.
        naming: labels in the reader's language.
        hops: how many steps from it, 0 to 3.
        limit: how many nodes at most, 1 to 300; the neighbours beyond it are counted in `left_out`.

    Raises:
        UnknownEntity: the graph holds nothing about this IRI.
        ValueError: hops or limit are out of range.
    """
    if not (0 <= hops <= MOST_HOPS and 1 <= limit <= MOST_NODES):
        raise ValueError(f"hops are 0 to {MOST_HOPS} and limit is 1 to {MOST_NODES}, not {hops} and {limit}")
    try:
        known = store.knows(iri)
    except ValueError:
        known = False  # no IRI at all
    if not known:
        raise UnknownEntity(iri)
    return _Survey(store, naming, iri, hops, limit).result()


@dataclass(frozen=True)
class _Relation:
    """A relation node as its row gives it."""

    iri: str
    source: str
    edge: str
    target: str
    status: str
    via: str | None
    time: Time


class _Survey:
    """The work of one neighbourhood; remembers what it has read."""

    def __init__(self, store: Store, naming: Naming, centre: str, hops: int, limit: int) -> None:
        self.store, self.naming, self.centre, self.hops, self.limit = store, naming, centre, hops, limit
        self._groups: dict[str, str | None] = {}
        self._around: dict[str, dict[str, tuple[int, int]]] = {}
        self._parts: dict[str, list[tuple[str, str, str, str]]] = {}
        self._claims: dict[str, Claim] = {}

    def result(self) -> Neighbourhood:
        distance, folded, left_out = self._choose() if self._group(self.centre) else ({}, set(), Counter())
        relations = list(self._among([*distance, *sorted(folded)]))
        edges = _Edges(self, relations, folded).drawn()
        ends: Counter[str] = Counter()
        where = {relation.iri: relation for relation in relations}
        for edge in edges:
            for relation in (where[name] for name in edge.relations):
                ends.update({relation.source, relation.target})
        return Neighbourhood(
            centre=self.naming.thing(self.centre),
            nodes=tuple(self._node(iri, step, ends[iri]) for iri, step in distance.items()),
            edges=tuple(edges),
            folded=tuple(map(self.naming.thing, sorted(folded))),
            left_out=tuple(LeftOut(group, left_out[group]) for group in GROUPS if left_out[group]),
            hops=self.hops,
            limit=self.limit,
            language=self.naming.language,
            snapshot=self.store.snapshot.name,
        )

    # --- which things

    def _choose(self) -> tuple[dict[str, int], set[str], Counter[str]]:
        """The drawn things with their distance, the folded events, and the neighbours left out by group.

        A folded event gives its place to the next neighbour, which may let another event fold; so it is repeated until
        nothing changes.
        """
        tried: set[str] = set()
        while True:
            distance, beyond = self._breadth_first(tried)
            more = {iri for iri in distance if iri != self.centre and self._folds(iri, distance)}
            if not more:
                folded = {iri for iri in tried if self._folds(iri, distance)}
                return distance, folded, Counter(self._group(iri) or "" for iri in beyond | (tried - folded))
            tried |= more

    def _breadth_first(self, folded: set[str]) -> tuple[dict[str, int], set[str]]:
        """Things by distance and support up to the limit, without the folded; and the neighbours beyond it."""
        distance = {self.centre: 0}
        rim, beyond = [self.centre], set[str]()
        for step in range(1, self.hops + 1):
            support: Counter[str] = Counter()
            for iri in rim:
                for other, (_, weight) in self._neighbours(iri).items():
                    if other not in distance and other not in folded:
                        support[other] += weight
            ranked = sorted(support, key=lambda iri: (-support[iri], iri))
            rim = ranked[: self.limit - len(distance)]
            beyond |= set(ranked) - set(rim)
            distance |= dict.fromkeys(rim, step)
        return distance, beyond - set(distance)

    def _neighbours(self, iri: str) -> dict[str, tuple[int, int]]:
        """The things that can be drawn beside one, each with its number of relations and their support."""
        if iri not in self._around:
            rows = self.store.rows("neighbours", thing=iri)
            self._around[iri] = {
                other: (_int(row, "relations"), _int(row, "support"))
                for row in rows
                if self._group(other := text_of(row["other"]))
            }
        return self._around[iri]

    def _group(self, iri: str) -> str | None:
        """Which kind of node a thing is; None for what is never drawn."""
        if iri not in self._groups:
            classes = {term.value for term in self.store.objects(iri, RDF_TYPE) if isinstance(term, NamedNode)}
            group = (
                None
                if classes & _NO_NODES
                else next((_GROUP_OF_CLASS[c] for c in _GROUP_OF_CLASS if c in classes), None)
            )
            if (group == TOPIC and not iri.startswith(PREFIXES["id"])) or (
                group == ORGANIZATION and self.store.rows("outlet", thing=iri)
            ):
                group = None
            self._groups[iri] = group
        return self._groups[iri]

    def _folds(self, event: str, drawn: Iterable[str]) -> bool:
        """Whether an event is part of an edge: it joins parties two by two, and all of them are drawn."""
        if self._group(event) != EVENT:
            return False
        parts = self.event_parts(event)
        ends = {
            end for _, source, edge, target in parts if edge in _TWO_ENDED | _TAKES_PART for end in (source, target)
        }
        return any(edge in _TWO_ENDED for _, _, edge, _ in parts) and ends - {event} <= set(drawn)

    def event_parts(self, event: str) -> list[tuple[str, str, str, str]]:
        if event not in self._parts:
            self._parts[event] = [
                (text_of(row["relation"]), text_of(row["from"]), text_of(row["edge"]), text_of(row["to"]))
                for row in self.store.rows("drawn-of-event", thing=event)
            ]
        return self._parts[event]

    # --- which relations

    def _among(self, things: list[str]) -> Iterator[_Relation]:
        """Every drawn relation whose two ends are among some things, each once, in a fixed order."""
        inside = set(things)
        for source in things:
            rows = [row for row in self.store.rows("drawn-out", thing=source) if text_of(row["other"]) in inside]
            for row in sorted(rows, key=lambda row: text_of(row["relation"])):
                via = text_of(row["via"]) or None
                edtf = self._literal(via, "sit:when") if via else ""
                yield _Relation(
                    text_of(row["relation"]), source, text_of(row["edge"]), text_of(row["other"]),
                    text_of(row["status"]).rsplit("/", 1)[-1], via, Time(edtf, _day(row, "start"), _day(row, "end")),
                )  # fmt: skip

    # --- what is said of a node

    def _node(self, iri: str, distance: int, drawn: int) -> Node:
        thing = self.naming.thing(iri)
        facts = tuple(self._facts(iri))
        time = Time(
            self._literal(iri, "sit:when"),
            *(_date(self._literal(iri, f"schema:{end}Date")) for end in ("start", "end")),
        )
        counted = next(iter(self.store.rows("figures", thing=iri)), None)
        count, disputes = (_int(counted, "figures"), _int(counted, "disputes")) if counted else (0, 0)
        figures = tuple(
            claims.read(self.store, text_of(row["claim"]), self.naming)
            for row in (self.store.rows("figures-latest", thing=iri) if count else ())
        )
        if iri in self._around:
            degree = sum(relations for relations, _ in self._around[iri].values())
        else:
            degree = next((_int(row, "relations") for row in self.store.rows("degree", thing=iri)), 0)
        return Node(
            iri=iri,
            label=thing.label,
            types=thing.types,
            group=self._group(iri) or "",
            line=_figure_line(figures, count, disputes),
            dates=when(time),
            description=self._description(iri),
            facts=facts,
            figures=figures,
            figure_count=count,
            relations=max(degree, drawn),
            drawn=drawn,
            distance=distance,
            expanded=distance < self.hops,
        )  # fmt: skip

    def _description(self, iri: str) -> str:
        return next(filter(None, (self._literal(iri, name) for name in _DESCRIPTIONS)), "")

    def _facts(self, iri: str) -> Iterator[Fact]:
        hidden = frozenset(map(expand, (*_DESCRIPTIONS, "schema:abstract")))
        for row in self.store.rows("plain-facts", thing=iri):
            predicate, value = text_of(row["predicate"]), row["value"]
            if predicate in hidden:
                continue
            if isinstance(value, NamedNode):
                thing = self.naming.thing(value.value)
                yield Fact(_spaced(self.naming.label(predicate)), thing.label, value.value)
            elif isinstance(value, Literal):
                yield Fact(_spaced(self.naming.label(predicate)), value.value)

    def claim(self, iri: str) -> Claim:
        if iri not in self._claims:
            self._claims[iri] = claims.read(self.store, iri, self.naming)
        return self._claims[iri]

    def _literal(self, iri: str, predicate: str) -> str:
        terms = [term for term in self.store.objects(iri, expand(predicate)) if isinstance(term, Literal)]
        own = [term for term in terms if term.language in (None, self.naming.language)]
        return next((term.value for term in [*own, *terms]), "")

    # --- what is said of an edge

    def weapons(self, event: str) -> str:
        """The names of the weapons of a transfer."""
        found = [term.value for term in self.store.objects(event, expand("sit:weapon")) if isinstance(term, NamedNode)]
        return ", ".join(map(self.naming.label, found[:2])) + (", ..." if len(found) > 2 else "")

    def office(self, relation: _Relation) -> str:
        """The title that a membership is drawn with, without the body's name where it only repeats it."""
        english = self._literal_in(relation.iri, "rdfs:label", "en")
        title = ""
        for term in self.store.objects(relation.source, expand("org:holds")):
            if not isinstance(term, NamedNode):
                continue
            if NamedNode(relation.target) in self.store.objects(term.value, expand("org:postIn")):
                own = self._literal_in(term.value, "skos:prefLabel", "en")
                if not title or (own and english.endswith(f", {own}")):
                    title = self.naming.label(term.value)
        return title or self.naming.label(relation.edge)

    def _literal_in(self, iri: str, predicate: str, language: str) -> str:
        terms = self.store.objects(iri, expand(predicate))
        return next((t.value for t in terms if isinstance(t, Literal) and t.language == language), "")


class _Edges:
    """Relations made into lines: folded, bundled, labelled."""

    def __init__(self, survey: _Survey, relations: list[_Relation], folded: set[str]) -> None:
        self._survey, self._naming, self._store = survey, survey.naming, survey.store
        self._relations = relations
        self._folded = folded
        self._transfers: dict[str, set[str]] = defaultdict(set)
        self._parties: dict[tuple[str, str], set[str]] = defaultdict(set)
        for relation in relations:
            if relation.edge in (_SUPPLIED_TO, _SUPPLIED_BY) and relation.via:
                self._transfers[relation.source].add(relation.via)
                self._parties[relation.via, relation.edge].add(relation.target)

    def drawn(self) -> list[Edge]:
        groups = self._grouped()
        each = max(5, MOST_CLAIMS // max(1, len(groups)))
        return [self._edge(lead, rest, each) for lead, rest in groups]

    def _grouped(self) -> list[tuple[list[_Relation], list[_Relation]]]:
        """What each line stands for: relations of one kind between its ends, and those folded into it."""
        supplied = {(r.via, r.target) for r in self._relations if r.edge == _SUPPLIED_TO and r.via}
        kept: list[_Relation] = []
        guests: list[_Relation] = []
        for relation in self._relations:
            into_event = relation.source in self._folded or relation.target in self._folded
            into_supply = relation.edge == _ARMED and (relation.via, relation.target) in supplied
            (guests if into_event or into_supply else kept).append(relation)
        kinds: dict[tuple[str, str, str], list[_Relation]] = defaultdict(list)
        for relation in kept:
            kinds[relation.source, relation.edge, relation.target].append(relation)
        leads = [
            lead
            for relations in kinds.values()
            for lead in ([relations] if len(relations) > MOST_PARALLEL else [[relation] for relation in relations])
        ]
        rest: list[list[_Relation]] = [[] for _ in leads]
        for guest in guests:
            rest[self._host(guest, leads)].append(guest)
        return list(zip(leads, rest, strict=True))

    def _host(self, guest: _Relation, leads: list[list[_Relation]]) -> int:
        """The line of the same event that shares most ends with a folded relation; the two-ended ones only."""
        event = next((end for end in (guest.source, guest.target) if end in self._folded), guest.via)
        ends = {guest.source, guest.target}
        hosts = [
            (-len(ends & {relation.source, relation.target}), relation.edge == _SUPPLIED_BY, index)
            for index, lead in enumerate(leads)
            for relation in lead
            if relation.via == event and relation.edge in _TWO_ENDED
        ]
        return min(hosts)[-1]

    def _edge(self, leads: list[_Relation], rest: list[_Relation], most: int) -> Edge:
        lead, every = leads[0], [*leads, *rest]
        label, note, title = self._words(leads, len(every))
        names = sorted(
            {
                text_of(row["claim"]): text_of(row["said"])
                for relation in every
                for row in self._rows("relation-claims", relation)
            }.items(),
            key=lambda item: item[0],
        )
        names.sort(key=lambda item: item[1], reverse=True)
        count = len(names)
        if count >= 50:
            count = max(
                count,
                sum(_int(row, "claims") for relation in leads for row in self._rows("relation-claim-count", relation)),
            )
        if lead.edge == _SPOKE_ABOUT:
            note = f"{count:,} claim{'' if count == 1 else 's'}"
        events = {relation.via for relation in leads if relation.via} - {lead.source, lead.target}
        sources = dict.fromkeys(
            term.value
            for relation in leads
            for term in self._store.objects(relation.iri, expand("dcterms:source"))
            if isinstance(term, NamedNode)
        )
        return Edge(
            relations=tuple(relation.iri for relation in every),
            source=lead.source,
            target=lead.target,
            predicate=self._naming.thing(lead.edge),
            label=label,
            note=note,
            title=title,
            status=max((relation.status for relation in leads), key=lambda s: _DOUBT.index(s) if s in _DOUBT else 0),
            directed=lead.edge not in SYMMETRIC,
            dates=when(lead.time) if len(leads) == 1 else "",
            via=tuple(map(self._naming.thing, sorted(events))),
            claims=tuple(self._survey.claim(name) for name, _ in names[:most]),
            claim_count=count,
            sources=tuple(map(self._naming.thing, sources)),
        )  # fmt: skip

    def _rows(self, question: str, relation: _Relation) -> list[Row]:
        return self._store.rows(question, relation=relation.iri)

    def _words(self, leads: list[_Relation], every: int) -> tuple[str, str, str]:
        """An edge's label, its second line, and both in full for the panel."""
        lead, naming = leads[0], self._naming
        predicate = naming.label(lead.edge)
        if len(leads) > 1:
            return predicate, f"{len(leads):,} times", f"{predicate}, {len(leads):,} times"
        # The event at one end shows its own dates.
        dated = when(lead.time) if lead.via not in (lead.source, lead.target) else ""
        if lead.edge == _MEMBER_OF:
            title = self._survey.office(lead)
            return _without_body(title, naming.label(lead.target)), dated, title
        other = ""
        if lead.via and lead.edge in (_SUPPLIED_TO, _SUPPLIED_BY) and len(self._transfers[lead.source]) > 1:
            opposite, word = (_SUPPLIED_BY, "by") if lead.edge == _SUPPLIED_TO else (_SUPPLIED_TO, "to")
            parties = sorted(self._parties[lead.via, opposite]) or sorted(self._all_parties(lead.via, opposite))
            other = f"{word} {', '.join(map(naming.label, parties))}" if parties else ""
        elif lead.via and lead.edge == _ARMED and (weapons := self._survey.weapons(lead.via)):
            other = f"with {weapons}"
        note = ", ".join(filter(None, (other, dated)))
        return predicate, note, f"{predicate} {other}".strip()

    def _all_parties(self, event: str, edge: str) -> set[str]:
        return {target for _, _, name, target in self._survey.event_parts(event) if name == edge}


def when(time: Time) -> str:
    """A time as a picture shows it: as `wording.time`, but what has only a latest day is `2023-10 or before`.

    Beside the words of an edge, "by 2023-10" would read as if 2023 had done it.
    """
    if time.edtf.startswith("../"):
        return f"{time.edtf[3:]} or before"
    if time.edtf.startswith("[") and time.start and time.end:
        return f"between {time.start} and {time.end}"
    return wording.time(time)


def figure(claim: Claim) -> str:
    """One number in words: `43 down`, `46% of a sector under attack`; empty for a claim without a number."""
    if claim.quantity is None:
        return ""
    measure = claim.quantity.measurand.measure
    words = _SHORT_MEASURES.get(measure.iri.removeprefix(PREFIXES["voc"]), measure.label)
    if claim.quantity.measurand.item:
        words = f"{claim.quantity.measurand.item.label}, {words}"
    number = wording.quantity(claim.quantity)
    return f"{number} {words.removeprefix('share ')}" if number.endswith("%") else f"{number} {words}"


def _figure_line(figures: tuple[Claim, ...], count: int, disputes: int) -> str:
    """A node's second line: the greatest two numbers of one voice, else how many there are."""
    if not count:
        return ""
    voices = {wording.claimants(claim) for claim in figures}
    units = {claim.quantity.measurand.measure.iri for claim in figures if claim.quantity}
    if disputes or len(voices) > 1 or count > 4 or len(units) < count or (count > 1 and not _all_counts(figures)):
        return f"{count:,} figure{'' if count == 1 else 's'}" + (f", {disputes} contested" if disputes else "")
    most = sorted(figures, key=lambda claim: (-_size(claim), claim.iri))[:2]
    return f"{', '.join(map(figure, most))}: {next(iter(voices))}"


def _all_counts(figures: tuple[Claim, ...]) -> bool:
    """Whether all numbers are plain counts, so that the greatest are the telling ones."""
    return all(claim.quantity and not claim.quantity.unit and claim.quantity.value for claim in figures)


def _size(claim: Claim) -> float:
    try:
        return float(claim.quantity.value or 0) if claim.quantity else 0
    except ValueError:
        return 0


def _without_body(title: str, body: str) -> str:
    """`Commander-in-Chief` for "Commander-in-Chief of the Armed Forces of Ukraine" beside these forces."""
    for joint in (" of the ", " of "):
        short = title.removesuffix(joint + body)
        if short != title:
            return short
    return title


def _spaced(name: str) -> str:
    """A property's local name as words, where it has no label: `familyName` becomes `family name`."""
    if not name.isalpha():
        return name
    return "".join(f" {c.lower()}" if c.isupper() and i and name[i - 1].islower() else c for i, c in enumerate(name))


def _int(row: Row, name: str) -> int:
    return int(text_of(row[name]) or 0)


def _day(row: Row, name: str) -> date | None:
    return _date(text_of(row[name]))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
