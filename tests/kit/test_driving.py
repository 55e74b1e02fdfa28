"""The scenario arguments that drive what a submission gives: endings, ticks, visitors."""

from __future__ import annotations

import asyncio
import time

import pytest

from graders.kit.child.driving import Endings, Ticking, visitors
from graders.kit.child.unusable import Unusable
from graders.kit.instruments.clock import Clock
from graders.kit.shared.values import Cancelled, Raised, Returned


def run(scenario):
    """What the scenario returns, on a loop with virtual time."""
    with Clock() as clock, asyncio.Runner(loop_factory=clock.loop) as runner:
        return runner.run(scenario(clock))


async def after(seconds, error=None):
    await asyncio.sleep(seconds)
    if error:
        raise error
    return seconds


def test_an_ending_is_data():
    """What it returned, or what it raised, and when."""

    async def scenario(clock):
        ending = Endings(lambda: clock.elapsed)
        return await ending(after(2.0)), await ending(after(1.0, error := KeyError("x"))), error

    returned, raised, error = run(scenario)

    assert (returned, returned.at) == (Returned(2.0), 2.0)
    assert isinstance(raised, Raised)
    assert (raised.error, raised.at) == (error, 3.0)
    assert raised.is_a(type(error).__name__)
    assert raised.is_a("Exception")
    assert not raised.is_a("StopIteration")


@pytest.mark.parametrize("late", [1.0, 60.0])
def test_it_is_cancelled_at_a_time(late):
    """Unless it has ended by then; seconds that go by afterwards are no part of it."""

    async def scenario(clock):
        ending = Endings(lambda: clock.elapsed)
        return await ending(after(late), cancel_at=5.0, then=120.0), clock.elapsed

    end, elapsed = run(scenario)

    assert end == (Returned(1.0) if late == 1.0 else Cancelled())
    assert (end.at, elapsed) == ((1.0, 121.0) if late == 1.0 else (5.0, 125.0))


@pytest.mark.parametrize("error", [None, OSError("no")])
def test_it_is_cancelled_at_a_signal(error):
    """However the signal came; one that came after the end was for nothing, and is given up."""

    async def scenario(clock):
        ending = Endings(lambda: clock.elapsed)
        first = await ending(after(60.0), cancel_when=after(3.0, error))
        signal = asyncio.ensure_future(after(60.0))
        second = await ending(after(1.0), cancel_when=signal)
        await asyncio.sleep(0)
        return first, second, signal.cancelled()

    first, second, given_up = run(scenario)

    assert (first, first.at) == (Cancelled(), 3.0)
    assert second == Returned(1.0)
    assert given_up


def test_code_that_cancels_itself_was_cancelled():
    """It is an ending like any other, where nobody has cancelled the scenario."""

    async def scenario(clock):
        return await Endings(lambda: clock.elapsed)(after(1.0, asyncio.CancelledError()))

    assert run(scenario) == Cancelled()


def test_a_failed_group_before_does_not_matter():
    """Python 3.11 leaves a request to cancel on the task in which a TaskGroup failed."""

    async def failing():
        async with asyncio.TaskGroup() as group:
            group.create_task(after(1.0, KeyError("x")))
            await asyncio.sleep(60.0)

    async def scenario(clock):
        ending = Endings(lambda: clock.elapsed)
        return await ending(failing()), await ending(after(9.0), cancel_at=5.0)

    failed, cancelled = run(scenario)

    assert isinstance(failed.error, ExceptionGroup)
    assert cancelled == Cancelled()


@pytest.mark.parametrize("error", [NotImplementedError(), Unusable("no such name")])
@pytest.mark.parametrize("cancel_at", [None, 5.0])
def test_what_is_no_ending_passes(error, cancel_at):
    """A stub is still to be written, whatever a scenario expects of it."""

    async def scenario(clock):
        return await Endings(lambda: clock.elapsed)(after(1.0, error), cancel_at=cancel_at)

    with pytest.raises(type(error)):
        run(scenario)


def test_a_neighbour_ticks_at_once_and_every_second():
    """As often as it could, and not when the loop is held."""

    async def scenario(clock):
        ticking = Ticking(lambda: clock.elapsed)
        async with ticking() as free:
            await asyncio.sleep(9.5)
        async with ticking() as held:
            await asyncio.sleep(0)
            time.sleep(9.5)
        return free, held, len(asyncio.all_tasks()) - 1

    free, held, _ = run(scenario)

    assert str(free) == "ticked 10 times in 9.5 s"
    assert str(held) == "ticked once in 9.5 s"


class Client:
    """Answers after four seconds, with the time of the visit."""

    def __init__(self, clock):
        self.clock = clock

    async def get(self, path, leave_at=None):
        came = self.clock.elapsed
        await asyncio.sleep(4.0 if leave_at is None else min(4.0, leave_at))
        if path == "/broken":
            raise OSError(path)
        return path, came, self.clock.elapsed


def test_visitors_come_at_once_or_one_by_one():
    """Their answers are in the order of their paths."""

    async def scenario(clock):
        client = Client(clock)
        at_once = await visitors(client, ["/a", "/b"])
        one_by_one = await visitors(client, ["/a", "/b"], every=1.0)
        return at_once, one_by_one, await visitors(client, ["/a"], leave_at=2.0)

    at_once, one_by_one, leaving = run(scenario)

    assert at_once == [("/a", 0.0, 4.0), ("/b", 0.0, 4.0)]
    assert one_by_one == [("/a", 4.0, 8.0), ("/b", 5.0, 9.0)]
    assert leaving == [("/a", 9.0, 11.0)]


def test_a_block_goes_on_while_visitors_wait():
    """At its end it waits for them; if it raises, they leave."""

    async def scenario(clock):
        async with visitors(Client(clock), ["/a"]) as crowd:
            await asyncio.sleep(1.0)
            during = clock.elapsed
        with pytest.raises(ValueError, match="no"):
            async with visitors(Client(clock), ["/a"]):
                raise ValueError("no")
        return during, crowd.answers, clock.elapsed, len(asyncio.all_tasks())

    assert run(scenario) == (1.0, [("/a", 0.0, 4.0)], 4.0, 1)
