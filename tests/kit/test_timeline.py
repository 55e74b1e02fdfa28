"""The timeline says what ran, what waited and what was held up, and when."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.clock import Clock
from graders.kit.instruments.source import Source
from graders.kit.instruments.timeline import Lane, Timeline
from tests.kit.watched import Program


@pytest.fixture
def watched(tmp_path: Path):
    """Runs a program on a virtual clock, with a blocking detector and a timeline."""

    def watched(text: str) -> tuple[Timeline, BlockingDetector]:
        program = Program(tmp_path, text)
        clock, watch = Clock(), BlockingDetector(program.source)
        timeline = Timeline(program.source, lambda: clock.elapsed, watch)
        with clock, watch, timeline, asyncio.Runner(loop_factory=clock.loop) as runner:
            runner.run(program.load().main())
        return timeline, watch

    return watched


def spans(lane: Lane) -> list[tuple[Any, ...]]:
    return [(s.state, s.start, s.end, s.line.line if s.line else None, s.call) for s in lane.spans]


def lanes(timeline: Timeline) -> dict[str, Lane]:
    return {lane.name: lane for lane in timeline.lanes}


def test_waits_have_their_lines_and_blocking_has_its_call(watched):
    """Times are exact; running for zero seconds makes no span."""
    timeline, _ = watched(
        """
        import asyncio, time
        async def fetch():
            await asyncio.sleep(1)
            time.sleep(2)
            await asyncio.sleep(0.5)
        async def main():
            await fetch()
        """
    )
    (lane,) = timeline.lanes
    assert (lane.name, lane.started, lane.ended, lane.outcome) == ("main", 0.0, 3.5, "returned")
    assert spans(lane) == [
        ("waits", 0.0, 1.0, 3, ""),
        ("runs", 1.0, 3.0, 4, "time.sleep"),
        ("waits", 3.0, 3.5, 5, ""),
    ]
    assert [lane.seconds(state) for state in ("runs", "waits", "ready")] == [2.0, 1.5, 0.0]


def test_a_task_that_is_ready_and_has_to_wait_is_held_up(watched):
    """A task that was only scheduled, and one whose timer was due meanwhile."""
    timeline, watch = watched(
        """
        import asyncio, time
        async def late():
            await asyncio.sleep(1)
        async def new():
            pass
        async def main():
            first = asyncio.create_task(late())
            await asyncio.sleep(0.5)
            second = asyncio.create_task(new())
            time.sleep(2)
            await asyncio.gather(first, second)
        """
    )
    seen = lanes(timeline)
    assert spans(seen["late"]) == [("waits", 0.0, 1.0, 3, ""), ("ready", 1.0, 2.5, None, "")]
    assert spans(seen["new"]) == [("ready", 0.5, 2.5, None, "")]
    assert seen["late"].ended == seen["new"].ended == 2.5
    assert [finding.held_up for finding in watch.findings] == [2]


def test_how_a_task_ended_is_recorded_and_asyncio_still_complains(watched, caplog):
    """Reading an exception here does not count as retrieving it."""
    with caplog.at_level(logging.ERROR, "asyncio"):
        timeline, _ = watched(
            """
            import asyncio
            async def fails():
                raise ValueError("nobody looks")
            async def hangs():
                await asyncio.sleep(60)
            async def main():
                asyncio.create_task(fails())
                task = asyncio.create_task(hangs())
                await asyncio.sleep(1)
                task.cancel()
                await asyncio.wait([task])
            """
        )
        gc.collect()
    outcomes = {name: (lane.outcome, lane.ended) for name, lane in lanes(timeline).items()}
    assert outcomes == {
        "main": ("returned", 1.0),
        "fails": ("raised", 0.0),
        "hangs": ("cancelled", 1.0),
    }
    assert "never retrieved" in caplog.text


def test_tasks_of_one_name_are_numbered_and_callbacks_that_block_have_a_lane(watched):
    """Callbacks that take no time have none."""
    timeline, _ = watched(
        """
        import asyncio, time
        async def fetch():
            await asyncio.sleep(1)
        def flush():
            time.sleep(0.25)
        async def main():
            loop = asyncio.get_running_loop()
            loop.call_later(2, flush)
            loop.call_later(2, int)
            await asyncio.gather(fetch(), fetch())
            await asyncio.sleep(2)
        """
    )
    assert [lane.name for lane in timeline.lanes] == ["main", "fetch", "fetch #2", "flush"]
    assert spans(timeline.lanes[-1]) == [("runs", 2.0, 2.25, 5, "time.sleep")]


def test_tasks_of_libraries_are_left_out_unless_watched_code_waits_in_them(watched):
    """What asyncio and anyio do for themselves gets no lane."""
    timeline, _ = watched(
        """
        import asyncio, contextlib
        async def work():
            await asyncio.sleep(1)
        async def main():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(work(), 0.5)
            await asyncio.gather(asyncio.sleep(1), asyncio.to_thread(int))
        """
    )
    assert {lane.name for lane in timeline.lanes} <= {"main", "work"}


def test_a_watch_below_a_timeline_is_not_put_aside(watched):
    """Clean is clean."""
    _, watch = watched("import asyncio\nasync def main():\n    await asyncio.sleep(1)")
    assert watch.outcome == "clean"


def test_everything_is_put_back():
    """As it was before."""
    before = asyncio.events.Handle._run, asyncio.events.Handle.__init__
    with Timeline(Source(Path(__file__)), time.monotonic):
        pass
    assert (asyncio.events.Handle._run, asyncio.events.Handle.__init__) == before


def test_it_works_on_a_real_loop_and_in_a_thread():
    """Without a clock or a detector: whatever the machine does meanwhile, the block is in there."""

    async def nap() -> None:
        await asyncio.sleep(0.01)
        time.sleep(0.2)

    with Timeline(Source(Path(__file__)), time.monotonic) as timeline:
        thread = threading.Thread(target=lambda: asyncio.run(nap()))
        thread.start()
        thread.join()
    # Beside it there is a lane for each callback in which a busy machine held up the loop.
    (lane,) = [lane for lane in timeline.lanes if lane.name == "nap"]
    assert lane.seconds("runs") >= 0.2
    assert lane.seconds("waits") >= 0.005
    assert "nap  ─" in str(timeline)
    assert "█\n" in str(timeline)


# --- as text -------------------------------------------------------------------------

TWO = """
    import asyncio, time
    async def fetch(seconds):
        await asyncio.sleep(seconds)
        if seconds == 1:
            time.sleep(2)
    async def main():
        await asyncio.gather(fetch(1), fetch(2))
    """


def test_it_is_drawn_to_scale(watched):
    """Thirty columns are three seconds."""
    timeline, _ = watched(TWO)
    assert timeline.draw(40).splitlines() == [
        "main      ──────────────────────────────",
        "fetch     ──────────████████████████████",
        "fetch #2  ────────────────────░░░░░░░░░░",
        "          0                          3 s",
        "█ holds the loop, ─ waits, ░ ready, and held up",
        "fetch: time.sleep at program.py:5 held the loop from 1 to 3 s",
    ]
    assert timeline.draw(40, ascii_only=True).splitlines()[1:3] == [
        "fetch     ----------####################",
        "fetch #2  --------------------..........",
    ]
    assert str(timeline) == timeline.draw()


def test_nothing_and_too_much_are_drawn_as_well(watched):
    """A loop on which nothing was watched; and more lanes than anybody reads."""
    assert str(Timeline(Source(Path(__file__)), time.monotonic)) == "nothing ran"
    timeline, _ = watched(
        """
        import asyncio
        async def fetch():
            await asyncio.sleep(1)
        async def main():
            await asyncio.gather(*(fetch() for _ in range(100)))
        """
    )
    assert len(timeline.lanes) == 101
    assert "… (71 more)" in str(timeline)
