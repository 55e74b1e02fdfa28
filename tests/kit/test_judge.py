"""One judge, many runs: the same results each time, and nothing more of anything than at first."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path

import pytest

from graders.kit.judge.judge import Judge, Run
from graders.kit.judge.katas import Submission, reference
from tests.kit import judging
from tests.tiny import NAME, tiny

linux = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")


def descendants() -> int:
    """Processes that are there because of this one; what has ended and waits to be read, too."""
    count, known = 0, {os.getpid()}
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat[1])
    while more := {pid for pid, parent in parents.items() if parent in known} - known:
        known |= more
        count += len(more)
    return count


def held() -> tuple[int, int, int]:
    """Descriptors, threads and processes."""
    gc.collect()
    return len(os.listdir("/proc/self/fd")), threading.active_count(), descendants()


@linux
@pytest.mark.parametrize("name", ["k101", "k410"])
async def test_fifty_runs_on_one_judge_hold_no_more_than_one(tmp_path, name):
    """The same results, and no descriptor, thread, process or database more than after the
    first."""
    root = tiny(tmp_path).root if name == "k101" else judging.ROOT
    kata = judging.kata(name, root)
    known = judging.rubrics([kata])
    before = descendants()
    runs = 50 if name == "k101" else 12
    async with Judge([kata], jobs=2) as judge:
        first = (await judging.graded(judge, [reference(kata)], known)).plain()
        after_one = held()
        for _ in range(runs - 1):
            again = (await judging.graded(judge, [reference(kata)], known)).plain()
            assert verdicts(again) == verdicts(first)
        assert held() == after_one
    assert first["points"] == 10, first
    assert descendants() == before


def verdicts(report):
    return [(k["points"], c["outcome"], c["message"]) for k in report["katas"] for c in k["checks"]]


@linux
async def test_memory_stays_flat_over_many_submissions(tmp_path):
    """Results stream; records are on disk, and nothing of a submission is kept."""
    workspace = tiny(tmp_path)
    kata = judging.kata("k101", workspace.root)
    known = judging.rubrics([kata])
    run = Run((reference(kata),) * 120, seed=1)
    sizes = []
    async with Judge([kata], jobs=2) as judge:
        number = 0
        async for result in judge.run(run, known, tmp_path / "records"):
            number += 1
            assert result.points == 10
            assert result.records is not None
            if number in (40, 120):
                gc.collect()
                sizes.append(len(gc.get_objects()))
    assert number == 120
    assert sizes[1] - sizes[0] < 80, "objects that one submission leaves behind add up"
    assert len(list((tmp_path / "records").glob("0*.jsonl"))) == 120


async def test_results_come_in_the_order_of_the_submissions(tmp_path):
    """Whichever is done first."""
    workspace = tiny(tmp_path)
    kata = judging.kata("k101", workspace.root)
    slow = Submission(kata, workspace.root / "slow" / f"{NAME}.py")
    workspace.write(f"slow/{NAME}.py", "sum(range(10**7))\nasync def double(n):\n    return n\n")
    known = judging.rubrics([kata])
    async with Judge([kata], jobs=2) as judge:
        results = await judging.graded(judge, [slow, reference(kata), slow], known)

    assert [k.submission.partition("/")[0] for k in results.katas] == ["slow", "solutions", "slow"]


async def test_a_run_that_is_given_up_leaves_the_judge_well(tmp_path):
    """Whoever stops listening after the first result can begin another run."""
    workspace = tiny(tmp_path)
    kata = judging.kata("k101", workspace.root)
    known = judging.rubrics([kata])
    async with Judge([kata], jobs=2) as judge:
        stream = judge.run(Run((reference(kata),) * 9, seed=1), known)
        await anext(stream)
        await stream.aclose()
        results = await judging.graded(judge, [reference(kata)], known)

    assert results.points == 10


async def test_the_timeline_is_in_every_record():
    """What each task did, and when, so that a picture can be drawn later."""
    kata = judging.kata("k110")
    known = judging.rubrics([kata])
    [scenario] = [s for s in known[kata.name].scenarios if "ticks" in s.__name__]
    async with Judge([kata], jobs=1) as judge:
        record = await judge.observer.observe(reference(kata), scenario, seed=1)

    [waiting] = [span for lane in record.timeline for span in lane.spans if span.line]
    assert waiting.line.function == "greet"
    assert (waiting.state, waiting.seconds) == ("waits", record.elapsed)
