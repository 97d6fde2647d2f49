"""What may be meant by a pattern that matches nothing: the nearest property, class, thing or text that is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from graph.reading import Pattern, Query, iris, literals, one_line
from graph.search import Search
from graph.statistics import of
from graph.store import Dataset, Row, Store, Term, text_of
from ontology.terms import PREFIXES, compact, expand

MOST = 3
ALIKE = 0.6
"""Two local names are near when so much of them is the same; 1 is all."""
READ = 5000
"""So many values of a property are looked at for a text that is near."""
_NAMES = ("name", "fullname", "title", "label")
_TYPES = ("a", "rdf:type")
_TERM = re.compile(r"""^(?:"{3}|'{3}|["'])(.*?)(?:"{3}|'{3}|["'])(?:@([\w-]+)|\^\^(\S+))?$""", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True)
class Suggestion:
    """What stands in the query, what may be meant, how often that is there (None where not counted), and a sentence."""

    written: str
    meant: str
    count: int | None
    message: str

    def put_into(self, query: str) -> str | None:
        """The query with what may be meant, wherever the other is written; None where it is not written so.

        >>> Suggestion("id:syrsky", "id:syrskyi", None, "").put_into("ASK { id:syrsky a ?x . id:syrsky-2 a ?y }")
        'ASK { id:syrskyi a ?x . id:syrsky-2 a ?y }'
        """
        begins, ends = (r"(?<![\w:.-])" if self.written[:1].isalnum() else ""), r"(?![\w:-])"
        words = r"\s+".join(map(re.escape, self.written.split()))
        changed, times = re.subn(f"{begins}{words}{ends}", lambda _: self.meant, query)
        return changed if times else None


class Near:
    """Looks for near names in one snapshot, as one query writes them."""

    def __init__(self, store: Store, query: Query, dataset: Dataset) -> None:
        self._store, self._query, self._dataset = store, query, dataset
        statistics = of(store.snapshot)
        self._properties: Mapping[str, int] = {iri: use.triples for iri, use in statistics.properties.items()}
        self._classes = statistics.classes

    def explained(self, pattern: Pattern) -> tuple[str, tuple[Suggestion, ...]]:
        """Why a pattern matches nothing, and what may be meant; the first reason that is found counts."""
        for look in (
            self._unknown_property,
            self._unknown_class,
            self._unknown_end,
            self._text,
            self._turned,
            self._lacks,
        ):
            if found := look(pattern):
                return found
        return f"`{one_line(pattern)}` matches nothing", ()

    def nodes(self, written: str) -> tuple[Suggestion, ...]:
        """Things whose name is near to an IRI that is not in the graph, as the query writes it."""
        iri = self._query.iri(written) or ""
        with Search(self._store.snapshot.search_index) as search:
            slugs = search.near(re.split("[/#]", iri)[-1], MOST)
        local = _local(iri)
        alike = [slug for slug in slugs if OSA.normalized_similarity(local, slug) >= ALIKE]
        found = [PREFIXES["id"] + slug for slug in alike or slugs[:1]]
        # concepts have no slug: those of the vocabulary by their own names
        if iri.startswith(PREFIXES["voc"]):
            rows = self._values(f"SELECT DISTINCT ?x {{ ?x ?p ?o FILTER(STRSTARTS(STR(?x), '{PREFIXES['voc']}')) }}")
            found = _alike(iri, {row.value: 1 for row in rows if isinstance(row, ox.NamedNode)}) + found
        return tuple(
            Suggestion(written, self._short(one), None, f"`{self._short(one)}` is")
            for one in found[:MOST]
            if one != iri
        )

    def compared(self, text: str, name: str, parts: str) -> tuple[Suggestion, ...]:
        """For texts in a FILTER on a variable: values that read the same, of another type, language or case."""
        found: dict[str, Suggestion] = {}
        for written in literals(text):
            given = _literal(written)
            if given is None or not given:
                continue
            quoted = str(ox.Literal(given))
            same = f"ISLITERAL({name}) && LCASE(STR({name})) = LCASE({quoted})"
            rows = self._values(f"SELECT DISTINCT {name} {{ {parts} FILTER({same}) }} LIMIT {MOST}")
            for value in rows:
                meant = shown(value, self._query)
                if meant != written:
                    found[meant] = Suggestion(written, meant, None, f"{name} is {meant}, which is not {written}")
        return tuple(found.values())

    def typed(self, patterns: Sequence[Pattern]) -> tuple[Suggestion, ...]:
        """For a class and a property that never meet: which classes have the property."""
        classes = [one for one in patterns if one.predicate in _TYPES and one.object[0] not in "?$"]
        others = [one for one in patterns if one.predicate not in _TYPES]
        if len(classes) != 1 or len(others) != 1 or others[0].subject != classes[0].subject:
            return ()
        has = others[0].predicate
        some = f"{{ SELECT ?_x {{ ?_x {has} ?_o }} LIMIT {READ} }} ?_x a ?c"
        head = f"SELECT ?c (COUNT(DISTINCT ?_x) AS ?n) {self._query.dataset}"
        rows = self._rows(f"{head} {{ {some} }} GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT {MOST}")
        found = [(self._short(text_of(row["c"])), int(text_of(row["n"]))) for row in rows if row["c"]]
        return tuple(
            Suggestion(classes[0].object, kind, count, f"{count:,} {kind} {'has' if count == 1 else 'have'} {has}")
            for kind, count in found
        )

    def _unknown_property(self, pattern: Pattern) -> tuple[str, tuple[Suggestion, ...]] | None:
        if pattern.predicate[0] in "?$":
            return None
        for name in iris(pattern.predicate):
            iri = self._query.iri(name)
            if iri and iri not in self._properties and not self._uses(iri):
                near = tuple(
                    Suggestion(
                        name,
                        self._short(one),
                        self._properties[one],
                        f"{self._short(one)} has {self._properties[one]:,}",
                    )
                    for one in _near_properties(iri, self._properties)
                )
                return self._told(f"{name} has no triples", near), near
        return None

    def _uses(self, iri: str) -> bool:
        """Whether a property is used in the graphs that the query asks, which the statistics need not know."""
        either = f"{{ {{ ?s <{iri}> ?o }} UNION {{ GRAPH ?g {{ ?s <{iri}> ?o }} }} }}"
        return self._store.holds(f"{self._query.prologue}ASK {self._query.dataset} {either}", self._dataset)

    def _unknown_class(self, pattern: Pattern) -> tuple[str, tuple[Suggestion, ...]] | None:
        iri = self._query.iri(pattern.object)
        if iri is None or self._query.iri(pattern.predicate) != expand("rdf:type") or iri in self._classes:
            return None
        near = tuple(
            Suggestion(
                pattern.object, self._short(one), self._classes[one], f"{self._short(one)} has {self._classes[one]:,}"
            )
            for one in _alike(iri, self._classes)
        )
        return self._told(f"nothing is a {pattern.object}", near), near

    def _unknown_end(self, pattern: Pattern) -> tuple[str, tuple[Suggestion, ...]] | None:
        for name in (pattern.subject, pattern.object):
            iri = self._query.iri(name) if name[0] not in "?$\"'" else None
            if iri and not self._store.knows(iri):
                near = self.nodes(name)
                return self._told(f"`{name}` is not in the graph", near), near
        return None

    def _text(self, pattern: Pattern) -> tuple[str, tuple[Suggestion, ...]] | None:
        """A text or number that no triple of the property has: in another language, of another type, or spelt so."""
        given = _literal(pattern.object)
        if given is None or pattern.predicate[0] in "?$":
            return None
        subject = pattern.subject if pattern.subject[0] not in "?$" else "?_s"
        rows = self._values(
            f"SELECT DISTINCT ?o {{ {subject} {pattern.predicate} ?o FILTER(ISLITERAL(?o)) }} LIMIT {READ}"
        )
        values = [row for row in rows if isinstance(row, ox.Literal)]
        if not values:
            return f"the values of {pattern.predicate} here are no texts or numbers but things", ()
        same = [value for value in values if value.value == given]
        if not same:
            same = [value for value in values if value.value.casefold() == given.casefold()]
        if not same and (number := _number(given)) is not None:
            numbers = [
                (abs(other - number), n)
                for n, value in enumerate(values)
                if (other := _number(value.value)) is not None
            ]
            same = [values[n] for _, n in sorted(numbers)[:MOST]]
        if not same:
            texts = {n: value.value for n, value in enumerate(values)}
            best = process.extract(
                given, texts, scorer=fuzz.WRatio, processor=str.casefold, score_cutoff=80, limit=MOST
            )
            same = [values[n] for _, _, n in best]
        near = tuple(
            Suggestion(pattern.object, text, None, f"{text} does")
            for text in dict.fromkeys(shown(value, self._query) for value in same[:MOST])
        )
        message = f"{pattern.object} matches nothing as {pattern.predicate}"
        if not near:
            examples = " or ".join(shown(value, self._query) for value in values[:MOST])
            return f"{message}; its values are, for example, {examples}", ()
        return self._told(message, near), near

    def _turned(self, pattern: Pattern) -> tuple[str, tuple[Suggestion, ...]] | None:
        """Whether the pattern matches the other way round."""
        if _literal(pattern.object) is not None or pattern.predicate[0] in "?$" or pattern.subject[0] in "\"'":
            return None
        turned = Pattern(pattern.object, pattern.predicate, pattern.subject, pattern.line)
        if not self._store.holds(self._query.asks([turned]), self._dataset):
            return None
        message = f"`{one_line(pattern)}` matches nothing; the other way round, `{one_line(turned)}` does"
        return message, (Suggestion(one_line(pattern), one_line(turned), None, f"`{one_line(turned)}` does"),)

    def _lacks(self, pattern: Pattern) -> tuple[str, tuple[Suggestion, ...]] | None:
        """What a thing has in place of a property that it lacks, or what a property leads to in place of an end."""
        subject, given = pattern.subject, pattern.object
        if self._query.iri(subject) and subject[0] not in "?$":
            rows = self._values(f"SELECT DISTINCT ?p {{ {subject} ?p ?o }} ORDER BY ?p LIMIT 100")
            has = [self._short(row.value) for row in rows if isinstance(row, ox.NamedNode)]
            if given[0] in "?$" and has:
                return f"{subject} has no {pattern.predicate}; it has {', '.join(has[:12])}", ()
        if pattern.predicate[0] in "?$":
            return None
        name = subject if subject[0] not in "?$" else "?_s"
        rows = (
            self._values(f"SELECT DISTINCT ?o {{ {name} {pattern.predicate} ?o }} LIMIT {MOST}")
            if given[0] not in "?$"
            else []
        )
        if rows:
            examples = " or ".join(shown(row, self._query) for row in rows)
            return f"`{one_line(pattern)}` matches nothing; {pattern.predicate} leads to {examples}, for example", ()
        return None

    def _values(self, query: str) -> list[Term]:
        """The values of the one variable of a SELECT, in the graphs that the query asks."""
        head, brace, rest = query.partition("{")
        rows = self._rows(f"{head} {self._query.dataset} {brace}{rest}")
        return [value for row in rows for value in row.values() if value is not None]

    def _rows(self, query: str) -> list[Row]:
        return self._store.select(self._query.prologue + query, self._dataset)

    def _told(self, message: str, near: Sequence[Suggestion]) -> str:
        return message + ("; " + "; ".join(one.message for one in near) if near else "")

    def _short(self, iri: str) -> str:
        return _named(iri, self._query.prefixes)


def shown(term: Term, query: Query) -> str:
    """A term as it could stand in the query, cut where it is long."""
    if isinstance(term, ox.NamedNode):
        return _named(term.value, query.prefixes)
    if isinstance(term, ox.Literal):
        text = term.value if len(term.value) <= 80 else term.value[:79] + "…"
        written = str(ox.Literal(text))
        if term.language:
            return f"{written}@{term.language}"
        if term.datatype.value == PREFIXES["xsd"] + "string":
            return written
        if term.datatype.value in (
            PREFIXES["xsd"] + "integer",
            PREFIXES["xsd"] + "decimal",
            PREFIXES["xsd"] + "boolean",
        ):
            return text
        return f"{written}^^{_named(term.datatype.value, query.prefixes)}"
    return str(term)


def _named(iri: str, prefixes: Mapping[str, str]) -> str:
    for prefix, space in prefixes.items():
        if iri.startswith(space) and re.fullmatch(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", iri[len(space) :]):
            return f"{prefix}:{iri[len(space) :]}"
    return compact(iri)


def _literal(text: str) -> str | None:
    """The text of a literal as written in a query; None for what is none."""
    if found := _TERM.match(text):
        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), found[1])
    return text if re.fullmatch(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?|true|false", text) else None


def _alike(iri: str, counts: Mapping[str, int]) -> list[str]:
    """The IRIs that are near: of the same local name first, then by likeness, the more used first."""
    local = _local(iri)
    names: dict[str, list[str]] = {}
    for other in counts:
        names.setdefault(_local(other), []).append(other)
    likeness = process.extract(
        local, list(names), scorer=OSA.normalized_similarity, processor=str.casefold, score_cutoff=ALIKE, limit=10
    )
    found: Iterable[tuple[float, bool, int, str]] = (
        (-alike, _space(other) != _space(iri), -counts[other], other)
        for name, alike, _ in likeness
        for other in names[name]
    )
    return [other for *_, other in sorted(found) if other != iri][:MOST]


def _near_properties(iri: str, counts: Mapping[str, int]) -> list[str]:
    """Properties of a like name, else with the word in theirs; first, for what is called a name, what names things."""
    word = _local(iri).casefold()
    named = [expand(name) for name in ("rdfs:label", "skos:prefLabel")] if word in _NAMES else []
    alike = _alike(iri, counts) or [one for one in counts if len(word) > 2 and word in _local(one).casefold()]
    return list(dict.fromkeys([one for one in named if one in counts and one != iri] + alike))[:MOST]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _local(iri: str) -> str:
    return re.split("[/#]", iri)[-1]


def _space(iri: str) -> str:
    return iri[: len(iri) - len(_local(iri))]
