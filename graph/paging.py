"""Lists in pages: a fixed order, an opaque cursor, and a total that is exact."""

from __future__ import annotations

import base64
import binascii
import bisect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Other = TypeVar("Other")
Key = tuple[str, ...]


class WrongCursor(ValueError):
    """A cursor that is not one of ours."""

    def __init__(self, whose: str = "not one of ours") -> None:
        super().__init__(f"the cursor is {whose}; take `next` of the page before as it stands")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items of a list, how many there are in all, and the cursor of the next page (None on the last)."""

    items: tuple[Item, ...]
    total: int
    next: str | None
    total_exact: bool = True

    @property
    def truncated(self) -> bool:
        """Whether items follow that are not here."""
        return self.next is not None

    def map(self, change: Callable[[Item], Other]) -> Page[Other]:
        """The same page with each item changed."""
        return Page(tuple(map(change, self.items)), self.total, self.next, self.total_exact)


def paged(keys: Sequence[Key], limit: int, cursor: str | None) -> Page[Key]:
    """The page of a sorted sequence of keys that starts behind a cursor.

    The cursor is the last key of the page before, so a page does not shift when items come or go.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    start = bisect.bisect_right(keys, key_of(cursor)) if cursor else 0
    items = tuple(keys[start : start + limit])
    more = start + len(items) < len(keys)
    return Page(items, len(keys), cursor_of(items[-1]) if more and items else None)


def cursor_of(key: Key) -> str:
    """The cursor of what comes after a key."""
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def key_of(cursor: str) -> Key:
    """The key that a cursor stands for.

    Raises:
        WrongCursor: it is not one of ours.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        json.dumps(key, ensure_ascii=False).encode()  # half a pair of surrogates is no text
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or not all(isinstance(part, str) for part in key):
        raise WrongCursor
    return tuple(key)
