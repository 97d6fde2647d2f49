"""Names of nodes that are made from what they say, so that building twice changes nothing.

A claim, passage or measurand is named by a readable stem and twelve hex digits of a hash of what makes it what it is
(docs/ontology.md, "IRIs"). Only the parts of the identity may stand in the stem: an IRI must not change when a hedge
is corrected.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence

from pyoxigraph import NamedNode

from ontology.terms import BASE

Part = str | None | Sequence["Part"]


def minted(kind: str, stem: Sequence[str], identity: Sequence[Part]) -> NamedNode:
    """A node's IRI: `<base><kind>/<stem>-<hash>`.

    Args:
        kind: the path under the base, such as `claim`.
        stem: words for the reader; made fit for an IRI and cut to 80 characters.
        identity: everything that tells this node from any other, in a fixed order; None for what is absent.
    """
    text = json.dumps([kind, *identity], ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    words = slug("-".join(stem))[:80].strip("-")
    return NamedNode(f"{BASE}{kind}/{words}-{digest}" if words else f"{BASE}{kind}/{digest}")


def slug(text: str) -> str:
    """Lower case, ASCII letters, digits and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def local_name(iri: str) -> str:
    """What stands behind the last `/` or `#` of an IRI."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]
