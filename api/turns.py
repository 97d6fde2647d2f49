"""Whose query runs next: places for all, one more for what is done in a moment, and a share for each client.

Whoever runs the heaviest queries that he can has his share of the places and no more, and those who look something up
do not wait behind him: what is estimated to be cheap has a place that nothing else takes.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from graph.errors import TooManyQueries


@dataclass(frozen=True)
class Turn:
    """A place to run in; the `quick` one is for what ends in a moment."""

    client: str | None
    quick: bool


@dataclass(eq=False)
class _Waiter:
    client: str | None
    cheap: bool
    turn: asyncio.Future[Turn]


class Turns:
    """Gives out places, first come, first served, as far as each client's share goes."""

    def __init__(self, running: int, waiting: int) -> None:
        """`running` places for all and one for cheap queries.

        As many wait as `waiting` says, and as many cheap ones; a client has all but one of the places, and half of the
        waiting.
        """
        self._places, self._quick = running, 1
        self._running, self._most = running, waiting
        self._share, self._share_waiting = max(1, running - 1), max(1, waiting // 2)
        self._by_client: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []

    async def take(self, client: str | None, is_cheap: Callable[[], bool], seconds: float) -> Turn:
        """Wait for a place, and have it until it is given back.

        Args:
            client: who asks; None for nobody that has to share.
            is_cheap: whether the query is done in a moment; asked only where it would have to wait.
            seconds: how long to wait at most.

        Raises:
            TooManyQueries: too many wait already, or its turn did not come.
        """
        if turn := self._free(client, cheap=False):  # those who wait already have no use for it
            return self._taken(turn)
        cheap = is_cheap()
        if turn := self._free(client, cheap):
            return self._taken(turn)
        others = [one for one in self._waiting if one.cheap == cheap]
        of_client = sum(one.client == client for one in others) if client is not None else 0
        if len(others) >= self._most or of_client >= self._share_waiting:
            raise TooManyQueries(self._running, len(others))
        waiter = _Waiter(client, cheap, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                return await waiter.turn
        except BaseException as error:  # cancelled, too: a place that was given meanwhile is another one's
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif not waiter.turn.cancelled():
                self.give_back(waiter.turn.result())
            if isinstance(error, TimeoutError):
                raise TooManyQueries(self._running, len(others)) from None
            raise

    def _free(self, client: str | None, cheap: bool) -> Turn | None:
        if self._places and (client is None or self._by_client[client] < self._share):
            return Turn(client, quick=False)
        return Turn(client, quick=True) if cheap and self._quick else None

    def _taken(self, turn: Turn) -> Turn:
        if turn.quick:
            self._quick -= 1
        else:
            self._places -= 1
            if turn.client is not None:
                self._by_client[turn.client] += 1
        return turn

    def give_back(self, turn: Turn) -> None:
        """Have another one run."""
        if turn.quick:
            self._quick += 1
        else:
            self._places += 1
            if turn.client is not None:
                self._by_client[turn.client] -= 1
                if not self._by_client[turn.client]:
                    del self._by_client[turn.client]
        for waiter in [*self._waiting]:
            if not waiter.turn.done() and (free := self._free(waiter.client, waiter.cheap)):
                self._waiting.remove(waiter)
                waiter.turn.set_result(self._taken(free))


def client_at(host: str) -> str:
    """Who is at an address, as far as shares go: of IPv6 a network of /64, in which a client has any address.

    >>> client_at("203.0.113.9"), client_at("2001:db8:1:2:3::4"), client_at("::ffff:203.0.113.9")
    ('203.0.113.9', '2001:db8:1:2::', '203.0.113.9')
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)
