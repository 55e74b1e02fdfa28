"""Shuffle: tasks that are ready together run in an order drawn from a seed."""

from __future__ import annotations

import asyncio

import pytest

from graders.kit.instruments.clock import Clock
from graders.kit.instruments.shuffle import Shuffle
from tests.kit.simulation import simulate


def order_of(seed: int | None, *, sleep: float = 0.0, number: int = 6) -> list[int]:
    """The order in which tasks run that are ready together."""

    async def scenario(_clock: Clock) -> list[int]:
        ran: list[int] = []

        async def task(name: int) -> None:
            await asyncio.sleep(sleep)
            ran.append(name)

        async with asyncio.TaskGroup() as group:
            for name in range(number):
                group.create_task(task(name))
        return ran

    async def shuffled(clock: Clock) -> list[int]:
        if seed is None:
            return await scenario(clock)
        with Shuffle(seed).tasks():
            return await scenario(clock)

    ran: list[int] = simulate(shuffled)[0]
    assert sorted(ran) == list(range(number))
    return ran


@pytest.mark.parametrize("sleep", [0.0, 1.0], ids=["at once", "by timers"])
def test_the_seed_decides_the_order(sleep: float) -> None:
    """Other seeds, other orders; the same seed, the same order; unshuffled, as always."""
    assert order_of(None, sleep=sleep) == order_of(None, sleep=sleep)
    orders = [order_of(seed, sleep=sleep) for seed in range(10)]
    assert orders == [order_of(seed, sleep=sleep) for seed in range(10)]
    assert len({tuple(order) for order in orders}) > 5


def test_a_race_shows() -> None:
    """Code that is right only in asyncio's own order comes out otherwise with some seed."""

    async def last_writer(_clock: Clock) -> str:
        value = ""

        async def write(text: str) -> None:
            nonlocal value
            await asyncio.sleep(1)
            value = text

        await asyncio.gather(write("first"), write("second"))
        return value

    async def shuffled(clock: Clock, seed: int) -> str:
        with Shuffle(seed).tasks():
            return await last_writer(clock)

    assert simulate(last_writer)[0] == "second"
    seen = {simulate(lambda clock, s=seed: shuffled(clock, s))[0] for seed in range(10)}
    assert seen == {"first", "second"}


def test_callbacks_keep_their_order() -> None:
    """asyncio promises it for `call_soon`, beside tasks as well."""

    async def scenario(_clock: Clock) -> list[int]:
        ran: list[int] = []
        loop = asyncio.get_running_loop()
        with Shuffle(1).tasks():
            for number in range(20):
                loop.call_soon(ran.append, number)
                task = asyncio.create_task(asyncio.sleep(0))
            await task
            await asyncio.sleep(1)
        return ran

    assert simulate(scenario)[0] == list(range(20))


def test_afterwards_the_loop_is_as_before() -> None:
    """Also if it ends in the middle of an iteration: nothing is lost."""

    async def scenario(_clock: Clock) -> list[int]:
        ran: list[int] = []

        async def task(name: int) -> None:
            ran.append(name)

        loop = asyncio.get_running_loop()
        before = set(vars(loop))
        with Shuffle(3).tasks():
            await asyncio.sleep(0)
            tasks = [asyncio.create_task(task(name)) for name in range(5)]
        assert set(vars(loop)) == before
        await asyncio.gather(*tasks)
        return ran

    assert simulate(scenario)[0] == list(range(5))


def test_tasks_are_shuffled_once() -> None:
    """A block within another one is a mistake, and the outer one goes on."""

    async def scenario(_clock: Clock) -> None:
        with Shuffle(3).tasks():
            with pytest.raises(RuntimeError, match="shuffled already"), Shuffle(4).tasks():
                pass
            await asyncio.sleep(0)
        with Shuffle(4).tasks():
            await asyncio.sleep(0)

    simulate(scenario)


def test_sockets_and_threads_still_work() -> None:
    """Transports rely on the order of their callbacks, which is left alone."""

    async def scenario(_clock: Clock) -> tuple[bytes, int]:
        with Shuffle(5).tasks():

            async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write(await reader.readline())
                writer.close()

            server = await asyncio.start_server(answer, "127.0.0.1", 0)

            async def ask() -> bytes:
                place = server.sockets[0].getsockname()
                reader, writer = await asyncio.open_connection(*place)
                writer.write(b"hello\n")
                line = await reader.readline()
                writer.close()
                return line

            async with server:
                lines = await asyncio.gather(*(ask() for _ in range(5)))
            return b"".join(lines), await asyncio.to_thread(int, "7")

    assert simulate(scenario)[0] == (b"hello\n" * 5, 7)


def test_latencies_are_drawn_in_milliseconds() -> None:
    """From the range that is given, the same for the same seed."""
    draw, again = (Shuffle(9).latency(0.1, 0.3) for _ in range(2))
    drawn = [draw("key", n=1) for _ in range(50)]
    assert drawn == [again() for _ in range(50)]
    assert all(0.1 <= seconds <= 0.3 and round(seconds, 3) == seconds for seconds in drawn)
    assert len(set(drawn)) > 10
    with pytest.raises(ValueError, match="no latency from 2 to 1 s"):
        Shuffle(9).latency(2, 1)


def test_an_order_has_the_same_items() -> None:
    """And the seed decides it."""
    assert sorted(Shuffle(2).order("abcdef")) == list("abcdef")
    assert Shuffle(2).order("abcdef") == Shuffle(2).order("abcdef") != list("abcdef")
