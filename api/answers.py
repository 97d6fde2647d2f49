"""Answers that were given already, kept in memory for who asks the same of the same snapshot."""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import NamedTuple, overload

from graph.store import Answer, Dataset

OVERHEAD = 1000  # bytes that an answer takes beside the texts in it and in what was asked
LARGEST = 2  # an answer takes at most one part in so many


class Words(NamedTuple):
    """All of a request that its reply depends on, as it came: nothing of it is read to find it again."""

    snapshot: str
    scheme: str
    path: str
    query: bytes
    headers: tuple[bytes | None, ...]


class Reply(NamedTuple):
    """A whole reply, as it goes out."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class Question(NamedTuple):
    """All that an answer depends on."""

    snapshot: str
    query: str
    formats: tuple[str, ...]
    dataset: Dataset
    base: str


class Answers:
    """The answers asked for last, bounded in bytes: by what was asked, and whole replies by how it was asked."""

    def __init__(self, size: int) -> None:
        self._size, self._taken = size, 0
        self._kept: OrderedDict[Question | Words, Answer | Reply] = OrderedDict()

    @overload
    def get(self, asked: Question) -> Answer | None: ...
    @overload
    def get(self, asked: Words) -> Reply | None: ...
    def get(self, asked: Question | Words) -> Answer | Reply | None:
        """What is kept; None where there is nothing."""
        found = self._kept.get(asked)
        if found is not None:
            self._kept.move_to_end(asked)
        return found

    @overload
    def keep(self, asked: Question, given: Answer) -> None: ...
    @overload
    def keep(self, asked: Words, given: Reply) -> None: ...
    def keep(self, asked: Question | Words, given: Answer | Reply) -> None:
        """Keep it in the place of those that nobody asked for lately; not what would fill the memory alone."""
        if not self._size:
            return
        size = _size(asked, given)
        if asked in self._kept or size > self._size // LARGEST:
            return
        self._kept[asked] = given
        self._taken += size
        while self._taken > self._size:
            self._taken -= _size(*self._kept.popitem(last=False))


def _size(asked: Question | Words, given: Answer | Reply) -> int:
    return OVERHEAD + _held(asked) + _held(given)


def _held(value: object) -> int:
    """Bytes of all texts in a value: each of them may come from a stranger, and be as long as a request."""
    match value:
        case str() | bytes():
            return sys.getsizeof(value)
        case tuple() | list():
            return sum(map(_held, value))
        case Answer(form, media_type, body):
            return _held((form, media_type, body))
        case Dataset(default, named):
            return _held((default, named))
    return 0
