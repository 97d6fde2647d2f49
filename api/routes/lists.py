"""A list over the whole graph in the media type that was asked for: JSON, a page, CSV, Turtle or JSON-LD."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Self, TypeVar

from fastapi import HTTPException, Query
from pyoxigraph import Triple
from starlette.responses import Response

from api import citing, models
from api.dependencies import Asked, quoted
from api.negotiation import CITATIONS, CSV, EVERY_SUFFIX, HTML, JSON, JSON_LD, TURTLE, chosen, split_suffix
from api.pages import Context
from api.routes import words
from graph.citations import Citations
from graph.naming import Naming
from graph.paging import Page, WrongCursor
from graph.store import Store, serialized

Item = TypeVar("Item")
FORMS = (JSON, HTML, CSV, TURTLE, JSON_LD)
CITED = (*FORMS, *CITATIONS.values())  # of a list whose items rest on documents
MOST = 1000  # items of a list
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(description="From `next` of the page before.")]


@dataclass(frozen=True)
class Listed:
    """A list that is asked for, in a media type that was agreed on."""

    asked: Asked
    naming: Naming
    media_type: str
    etag: str
    forms: Sequence[str]

    @classmethod
    def at(cls, asked: Asked, *paths: str, forms: Sequence[str] = FORMS, more: Sequence[str] = ()) -> Self:
        """Read the address, which is one of the paths with or without a suffix.

        Args:
            asked: the request.
            paths: where the list is.
            forms: the media types that it has.
            more: parameters that the route reads without declaring them.

        Raises:
            HTTPException: it is none of them, or the list has no such form.
            Problem: data are asked for with a parameter that is not known.
            NotAcceptable, NotModified: before anything is asked of the graph.
        """
        path, wanted = split_suffix(asked.request.url.path)
        if path not in paths or (wanted and wanted not in forms):
            raise HTTPException(404)
        media_type = wanted or chosen(asked.request.headers.get("accept"), forms)
        if media_type != HTML:
            words.only_known(asked, *more)
        return cls(asked, asked.naming, media_type, asked.check_fresh(media_type), forms)

    @property
    def store(self) -> Store:
        """The snapshot that answers."""
        return self.asked.served.store

    @property
    def address(self) -> str:
        """The public address of what is listed, without the suffix."""
        path, _ = split_suffix(self.asked.request.url.path)
        return self.asked.url(path, **dict(self.asked.request.query_params))

    def most(self, limit: int) -> int:
        """How many items: a table or a graph is taken away as a whole, unless the address says how many."""
        whole = self.media_type not in (JSON, HTML) and "limit" not in self.asked.request.query_params
        return MOST if whole else limit

    def answer(
        self,
        cursor: str | None,
        *,
        html: Callable[[Context, dict[str, str]], str],
        csv: Callable[[], str],
        rdf: Callable[[], list[Triple]],
        json: Callable[[str | None], models.Listed],
        cited: Callable[[], Citations] | None = None,
        others: Mapping[str, Callable[[], str]] | None = None,
        policy: str | None = None,
    ) -> Response:
        """The page of the list, in the media type that was agreed on.

        Args:
            cursor: of the page that follows; None on the last.
            html: the page.
            csv: the table.
            rdf: the items as triples.
            json: the body, given the address of the page that follows.
            cited: the sources, where `CITED` was offered.
            others: by media type, what else was offered.
            policy: the page's Content-Security-Policy, where it is not the usual.
        """
        asked, body = self.asked, b""
        if self.media_type == HTML:
            body = html(asked.context(alternates(asked, self.forms)), dict(asked.request.query_params)).encode()
        elif self.media_type == CSV:
            body = csv().encode()
        elif self.media_type == JSON:
            body = json(asked.following(cursor)).model_dump_json().encode()
        elif cited and self.media_type in CITATIONS.values():
            body = citing.written(cited(), self.media_type).encode()
        elif others and self.media_type in others:
            body = others[self.media_type]().encode()
        else:
            body = serialized(rdf(), self.media_type)
        return asked.respond(
            body, self.media_type, self.etag, link=link_next(asked, cursor),
            content_security_policy=policy if self.media_type == HTML else None,
        )  # fmt: skip


def paged(read: Callable[[], Page[Item]]) -> Page[Item]:
    """A page of a list.

    Raises:
        Problem: the cursor is not one of ours.
    """
    try:
        return read()
    except WrongCursor as error:
        raise words.wrong("cursor", str(error)) from None


def link_next(asked: Asked, cursor: str | None) -> str | None:
    """The Link header of a list that goes on (RFC 8288)."""
    return f'<{asked.following(cursor)}>; rel="next"' if cursor else None


def alternates(asked: Asked, forms: Sequence[str]) -> list[tuple[str, str]]:
    """The same in other media types, by suffix."""
    path, _ = split_suffix(asked.request.url.path)
    query = f"?{asked.request.url.query}" if asked.request.url.query else ""
    return [
        (media_type, f"{quoted(path)}{suffix}{query}")
        for suffix, media_type in EVERY_SUFFIX.items()
        if media_type in forms
    ]
