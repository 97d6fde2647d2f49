"""Finding things by name: one index file per snapshot, written by the build and read by everything else.

One query string finds a thing by any of its labels, in any case, order of words, alphabet or romanization, by a
beginning and in spite of a slip of the finger. How:

* `folding` reduces a text to a key that all its spellings share: "Сырский", "sirskiy" and "Syrskyi" are one.
* `misspelling` makes a table of shortened words in which a mistyped word and the right one meet.
* `index` writes labels, words and that table to an SQLite file with full-text search (FTS5) over the keys.
* `reader` gets a few hundred candidates by these, best known first, and scores them exactly.

Why so: measured on a million labels of half a million things with 1.2 million distinct words (SQLite 3.40, one core,
file in memory). FTS5's trigram tokenizer over the folded keys, asked for any trigram of a misspelled word and ranked by
bm25, takes 30 to 290 ms where the trigrams are common, and finds nothing for "Trmp": a misspelled short word may share
no trigram with the right one. Here a name, a beginning or words in any order take 0.1 to 11 ms, a misspelling 0.1 to
10 ms, because labels are numbered by the weight of what they name, so that full-text search walks its lists in that
order and stops at the limit, and because a misspelling is compared with words that are near, never with labels. Three
common words that no label has together take 42 ms, ten long unknown words 54 ms: the worst that was found. The price is
the file: about 460 bytes a label, and 0.1 ms to write one.
"""

from graph.search.index import write_index
from graph.search.reader import MAX_QUERY, Hit, How, Match, Results, Search

__all__ = ["MAX_QUERY", "Hit", "How", "Match", "Results", "Search", "write_index"]
