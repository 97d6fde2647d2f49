"""Claims, events and terms of office in the order of time: one index file per snapshot.

* `index` is run by the build. It reads when each entry took place or was said, and whose timeline it belongs to, and
  writes both to an SQLite file in which the entries stand in their order.
* `reader` answers one page of it, with what each entry rests on from the store.

Why a file: on 30,000 synthetic claims (a busy machine, two cores) a page of the whole graph's timeline took 1.2 s by
SPARQL and a sort, of which nothing can be kept. From the file it takes 1 ms, with filters up to 25 ms, and 70 to 85 ms
with all that 50 entries rest on. The price is a file of 320 bytes an entry, and 0.2 ms of the build for one.
"""

from graph.timeline.index import CLAIM, EVENT, KINDS, TERM, write_index
from graph.timeline.reader import Count, Entry, Filter, Timeline, of

__all__ = ["CLAIM", "EVENT", "KINDS", "TERM", "Count", "Entry", "Filter", "Timeline", "of", "write_index"]
