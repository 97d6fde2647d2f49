"""Addresses of pages as pictures link to them: our own on the host that serves them, others as they are."""

from __future__ import annotations

import re
from urllib.parse import quote

from api.models import Model
from graph.naming import Thing
from ontology.terms import BASE, PREFIXES


class Link(Model):
    """A name, and where it leads; `href` is empty for what is no web address."""

    id: str
    label: str
    href: str


class Addresses:
    """Where things are described."""

    def __init__(self, base_url: str = "") -> None:
        """Say where sitrep is served, without a slash at the end; empty for the host of the page."""
        self.base_url = base_url.rstrip("/")

    def page(self, iri: str) -> str:
        """Where a thing is described; empty for what is no web address."""
        if iri.startswith(BASE):
            return f"{self.base_url}/{quote(iri.removeprefix(BASE), safe='/#-._~')}"
        return iri if re.match(r"https?://", iri) else ""

    def link(self, thing: Thing) -> Link:
        """A thing's name with its page."""
        return Link(id=thing.iri, label=thing.label, href=self.page(thing.iri))

    def source(self, source: Thing) -> Link:
        """The source of a curated edge: a document of ours, or a page elsewhere, named by its address."""
        if source.iri.startswith(BASE):
            return self.link(source)
        label = re.sub(r"^https?://(www\.)?", "", source.iri)
        return Link(id=source.iri, label=label, href=self.page(source.iri))

    def picture(self, iri: str) -> str:
        """Where its own picture is; empty for what has none."""
        return f"{self.page(iri)}/view" if iri.startswith(PREFIXES["id"]) else ""
