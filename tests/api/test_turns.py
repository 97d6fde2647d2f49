"""Who runs next: shares, waiting, and the place that only cheap queries have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from api.turns import Turn, Turns, client_at
from graph.errors import TooManyQueries

SOON = 0.05  # seconds to wait for what does not come
PATIENCE = 30.0


def cheap() -> bool:
    return True


def heavy() -> bool:
    return False


class Held:
    """Turns that are held until they are let go of, by number."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._held: list[Turn] = []

    async def take(self, client: str | None, is_cheap: Callable[[], bool] = heavy, seconds: float = SOON) -> Turn:
        turn = await self._turns.take(client, is_cheap, seconds)
        self._held.append(turn)
        return turn

    def let_go(self, number: int = 0) -> None:
        self._turns.give_back(self._held.pop(number))


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), PATIENCE))


async def refused(asked: Awaitable[Turn]) -> None:
    with pytest.raises(TooManyQueries):
        await asked


def test_one_client_leaves_a_place_to_others() -> None:
    async def work() -> None:
        held = Held(Turns(running=3, waiting=4))
        await held.take("a"), await held.take("a")
        await refused(held.take("a"))
        assert await held.take("b") == Turn("b", quick=False)
        await refused(held.take("c"))

    run(work)


def test_cheap_queries_have_a_place_that_heavy_ones_never_take() -> None:
    async def work() -> None:
        held = Held(Turns(running=1, waiting=4))
        await held.take("a")
        await refused(held.take("b"))
        assert await held.take("a", cheap) == Turn("a", quick=True)
        await refused(held.take("b", cheap))
        held.let_go(1)
        assert (await held.take("b", cheap)).quick

    run(work)


def test_what_runs_at_once_is_not_weighed() -> None:
    async def work() -> None:
        def weigh() -> bool:
            raise AssertionError

        held = Held(Turns(running=1, waiting=4))
        assert not (await held.take("a", weigh)).quick

    run(work)


def test_who_came_first_runs_first_as_far_as_his_share_goes() -> None:
    async def work() -> None:
        held = Held(Turns(running=2, waiting=8))
        await held.take("a"), await held.take("b")
        order: list[str] = []

        async def wait(name: str, client: str) -> None:
            await held.take(client, seconds=PATIENCE)
            order.append(name)

        tasks = []
        for name, client in (("a2", "a"), ("c", "c"), ("b2", "b")):
            tasks.append(asyncio.create_task(wait(name, client)))
            await asyncio.sleep(0)
        held.let_go(1)  # b's: a has its share, so c comes first
        await asyncio.sleep(SOON)
        assert order == ["c"]
        held.let_go(0)  # a's
        await asyncio.sleep(SOON)
        assert order == ["c", "a2"]
        held.let_go(0)  # c's
        await asyncio.gather(*tasks)
        assert order == ["c", "a2", "b2"]

    run(work)


def test_no_more_wait_than_may_and_one_client_has_half_of_that() -> None:
    async def work() -> None:
        held = Held(Turns(running=1, waiting=4))
        await held.take(None)
        waiting = [asyncio.create_task(held.take("a", seconds=PATIENCE)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyQueries, match="2 are waiting"):
            await held.take("a", seconds=PATIENCE)
        waiting += [asyncio.create_task(held.take(client, seconds=PATIENCE)) for client in "bc"]
        await asyncio.sleep(0)
        with pytest.raises(TooManyQueries, match="4 are waiting"):
            await held.take("d", seconds=PATIENCE)
        for task in waiting:
            task.cancel()

    run(work)


def test_a_place_that_was_given_to_one_who_left_is_not_lost() -> None:
    async def work() -> None:
        held = Held(Turns(running=1, waiting=4))
        await held.take(None)
        left = asyncio.create_task(held.take(None, seconds=PATIENCE))
        await asyncio.sleep(0)
        held.let_go()  # given to the one who waits
        left.cancel()  # before he knows
        with pytest.raises(asyncio.CancelledError):
            await left
        assert await held.take(None) == Turn(None, quick=False)

    run(work)


def test_an_ipv6_network_is_one_client() -> None:
    assert client_at("2001:db8::1") == client_at("2001:db8::ffff:1") != client_at("2001:db8:0:1::1")
    assert client_at("testclient") == "testclient"
