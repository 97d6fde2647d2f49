"""Finding the words that differ from a given one by a slip or two, without comparing it with all of them.

Symmetric deletion: if a slip turned one word into another, the two meet when a letter is left out of each. So the
index holds every word with one letter left out, and a query looks its own shortened forms up. Two slips in a long word
leave at least one of its halves with one slip or none, so of long words the shortened beginning and end are held.
A word then costs about ten rows at most, however long; the classic table for two slips would take thirty and more.

Slips are letters left out, put in, replaced, or two neighbours swapped. Short words and those with a digit allow none:
MGM-140 and MGM-141 are two things.
"""

from collections.abc import Iterator

from rapidfuzz.distance import OSA

SHORTEST = 4
"""A word asked for with fewer letters (of its folded key) is taken as it stands."""
LONG = 8
"""From so many letters on, `MOST` slips are forgiven; below, one."""
MOST = 2


def slips(asked: str, word: str) -> int | None:
    """How many slips make the one of the other; None if more than are forgiven.

    >>> slips("zelnski", "zelenski"), slips("atakms", "ataksm"), slips("trump", "turk")
    (1, 1, None)
    """
    allowed = MOST if min(len(asked), len(word)) >= LONG else 1
    distance = OSA.distance(asked, word, score_cutoff=allowed)
    return distance if distance <= allowed else None


def entries(word: str) -> Iterator[str]:
    """The keys under which a word stands in the table; none for words that must be spelled right."""
    if not _may_slip(word, SHORTEST - 1):
        return
    if len(word) < LONG:
        yield from (f"={form}" for form in _shortened(word))
        return
    half = _half(len(word))
    yield from (f"<{half}{form}" for form in _shortened(word[:half]))
    yield from (f">{half}{form}" for form in _shortened(word[-half:]))


def lookups(asked: str) -> Iterator[str]:
    """The keys at least one of which every forgiven word has; none where slips are not forgiven."""
    if not _may_slip(asked, SHORTEST):
        return
    length = len(asked)
    if length <= LONG:
        yield from (f"={form}" for form in _shortened(asked))
    if length >= LONG - 1:
        for half in sorted({_half(max(length + by, LONG)) for by in (-2, -1, 0, 1, 2)}):
            yield from (f"<{half}{form}" for form in _halves(asked, half))
            yield from (f">{half}{form[::-1]}" for form in _halves(asked[::-1], half))


def _may_slip(word: str, shortest: int) -> bool:
    return shortest <= len(word) <= 40 and word.isalpha()


def _half(length: int) -> int:
    return 4 if length < 10 else 5


def _shortened(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _halves(word: str, half: int) -> set[str]:
    """Forms of the beginning of a word, whether a slip made it longer, shorter or neither."""
    return _shortened(word[:half]) | (_shortened(word[: half + 1]) - {word[: half + 1]}) | {word[: half - 1]}
