"""Children of a fork server are gone when their context ends, and it is when it is closed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.kit.judge import forks as module
from graders.kit.judge.child import Child, ForkServerDied
from graders.kit.judge.forks import MOST_BIRTHS, Forks
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.messages import Boot, Exited, Finished, Go, Hello, Job, Loaded, Written

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux")


@pytest.fixture
def forks() -> Iterator[Forks]:
    forks = Forks(Boot([], []))
    yield forks
    forks.close()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Its scenario prints and returns; `answer.py` may be written over."""
    (tmp_path / "grader.py").write_text("async def scenario(kata):\n    return await kata.work()\n")
    (tmp_path / "answer.py").write_text("async def work():\n    print('hm')\n    return 7\n")
    return Job(
        grader=str(tmp_path / "grader.py"),
        scenario="scenario",
        submission=str(tmp_path / "answer.py"),
        folder=str(tmp_path),
        contract={"work": Written("async", "async def work()")},
        inputs={},
        looped=True,
        seed="1",
    )


def write(job: Job, text: str) -> None:
    Path(job.submission).write_text(text)


def gone(pid: int | None) -> bool:
    """Has the process ended? What has ended and waits to be read is gone, too."""
    assert pid is not None
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


async def heard(child: Child, until: type) -> list[Any]:
    """The messages up to the first of that kind; each `Loaded` is answered."""
    found = []
    async for message in child.messages():
        found.append(message)
        if isinstance(message, Hello):
            child.pid = message.pid
        if isinstance(message, Loaded):
            await child.answer(Go())
        if isinstance(message, until):
            break
    return found


async def test_a_child_says_hello_works_and_is_told_of_by_its_parent(forks, job):
    """Its parent is known from the start, and says last how it ended."""
    async with forks.launch(job) as child:
        assert child.parent is not None
        assert child.pid is None
        said = await heard(child, Exited)
        assert Path(f"/proc/{child.parent}/stat").exists()

    assert [type(message) for message in said] == [Hello, Loaded, Finished, Exited]
    assert said[-1].status == 0
    assert bytes(child.output) == b"hm\n"
    assert gone(child.pid)


async def test_children_of_one_fork_server_run_side_by_side(forks, job):
    """Each has a process and a line of its own."""
    async with forks.launch(job) as one, forks.launch(job) as other:
        await heard(one, Hello)
        await heard(other, Hello)
        assert one.parent == other.parent
        assert one.pid != other.pid
        assert isinstance((await heard(other, Finished))[-1], Finished)
        assert isinstance((await heard(one, Finished))[-1], Finished)


async def test_whatever_a_child_is_at_is_over_when_the_context_ends(forks, job):
    """What it started ends with it: in its group, and out of it without a parent."""
    write(
        job,
        "import os, subprocess, sys\n"
        "own = subprocess.Popen(['sleep', '977']).pid\n"
        "reading, writing = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    os.write(writing, b'%d' % os.getpid())\n"
        "    os.execlp('sleep', 'sleep', '978')\n"
        "print(own, os.read(reading, 99).decode())\n"
        "async def work():\n    while True: pass\n",
    )

    async with forks.launch(job) as child:
        await heard(child, Loaded)
        while b"\n" not in child.output:
            await asyncio.sleep(0.01)
    started = [int(word) for word in child.output.split()]

    assert len(started) == 2
    assert all(map(gone, [child.pid, *started]))


async def test_a_child_that_stops_its_fork_server_is_ended_all_the_same(forks, job):
    """The judge has it continue, and it does the next job too."""
    write(
        job,
        "import os, signal\nasync def work():\n    os.kill(os.getppid(), signal.SIGSTOP)\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n",
    )

    async with forks.launch(job) as child:
        await heard(child, Loaded)
        while not (stopped(child.pid) and stopped(child.parent)):
            await asyncio.sleep(0.01)
    async with forks.launch(job) as following:
        await heard(following, Loaded)

    assert gone(child.pid)
    assert following.parent == child.parent


def stopped(pid: int | None) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


async def test_a_fork_server_that_does_not_answer_is_ended(forks, job):
    """The next job has another one."""
    with pytest.raises(ForkServerDied):
        async with forks.launch(job) as lost:
            raise ForkServerDied
    async with forks.launch(job) as child:
        said = await heard(child, Finished)

    assert gone(lost.parent)
    assert child.parent != lost.parent
    assert isinstance(said[-1], Finished)


async def test_a_fork_server_that_was_killed_is_replaced(forks, job):
    """Before a job, nobody has to notice."""
    async with forks.launch(job) as before:
        await heard(before, Finished)
    assert before.parent
    os.kill(before.parent, signal.SIGKILL)
    while not gone(before.parent):
        await asyncio.sleep(0.01)
    async with forks.launch(job) as after:
        assert isinstance((await heard(after, Finished))[-1], Finished)

    assert after.parent != before.parent


async def test_one_that_never_gets_to_fork_is_given_up(forks, job, monkeypatch, tmp_path):
    """After some births, with its last words; one child that was born starts the count again."""
    async with forks.launch(job) as child:
        await heard(child, Finished)
        child.started = 1.0  # as the conversation notes it
    forks.close()
    program = tmp_path / "python"
    births = tmp_path / "births"
    program.write_text(f"#!/bin/sh\necho x >> {births}\necho no such luck >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(module.sys, "executable", str(program))

    async def born() -> None:
        while True:
            with contextlib.suppress(ForkServerDied):
                async with forks.launch(job) as unborn:
                    assert await heard(unborn, Hello) == []
                    raise ForkServerDied

    with pytest.raises(JudgeFault, match="does not start: no such luck"):
        await born()

    assert births.read_text() == "x\n" * MOST_BIRTHS


async def test_an_isolated_one_shares_nothing(forks, job):
    """When one of the two ends, the other does not."""
    other = forks.isolated()
    async with forks.launch(job) as ours, other.launch(job) as theirs:
        await heard(ours, Finished)
        await heard(theirs, Finished)
    other.close()

    assert ours.parent != theirs.parent
    assert gone(theirs.parent)
    assert not gone(ours.parent)


async def test_closing_leaves_nothing_and_does_no_harm_twice(forks, job):
    """It can be used again afterwards."""
    async with forks.launch(job) as child:
        await heard(child, Finished)
    forks.close()
    forks.close()
    assert gone(child.parent)
    async with forks.launch(job) as again:
        await heard(again, Finished)
    assert again.parent != child.parent


async def test_a_job_that_is_too_large_for_one_packet_is_a_fault(forks, job):
    """Nothing of it is sent, and the next one is as if it had not been."""
    job.inputs["n"] = "x" * 4_000_000
    with pytest.raises(JudgeFault, match="a process for the submission cannot be started: "):
        async with forks.launch(job):
            pass
    job.inputs.clear()
    async with forks.launch(job) as child:
        assert isinstance((await heard(child, Finished))[-1], Finished)
