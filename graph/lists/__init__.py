"""Lists that a page shows a piece of: claims by and about a thing and of a document, comparisons, members of a class.

* `index` is run by the build. It puts every list into its order and writes that to an SQLite file.
* `reader` answers one page of a list, by IRIs. `graph.claims`, `comparisons`, `checks` and `drift` read what they name.

Why a file: an order is known only when all of a list was read. A public table brings tens of thousands of claims by one
claimant about one thing, and reading them all by SPARQL for a page of fifty takes a second.
"""

from graph.lists.index import (
    ABOUT,
    BY,
    CLAIM,
    CLAIMANT,
    COMPARISON,
    DISPUTE,
    DOCUMENT,
    DRIFT,
    EDGE,
    FINDING,
    MEASURE,
    OUTCOMES,
    SPECIFICATIONS,
    TOPICS,
    TYPE,
    VERDICTS,
    write_index,
)  # fmt: skip
from graph.lists.reader import Lists, Places

__all__ = [
    "ABOUT", "BY", "CLAIM", "CLAIMANT", "COMPARISON", "DISPUTE", "DOCUMENT", "DRIFT", "EDGE", "FINDING", "MEASURE",
    "OUTCOMES", "SPECIFICATIONS", "TOPICS", "TYPE", "VERDICTS", "Lists", "Places", "write_index",
]  # fmt: skip
