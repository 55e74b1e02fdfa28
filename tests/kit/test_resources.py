"""Resources with a clean-up that takes time, and a record of it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from graders.kit.instruments.resources import Resources
from graders.kit.shared import codec
from graders.kit.shared.values import Use
from graders.kit.shared.views import ResourcesView
from tests.kit.simulation import Now, virtual


@virtual
async def test_clean_up_takes_its_time(now: Now) -> None:
    """Entering and leaving have their times; the value is what was given."""
    resources = Resources(now)
    session = resources.context("session", enter=1.0, exit=2.0, value="open")
    async with session("any", argument=1) as value:
        assert value == "open"
        await asyncio.sleep(5)

    (use,) = resources.records
    assert (use.name, use.opened_at, use.exit_began_at, use.exit_ended_at) == (
        "session",
        1.0,
        6.0,
        8.0,
    )
    assert (use.outcome, use.error, use.order) == ("closed", "", (0, 1))
    assert codec.decode(codec.encode(resources.records))[0].outcome == "closed"


@virtual
async def test_why_the_block_ended_is_kept(now: Now) -> None:
    """An exception is not swallowed; its type is in the record."""
    resources = Resources(now)
    with pytest.raises(KeyError):
        async with resources.context("session", exit=0.0)():
            raise KeyError
    assert (resources.records[0].outcome, resources.records[0].error) == ("closed", "KeyError")


@virtual
async def test_a_clean_up_may_be_cancelled(now: Now) -> None:
    """Cancelled once, it cleans up; cancelled again meanwhile, it does not finish."""
    resources = Resources(now)

    async def use() -> None:
        async with resources.context("session", exit=2.0)():
            await asyncio.sleep(60)

    once, twice = asyncio.create_task(use()), asyncio.create_task(use(), name="twice")
    await asyncio.sleep(1)
    once.cancel()
    twice.cancel()
    await asyncio.sleep(1)
    twice.cancel()
    await asyncio.wait([once, twice])

    first, second = resources.records
    assert (first.outcome, first.error, first.exit_ended_at) == ("closed", "CancelledError", 3.0)
    assert (second.outcome, second.exit_began_at, second.exit_ended_at) == ("cancelled", 1.0, 2.0)
    assert second.closed_by == "twice"


@virtual
async def test_a_clean_up_may_fail(now: Now) -> None:
    """At its end, each time with a clean traceback."""
    resources = Resources(now)
    session = resources.context("session", exit=1.0, raises=OSError("gone"))
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            async with session():
                pass
    assert [use.outcome for use in resources.records] == ["failed"] * 2
    assert now() == 2.0


@virtual
async def test_a_resource_that_is_still_open_says_so(now: Now) -> None:
    """`open` in the block, `closing` while it cleans up."""
    resources = Resources(now)
    manager = resources.context("session", exit=1.0)()
    await manager.__aenter__()
    assert resources.records[0].outcome == "open"
    leaving = asyncio.create_task(manager.__aexit__(None, None, None))
    await asyncio.sleep(0.5)
    assert resources.records[0].outcome == "closing"
    await leaving


@virtual
async def test_a_generator_cleans_up_when_it_is_exhausted_or_closed(now: Now) -> None:
    """Its items come one by one; left early and closed, it cleans up too."""
    resources = Resources(now)
    rows = resources.generator("rows", [1, 2, 3], every=1.0, exit=0.5)

    assert [(now(), row) async for row in rows("query")] == [(0.0, 1), (1.0, 2), (2.0, 3)]
    async with aclosing(rows()) as some:
        async for _ in some:
            break

    assert [(use.outcome, use.error, use.exit_ended_at) for use in resources.records] == [
        ("closed", "", 2.5),
        ("closed", "GeneratorExit", 3.0),
    ]


@virtual
async def test_a_generator_that_is_left_open_stays_open(now: Now) -> None:
    """Leaving the loop by `break` closes nothing."""
    resources = Resources(now)
    rows = resources.generator("rows", [1, 2], exit=1.0)()
    async for _ in rows:
        break
    await asyncio.sleep(10)
    assert resources.records[0].outcome == "open"
    await rows.aclose()


@virtual
async def test_a_job_cleans_up_however_it_ends(now: Now) -> None:
    """It returns or raises after its seconds, and after its clean-up."""
    resources = Resources(now)
    good = resources.job("good", seconds=1.0, exit=2.0, returns=7)
    bad = resources.job("bad", seconds=1.0, exit=2.0, raises=OSError("no"))

    assert await good("any", argument=1) == 7
    for _ in range(2):
        with pytest.raises(OSError, match="no"):
            await bad()
    task = asyncio.create_task(good(), name="cancelled")
    await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert [use.outcome for use in resources.records] == ["closed"] * 4
    assert [use.exit_ended_at for use in resources.records] == [3.0, 6.0, 9.0, 11.5]
    assert (resources.records[-1].opened_by, resources.records[-1].error) == (
        "cancelled",
        "CancelledError",
    )


def test_uses_are_told_in_a_sentence() -> None:
    """And sorted by how they ended."""

    def use(name: str, outcome: str, order: tuple[int, int | None]) -> Use:
        return Use(name, 0.0, "task", order, outcome=outcome)

    uses = [
        use("a", "closed", (0, 5)),
        use("b", "closed", (1, 3)),
        use("c", "open", (2, None)),
        use("d", "closing", (4, None)),
        use("e", "cancelled", (6, 7)),
    ]
    view = ResourcesView(uses)

    assert (view.opened, view.closed) == (["a", "b", "c", "d", "e"], ["b", "a"])
    assert [str(one) for one in view.not_closed] == [
        "c was never closed",
        "d was still being closed",
        "e was cancelled while it was being closed",
    ]
