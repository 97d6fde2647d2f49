"""Which representation a request gets: by suffix, by `Accept`, in which language.

RFC 9110, 12.5: the client's preference counts first, then how exactly it names a type, then our own order. A type with
q=0 is never sent; an unknown one is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

JSON = "application/json"
HTML = "text/html"
TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
N_TRIPLES = "application/n-triples"
RDF_XML = "application/rdf+xml"
N3 = "text/n3"
CSV = "text/csv"
CALENDAR = "text/calendar"
BIBTEX = "application/x-bibtex"
CSL_JSON = "application/vnd.citationstyles.csl+json"
MARKDOWN = "text/markdown"

SUFFIXES = {
    ".ttl": TURTLE,
    ".nt": N_TRIPLES,
    ".jsonld": JSON_LD,
    ".rdf": RDF_XML,
    ".json": JSON,
    ".csv": CSV,
    ".html": HTML,
}
# The sources of what is shown; `.csl.json` is read before `.json`.
CITATIONS = {".bib": BIBTEX, ".csl.json": CSL_JSON, ".md": MARKDOWN}
EVERY_SUFFIX = {**CITATIONS, **SUFFIXES, ".ics": CALENDAR}
RDF = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, N3)
# What clients call them, too.
ALIASES = {
    "application/turtle": TURTLE,
    "application/x-turtle": TURTLE,
    "text/plain": N_TRIPLES,
    "application/xhtml+xml": HTML,
    "text/rdf+n3": N3,
    "text/x-bibtex": BIBTEX,
    "application/citeproc+json": CSL_JSON,
    "text/x-markdown": MARKDOWN,
}
# The same where only RDF is offered.
AS_RDF = {JSON: JSON_LD, "application/xml": RDF_XML, "text/xml": RDF_XML, HTML: TURTLE}
# The exact value that is sent: Comunica finds its parser by exact type.
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8; header=present",
    "text/tab-separated-values": "text/tab-separated-values; charset=utf-8; header=present",
    TURTLE: "text/turtle; charset=utf-8",
    HTML: "text/html; charset=utf-8",
    N3: "text/n3; charset=utf-8",
    CALENDAR: "text/calendar; charset=utf-8",
    BIBTEX: "application/x-bibtex; charset=utf-8",
    MARKDOWN: "text/markdown; charset=utf-8; variant=GFM",  # RFC 7764: the tables and footnotes are GitHub's
}


class NotAcceptable(Exception):
    """Nothing that the request accepts can be sent; the offers say what can."""

    def __init__(self, offers: Sequence[str]) -> None:
        self.offers = tuple(offers)
        super().__init__(f"nothing acceptable; this is offered: {', '.join(offers)}")


def documented(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """What a route's 200 may come as, as OpenAPI tells it."""
    return {200: {"content": {media_type: {} for media_type in media_types}, "description": "The answer"}}


def content_type(media_type: str) -> str:
    """The value of the Content-Type header for a media type."""
    return CONTENT_TYPES.get(media_type, media_type)


def ranked(accept: str | None, offers: Sequence[str], aliases: dict[str, str] = ALIASES) -> list[str]:
    """The offers that a request accepts, the best first; without an Accept header all, in our order."""
    if not accept or not accept.strip():
        return list(offers)
    wanted = [parsed for part in accept.split(",") if (parsed := _parsed(part, aliases))]
    if not wanted:
        return list(offers)
    scored = []
    for place, offer in enumerate(offers):
        # the most exact range that fits decides (RFC 9110, 12.5.1)
        fitting = [(exactness, quality) for name, quality in wanted if (exactness := _fits(name, offer)) > 0]
        if fitting and (best := max(fitting))[1] > 0:
            scored.append((-best[1], -best[0], place, offer))
    return [offer for *_, offer in sorted(scored)]


def chosen(accept: str | None, offers: Sequence[str], aliases: dict[str, str] = ALIASES) -> str:
    """The best offer.

    Raises:
        NotAcceptable: there is none.
    """
    fitting = ranked(accept, offers, aliases)
    if not fitting:
        raise NotAcceptable(offers)
    return fitting[0]


def split_suffix(path: str) -> tuple[str, str | None]:
    """A path without its suffix, and the media type that the suffix asks for; None without one."""
    for suffix, media_type in EVERY_SUFFIX.items():
        if path.endswith(suffix) and len(path) > len(suffix):
            return path.removesuffix(suffix), media_type
    return path, None


def language(accept_language: str | None) -> str:
    """The language of names: Ukrainian where it is preferred to English, else English (RFC 9110, 12.5.4)."""
    if not accept_language:
        return "en"
    quality = {"en": 0.0, "uk": 0.0}
    for part in accept_language.split(","):
        parsed = _parsed(part, {})
        if parsed and (tag := parsed[0].split("-")[0]) in quality:
            quality[tag] = max(quality[tag], parsed[1])
    return "uk" if quality["uk"] > quality["en"] else "en"


def _parsed(part: str, aliases: dict[str, str]) -> tuple[str, float] | None:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                return None
    return (aliases.get(name, name), quality) if name else None


def _fits(wanted: str, offer: str) -> int:
    """How exactly a range names an offer: 3 the type, 2 its family, 1 anything, 0 not at all."""
    if wanted == offer:
        return 3
    family, _, kind = wanted.partition("/")
    if kind == "*" and family == offer.partition("/")[0]:
        return 2
    return 1 if wanted in ("*/*", "*") else 0
