"""What each side says of one thing: one index file per snapshot.

* `index` is run by the build. It puts claims that speak of the same thing into one row, notes on whose side each
  claimant is, and which origin a claim adds, and writes that to an SQLite file.
* `reader` answers one page of rows, those of which the most sides speak first, with the claims from the store.

Why a file: which rows more than one side speaks of is known only when all claims were read. On 30,000 synthetic
claims that takes seconds by SPARQL, and milliseconds from the file.
"""

from graph.sides.index import EVENT, MEASURAND, OTHERS, RELATION, TOPIC, UNNAMED, write_index
from graph.sides.reader import MOST_CLAIMS, Cell, Filter, Row, found, opened

__all__ = [
    "EVENT", "MEASURAND", "MOST_CLAIMS", "OTHERS", "RELATION", "TOPIC", "UNNAMED", "Cell", "Filter", "Row", "found",
    "opened", "write_index",
]  # fmt: skip
