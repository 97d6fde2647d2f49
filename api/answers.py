"""Answers that were given already, kept in memory for who asks the same of the same snapshot."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from graph.store import Answer, Dataset

OVERHEAD = 1000  # bytes that an answer takes beside its body and its query
LARGEST = 8  # an answer takes at most one part in so many


class Question(NamedTuple):
    """All that an answer depends on."""

    snapshot: str
    query: str
    formats: tuple[str, ...]
    dataset: Dataset
    base: str


class Answers:
    """The answers asked for last, bounded in bytes."""

    def __init__(self, size: int) -> None:
        self._size, self._taken = size, 0
        self._kept: OrderedDict[Question, Answer] = OrderedDict()

    def get(self, question: Question) -> Answer | None:
        """An answer that is kept; None where there is none."""
        found = self._kept.get(question)
        if found is not None:
            self._kept.move_to_end(question)
        return found

    def keep(self, question: Question, answer: Answer) -> None:
        """Keep an answer in the place of those that nobody asked for lately; not one that would fill the memory."""
        size = _size(question, answer)
        if question in self._kept or size > self._size // LARGEST:
            return
        self._kept[question] = answer
        self._taken += size
        while self._taken > self._size:
            self._taken -= _size(*self._kept.popitem(last=False))


def _size(question: Question, answer: Answer) -> int:
    return OVERHEAD + len(question.query) + len(answer.body)
