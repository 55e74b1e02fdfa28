"""One scenario on one submission: whatever happens in it, one record comes, and the child ends."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from graders.kit.child.runner import MOST_LANES, MOST_SPANS, bare_record
from graders.kit.judge.child import Launcher
from graders.kit.judge.conversation import Conversation
from graders.kit.judge.forks import Forks
from graders.kit.judge.kernel_observer import KernelObserver
from graders.kit.judge.spawns import Spawns
from graders.kit.shared import messages
from graders.kit.shared.codec import encode
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.messages import Boot, Job, Written
from graders.kit.shared.record import Record

CONTRACT = {
    "work": Written("async", "async def work(n)"),
    "plain": Written("def", "def plain(n)"),
}

SCENARIO = "async def scenario(kata, n):\n    return await kata.work(n)\n"


@pytest_asyncio.fixture(scope="module")
async def launcher() -> AsyncIterator[Launcher]:
    launcher: Launcher = Forks(Boot([], [])) if sys.platform == "linux" else Spawns()
    yield launcher
    launcher.close()


class Runs:
    """Runs a scenario of a grader on a submission, both given as text; the inputs as arguments."""

    def __init__(self, folder: Path, launcher: Launcher) -> None:
        self._folder = folder
        self._launcher = launcher
        self.printed = ""

    async def __call__(self, submission: str, grader: str = SCENARIO, **inputs: Any) -> Record:
        submissions = self._folder / "answers"
        submissions.mkdir()
        (submissions / "learner.py").write_text(textwrap.dedent(submission))
        (self._folder / "grader.py").write_text(textwrap.dedent(grader))
        job = Job(
            grader=str(self._folder / "grader.py"),
            scenario="scenario",
            submission=str(submissions / "learner.py"),
            folder=str(submissions),
            contract=CONTRACT,
            inputs={name: encode(value) for name, value in inputs.items()},
            looped="async def scenario" in grader,
            seed="1",
        )
        async with self._launcher.launch(job) as child:
            with KernelObserver().probe() as probe:
                record = await Conversation(child, job.scenario, None, probe).record()
        self.printed = bytes(child.output).decode()
        return record


@pytest.fixture
def runs(tmp_path: Path, launcher: Launcher) -> Runs:
    return Runs(tmp_path, launcher)


# --- scenarios that end ------------------------------------------------------------------------


async def test_a_record_has_what_the_scenario_returned_and_all_that_was_seen(runs):
    """Its time on its own clock, its calls, the lines of the functions used, what was printed."""
    seen = await runs(
        """
        async def work(n):
            print("hm")
            return n
        """,
        """
        async def scenario(kata, calls, clock, n):
            load = calls.awaitable("load", latency=2.5)
            await load("k")
            return {"got": await kata.work(n), "at": clock.elapsed}
        """,
        n={"a": (1, b"x")},
    )

    assert (seen.scenario, seen.outcome, seen.message) == ("scenario", "done", "")
    assert seen.result == {"got": {"a": (1, b"x")}, "at": 2.5}
    assert (seen.elapsed, seen.lines, runs.printed) == (2.5, {"work": 2}, "hm\n")
    assert [str(call) for call in seen.calls("load")] == ["load('k')"]
    assert (seen.blocking, seen.leaks, seen.error) == ([], [], None)


async def test_a_plain_function_is_a_scenario_too(runs):
    """It has no loop of its own, so nothing can block one."""
    seen = await runs(
        "import asyncio, time\ndef plain(n):\n    time.sleep(9)\n    return asyncio.run(f(n))\n"
        "async def f(n):\n    await asyncio.sleep(1)\n    return n\n",
        "def scenario(kata, n):\n    return kata.plain(n)\n",
        n=5,
    )

    assert (seen.outcome, seen.result, seen.elapsed) == ("done", 5, 10.0)


async def test_what_blocks_and_what_is_left_is_in_the_record(runs):
    """Of the scenario: what was so at import is none of its business."""
    seen = await runs(
        """
        import asyncio, time
        async def early():
            time.sleep(30)
        asyncio.run(early())
        tasks = []
        async def work(n):
            time.sleep(n)
            tasks.append(asyncio.create_task(asyncio.sleep(99)))
        """,
        n=7,
    )

    assert (seen.outcome, seen.elapsed) == ("done", 7.0)
    [blocked] = seen.blocking
    assert (blocked.call, blocked.line, blocked.seconds) == ("time.sleep", 8, 7.0)
    assert [(leak.family, leak.line) for leak in seen.leaks] == [("task", 9)]


async def test_work_at_import_is_noted(runs):
    """It costs nothing, and is told."""
    seen = await runs("print('hello')\nasync def work(n):\n    return n\n", n=1)

    assert seen.outcome == "done"
    [note] = seen.notes
    assert note.startswith("line 1 printed")


async def test_a_timeline_without_end_is_cut(runs):
    """The first lanes are kept, and the first spans of each."""
    seen = await runs(
        f"""
        import asyncio
        async def turn(n):
            for _ in range(n):
                await asyncio.sleep(1)
                await asyncio.sleep(2)
        async def work(n):
            await asyncio.gather(turn({MOST_SPANS}), *(turn(1) for _ in range({MOST_LANES})))
        """,
        n=1,
    )

    assert (seen.outcome, len(seen.timeline)) == ("done", MOST_LANES)
    assert max(len(lane.spans) for lane in seen.timeline) == MOST_SPANS


async def test_what_the_submission_left_running_ends_with_it(runs):
    """A thread that would hold up any other process; and nobody waits for it."""
    seen = await runs(
        """
        import threading
        async def work(n):
            threading.Thread(target=threading.Event().wait).start()
        """,
        n=1,
    )

    assert (seen.outcome, [leak.family for leak in seen.leaks]) == ("done", ["thread"])


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
async def test_a_copy_that_the_submission_forks_sends_no_record(runs):
    """It comes back from `work` first; the one that was asked answers."""
    seen = await runs(
        """
        import os
        async def work(n):
            copy = os.fork()
            if copy:
                os.waitpid(copy, 0)
            return bool(copy)
        """,
        n=1,
    )

    assert (seen.outcome, seen.result, seen.tampered) == ("done", True, False)


# --- scenarios that do not ---------------------------------------------------------------------


async def test_what_is_still_to_be_written_is_told_by_its_name(runs):
    """With its line, and it counts as not run."""
    seen = await runs("async def work(n):\n    raise NotImplementedError\n", n=1)

    assert (seen.outcome, seen.message) == ("unusable", "`work` is still to be written")
    assert seen.line == 2


async def test_a_file_that_cannot_be_used_is_told_with_its_line(runs):
    """Nothing of the scenario ran."""
    seen = await runs("async def work(n)\n    return n\n", n=1)

    assert (seen.outcome, seen.line) == ("unusable", 1)
    assert seen.message.startswith("line 1 is not valid Python")


async def test_an_exception_of_the_submission_is_data_with_its_line(runs):
    """Below the grader's and asyncio's frames, it is the learner's line that is told."""
    seen = await runs(
        """
        import asyncio
        async def deeper():
            return {}["x"]
        async def work(n):
            await asyncio.gather(deeper())
        """,
        n=1,
    )

    assert (seen.outcome, str(seen.error), seen.error.line) == ("raised", "KeyError: 'x'", 4)


async def test_an_exception_of_the_grader_is_nobodys_yet(runs):
    """The same scenario on the reference will tell whose it is."""
    grader = "async def scenario(kata, n):\n    return 1 // 0\n"

    seen = await runs("async def work(n):\n    return n\n", grader, n=1)

    assert (seen.outcome, str(seen.error)) == (
        "raised", "ZeroDivisionError: integer division or modulo by zero",
    )  # fmt: skip
    assert seen.error.line is None


async def test_what_a_callable_that_is_no_function_raises_is_not_the_kits(runs):
    """The kit calls it, and has no frame of the submission below."""
    seen = await runs("plain = int\n", "def scenario(kata, n):\n    return kata.plain(n)\n", n="x")

    assert (seen.outcome, seen.error.type) == ("raised", "ValueError")


async def test_an_exception_of_the_kit_itself_is_a_fault(runs):
    """With its place in the kit: nothing of it was the submission's doing."""
    with pytest.raises(JudgeFault) as caught:
        await runs(
            "async def work(n):\n    return n\n",
            "async def scenario(kata, clock):\n    clock.set_date('tomorrow')\n",
        )

    words = str(caught.value)
    assert words.startswith("the kit broke down: ")
    assert "(graders/kit/instruments/clock/" in words


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource")
async def test_who_uses_up_all_there_is_has_failed(runs):
    """Kit code that finds no descriptor left is not to blame."""
    seen = await runs(
        """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
        async def work(n):
            return n
        """,
        n=1,
    )

    assert (seen.outcome, seen.error.type) == ("raised", "OSError")


async def test_a_scenario_that_waits_for_ever_is_told_where(runs):
    """The clock sees that nothing will come, and nobody has to wait for it."""
    seen = await runs(
        """
        import asyncio
        async def work(n):
            await asyncio.Event().wait()
        """,
        n=1,
    )

    assert (seen.outcome, seen.line) == ("timeout", 4)


async def test_a_loop_that_was_not_watched_proves_nothing(runs):
    """No finding is not the same as nothing to find."""
    seen = await runs(
        """
        import asyncio
        run = lambda handle: handle._context.run(handle._callback, *handle._args)
        asyncio.events.Handle._run = run
        async def work(n):
            return n
        """,
        n=1,
    )

    assert seen.outcome == "unusable"
    assert seen.message.startswith("whether it blocks the event loop cannot be told: ")


async def test_what_is_too_long_to_send_is_told_and_not_sent(runs):
    """A record all the same."""
    seen = await runs("async def work(n):\n    return 'x' * 5_000_000\n", n=1)

    assert (seen.outcome, seen.result) == ("raised", None)
    assert seen.message.startswith("it returned or recorded 5,0")


@pytest.mark.parametrize("error", ["SystemExit(3)", "KeyboardInterrupt", "GeneratorExit('x')"])
async def test_no_exception_ends_the_child_without_a_record(runs, error):
    """However far it is meant to go."""
    seen = await runs(f"async def work(n):\n    raise {error}\n", n=1)

    assert (seen.outcome, seen.error.line) == ("raised", 2)


def test_a_bare_record_can_always_be_written():
    """Also with text that no encoding has; it is a record like any other."""
    line = messages.encode(bare_record("scenario", "fault", "no \ud800"))

    finished = messages.from_child(line)

    assert isinstance(finished, messages.Finished)
    record = messages.record_of(finished)
    assert (record.scenario, record.outcome) == ("scenario", "fault")
    assert record.message.startswith("no ")
