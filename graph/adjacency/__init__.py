"""Who is joined to whom: the relations of a snapshot once more, laid out so that no degree makes an answer slow.

SPARQL finds a thing's relations quickly, but has to sort all of them to give the first twenty, and to read all to count
them: seconds at a hundred thousand. So the build writes one SQLite file beside the search index, with each end of each
relation in the order of the lists and with its rank in pictures, and with counts per predicate and direction. What a
relation rests on is in it as far as pictures filter by it; its text stays in the store.
"""

from graph.adjacency.index import BOTH, CONNECTORS, IN, OUT, SYMMETRIC, write_adjacency
from graph.adjacency.reader import Adjacency, Claimed, End, Ends, Link, Neighbours, Tally, Vertex

__all__ = [
    "BOTH", "CONNECTORS", "IN", "OUT", "SYMMETRIC",
    "Adjacency", "Claimed", "End", "Ends", "Link", "Neighbours", "Tally", "Vertex", "write_adjacency",
]  # fmt: skip
