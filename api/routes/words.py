"""Words that a request may use for things, properties, classes, concepts and days, with a suggestion for a slip."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated

from fastapi import Query
from pyoxigraph import NamedNode

from api.dependencies import Asked
from api.problems import Problem, taken
from graph import entities, members, times
from graph.curation.vocabulary import SCHEMES, VOC, suggestions, vocabulary
from graph.identity import local_name
from graph.naming import RDF_TYPE
from graph.store import Store, is_iri
from ontology.terms import PREFIXES, compact, expand

_INVERSE, _LABEL = expand("sit:inverseLabel"), expand("rdfs:label")
_SUBCLASS = expand("rdfs:subClassOf")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
# What the build itself gives to things, beside the classes that the ontology describes.
_COMMON = frozenset(map(expand, ("org:FormalOrganization", "schema:Country", "geo:Feature")))

_NEAR, _LARGEST = 3, 8  # so many types are proposed in place of one that is not there

# What a parameter that names something is to its reader; the functions below say what it names.
ThingName = Annotated[
    str | None,
    Query(description="A thing: slug, prefixed name, IRI, or a name that it alone has.", examples=["syrskyi"]),
]
MeasureName = Annotated[
    str | None, Query(description="A measure: its word, a prefixed name or an IRI.", examples=["voc:m-losses"])
]
DAY = "2025, 2025-01 or 2025-01-20."
DayText = Annotated[str | None, Query(description=DAY, examples=["2025-01-20"])]


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included; None where it is open."""

    start: date | None
    end: date | None


def thing(asked: Asked, parameter: str, word: str | None) -> str | None:
    """The IRI of the thing that a parameter names by its slug, a prefixed name or an IRI; its successor's if merged.

    A name in any of its languages stands for a thing, too, where no other is called so.

    Raises:
        Problem: the graph holds nothing by this name, or several things.
    """
    if not word:
        return None
    store = asked.served.store
    iri = entities.found(store, word)
    if not store.knows(iri):
        iri = _called(asked, parameter, word) or iri
    if not store.knows(iri):
        near = asked.served.search.near(iri.rsplit("/", 1)[-1])
        hint = f"did you mean {' or '.join(near)}?" if near else "give a slug, a prefixed name or an IRI"
        raise wrong(parameter, f"unknown thing {word!r}; {hint}")
    return entities.merged_into(store, iri) or iri


def _called(asked: Asked, parameter: str, name: str) -> str | None:
    """The IRI of the one thing that is called so; None where there is none.

    Raises:
        Problem: several are.
    """
    same = [hit.iri for hit in asked.served.search.find(name, limit=10).hits if hit.matched.how == "exact"]
    if len(same) > 1:
        names = ", ".join(iri.removeprefix(PREFIXES["id"]) for iri in same)
        raise wrong(parameter, f"{name!r} is what several things are called; give one of {names}")
    return same[0] if same else None


def period(since: str | None, until: str | None, names: tuple[str, str] = ("since", "until")) -> Period:
    """The days that two parameters span; a month or a year stands for all its days.

    Raises:
        Problem: one is no day, month or year that exists, or the second ends before the first begins.
    """
    found = Period(_span(names[0], since).start, _span(names[1], until).end)
    if found.start and found.end and found.end < found.start:
        raise wrong(names[1], f"{until} lies before {names[0]} ({since}); turn the two round")
    return found


def _span(parameter: str, text: str | None) -> times.Time:
    if not text:
        return times.Time("", None, None)
    if _DAY.fullmatch(text):
        try:
            return times.parse(text)
        except ValueError:
            pass
    raise wrong(parameter, f"{text!r} is no day, month or year that exists; write 2025-01-20, 2025-01 or 2025")


def predicate(store: Store, word: str | None) -> str | None:
    """The property of direct edges that a parameter names.

    Raises:
        Problem: there is none.
    """
    if not word:
        return None
    found = _edge(store, word)
    if found:
        return found
    raise wrong("predicate", _unknown("property", word, _iri(word, edges()), edges()))


def of(parameter: str, word: str, known: Collection[str]) -> str:
    """The one of some IRIs that a parameter names by its local name, a prefixed name or an IRI.

    Raises:
        Problem: it is none of them.
    """
    iri = _iri(word, known)
    if iri is None or iri not in known:
        raise wrong(parameter, _unknown(parameter, word, iri, known))
    return iri


def type(store: Store, word: str | None) -> str | None:
    """The class that a parameter names: one of the ontology, or of anything in the graph.

    Raises:
        Problem: there is none.
    """
    if not word:
        return None
    found = _class(store, word)
    if found:
        return found
    raise wrong("type", _unknown("class", word, _iri(word, classes()), classes()))


def kind(asked: Asked, word: str) -> tuple[str, bool]:
    """The class or the property that an address names, as an IRI, and whether it is the property of relations.

    Raises:
        Problem: there is none; with what may be meant, or else with the largest classes.
    """
    store = asked.served.store
    found = _class(store, word), _edge(store, word)
    iri = found[0] or found[1]
    if iri:
        return iri, not found[0]
    kinds = [*members.classes(store, asked.naming), *members.edges(store, asked.naming)]
    names: dict[str, list[str]] = {}
    for one in kinds:
        for name in (compact(one.thing.iri), local_name(one.thing.iri), one.thing.label, *one.thing.label.split()):
            names.setdefault(name.casefold(), []).append(compact(one.thing.iri))
    asked_for, told = word.casefold(), f"unknown type {word[:200]!r}"
    alike = suggestions(asked_for, names) or [name for name in names if len(asked_for) > 3 and asked_for in name]
    near = tuple(dict.fromkeys(one for name in alike for one in names[name]))[:_NEAR]
    if near:
        more, hint = {"near": near}, f"did you mean {' or '.join(near)}?"
    else:
        more = {"largest": tuple(compact(one.thing.iri) for one in kinds[:_LARGEST])}
        hint = "/types lists all that there are"
    raise Problem(404, "unknown-type", "There is no such type", f"{told}; {hint}", **more)


def _edge(store: Store, word: str) -> str | None:
    iri = _iri(word, edges())
    known = iri in edges() or (iri and (store.objects(iri, _INVERSE) or store.leads_to(expand("sit:edge"), iri)))
    return iri if known else None


def _class(store: Store, word: str) -> str | None:
    iri = _iri(word, classes())
    return iri if iri in classes() or (iri and store.knows(iri) and store.leads_to(RDF_TYPE, iri)) else None


def concept(store: Store, parameter: str, word: str | None) -> str | None:
    """The measure, kind or outcome that a parameter names (`losses`, `m-losses`, `voc:m-losses`, an IRI).

    Raises:
        Problem: there is none.
    """
    if not word:
        return None
    scheme = f"{parameter}s"
    bare = word.removeprefix("<").removesuffix(">")
    try:
        return vocabulary().concept(scheme, bare).value
    except ValueError as error:
        iri = _iri(word, frozenset())
        if iri and store.knows(iri) and store.leads_to(expand(f"sit:{parameter}"), iri):
            return iri  # of a user's own RDF
        short = bare.removeprefix("voc:").removeprefix(VOC).removeprefix(SCHEMES[scheme])
        near = suggestions(short, vocabulary().words(scheme))
        detail = f"unknown {parameter} {word!r}; did you mean {' or '.join(near)}?" if near else str(error)
        raise wrong(parameter, detail) from None


def only_known(asked: Asked, *more: str) -> None:
    """Refuse a parameter that the route has no use for: a filter that is passed over would answer another question.

    Args:
        asked: a request for data. A page shows in its form by what it is filtered, and may be reached by a link that
            others have lengthened (`utm_source=`), so pages pass over what they do not know.
        more: names that the route reads without declaring them.

    Raises:
        Problem: the address has such a parameter.
    """
    known = {name for name, _ in taken(asked.request.scope["route"].dependant)}.union(more)
    for name in asked.request.query_params:
        if name not in known:
            near = suggestions(name, known)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(sorted(known))}"
            raise wrong(name, f"there is no such parameter here; {hint}")


def one_of(parameter: str, word: str | None, known: Collection[str]) -> str | None:
    """A word out of a list; a concept's may have its prefix or be its IRI.

    Raises:
        Problem: it is not in the list.
    """
    if not word:
        return None
    short = word.removeprefix("<").removesuffix(">").removeprefix("voc:").removeprefix(VOC)
    if short in known:
        return short
    near = suggestions(short, known)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(known)}"
    raise wrong(parameter, f"unknown {parameter} {word!r}; {hint}")


@cache
def edges() -> frozenset[str]:
    """The ontology's properties that link two things, as IRIs."""
    return frozenset(_subjects(_INVERSE))


@cache
def classes() -> frozenset[str]:
    """The ontology's classes, as IRIs."""
    # a class has a name that begins with a capital letter, a property has not
    labelled = (
        iri for iri in _subjects(_LABEL) if local_name(iri)[:1].isupper() and not compact(iri).startswith("unit:")
    )
    return frozenset(labelled) | frozenset(_subjects(_SUBCLASS)) | _COMMON


def _subjects(wanted: str) -> list[str]:
    every = vocabulary().quads()
    return [s.value for s, p, *_ in every if isinstance(s, NamedNode) and getattr(p, "value", None) == wanted]


def _iri(word: str, known: Collection[str]) -> str | None:
    """The IRI that a word stands for: an IRI, a prefixed name, or the local name of a known one."""
    if "://" in word and not word.startswith("<"):
        return word if is_iri(word) else None
    if ":" not in word:
        return next((iri for iri in sorted(known) if local_name(iri) == word), None)
    try:
        return expand(word)
    except ValueError:
        return None


def _unknown(what: str, word: str, iri: str | None, known: Collection[str]) -> str:
    if ":" not in word:
        near = suggestions(word, map(local_name, known))
    else:
        near = suggestions(compact(iri) if iri else word, map(compact, known))
    if near:
        return f"unknown {what} {word!r}; did you mean {' or '.join(near)}?"
    return f"unknown {what} {word!r}; known are {', '.join(sorted(map(compact, known)))}"


def wrong(parameter: str, detail: str) -> Problem:
    """The answer to a parameter that cannot be what it is."""
    return Problem(400, "invalid-parameter", "A parameter is wrong", f"{parameter}: {detail}", parameter=parameter)
