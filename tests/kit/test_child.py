"""A child as the judge sees it: its messages, its output, how it ends, what it may know."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from graders.kit.judge import child as module
from graders.kit.judge.child import (
    MOST_OUTPUT,
    PACKAGE,
    Child,
    connected,
    done_before_it_stalls,
    environment,
    kill_group,
)
from graders.kit.shared import messages
from graders.kit.shared.codec import Malformed
from graders.kit.shared.messages import Exited, Go, Hello, Loaded

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@contextlib.asynccontextmanager
async def played(
    kill: Callable[[Child], None] = lambda _: None,
) -> AsyncIterator[tuple[Child, socket.socket, socket.socket]]:
    """A child; the far end of its line; and of its output."""
    ours, theirs = socket.socketpair()
    output, printing = socket.socketpair()
    reader, writer = await connected(ours)
    with theirs, printing:
        yield Child(reader, writer, output, kill), theirs, printing


# --- messages --------------------------------------------------------------------------------


async def test_messages_come_one_by_one_until_the_child_hangs_up():
    """However they were cut on their way; half a message at the end is none."""
    lines = messages.encode(Hello(7)) + messages.encode(Loaded())
    async with played() as (child, line, _):
        line.sendall(lines[:5])
        heard = child.messages()
        first = asyncio.ensure_future(anext(heard))
        await asyncio.sleep(0)
        line.sendall(lines[5:])
        assert [await first, await anext(heard)] == [Hello(7), Loaded()]
        line.close()
        assert [message async for message in heard] == []
        await child.close()


@pytest.mark.parametrize(
    "text", [b"{}\n", b'"Hello"\n', b'{"message": "Go"}\n', b'{"message": "He']
)
async def test_what_is_no_message_of_a_child_is_malformed(text):
    """Also what the judge says itself, and a message that breaks off."""
    async with played() as (child, line, _):
        line.sendall(text)
        line.close()
        with pytest.raises(Malformed):
            await anext(child.messages())
        await child.close()


async def test_a_message_without_end_is_malformed(monkeypatch):
    """Nothing of it is kept: a child could fill the judge's memory."""
    monkeypatch.setattr(module, "LONGEST_LINE", 1000)
    async with played() as (child, line, _):
        line.sendall(b"x" * 5000)
        with pytest.raises(Malformed, match="a message without end"):
            await anext(child.messages())
        await child.close()


async def test_where_the_judge_is_the_parent_the_last_message_is_how_it_ended():
    """Else the fork server sends that."""

    async def status() -> int:
        return -9

    async with played() as (child, line, _):
        child.status = status
        line.sendall(messages.encode(Hello(7)))
        line.close()
        assert [message async for message in child.messages()] == [Hello(7), Exited(-9)]
        await child.close()


async def test_an_answer_to_a_child_that_has_hung_up_goes_nowhere():
    """It is not the judge's mistake."""
    async with played() as (child, line, _):
        await child.answer(Go())
        assert messages.to_child(line.recv(100)) == Go()
        line.close()
        for _ in range(3):
            await child.answer(Go())
        await child.close()


async def test_what_a_child_said_before_it_hung_up_is_heard():
    """Also where it did not wait for its answer, and that finds nobody; or never read one."""
    for unread in (False, True):
        async with played() as (child, line, _):
            if unread:
                await child.answer(Go())
            line.sendall(messages.encode(Loaded()))
            heard = child.messages()
            assert await anext(heard) == Loaded()
            line.sendall(messages.encode(Hello(7)) + messages.encode(Exited(3)))
            line.close()
            for _ in range(9):  # it all arrives, and then an answer finds nobody
                await asyncio.sleep(0)
            for _ in range(9):
                await child.answer(Go())
                await asyncio.sleep(0)
            assert [message async for message in heard] == [Hello(7), Exited(3)]
            await child.close()


# --- output ----------------------------------------------------------------------------------


async def test_what_is_printed_last_is_kept():
    """It may arrive after the end, while something that the child started holds the line open."""
    async with played() as (child, _, printing):
        printing.sendall(b"first, ")
        while not child.output:
            await asyncio.sleep(0)
        printing.sendall(b"last")
        await child.close()

    assert bytes(child.output) == b"first, last"
    assert not child.flooded


async def test_who_prints_too_much_is_killed_once():
    """And no more of it is read than a little over the limit."""
    killed: list[Child] = []
    async with played(killed.append) as (child, _, printing):
        printing.setblocking(False)
        sending = asyncio.ensure_future(
            asyncio.get_running_loop().sock_sendall(printing, bytes(3 * MOST_OUTPUT))
        )
        while not killed:
            await asyncio.sleep(0)
        sending.cancel()
        await child.close()

    assert killed == [child]
    assert child.flooded
    assert MOST_OUTPUT < len(child.output) <= MOST_OUTPUT + 65536


async def test_as_much_as_is_allowed_is_no_flood():
    """To the byte."""
    killed: list[Child] = []
    async with played(killed.append) as (child, _, printing):
        printing.setblocking(False)
        await asyncio.get_running_loop().sock_sendall(printing, bytes(MOST_OUTPUT))
        await child.close()

    assert (len(child.output), child.flooded, killed) == (MOST_OUTPUT, False, [])


# --- waiting and ending ------------------------------------------------------------------------


class Idle:
    """Idle time as the test has it."""

    seconds = 0.0
    each = 2.0

    def __init__(self, *_: object) -> None:
        """Whoever it looks at, and however often."""

    def look(self) -> float:
        self.seconds += self.each
        return self.seconds


async def test_work_is_given_up_only_when_the_process_sleeps(monkeypatch):
    """For as many seconds in a row as its limit says, however long the work takes."""
    monkeypatch.setattr(module, "LOOK", 0.001)
    monkeypatch.setattr(module, "IdleTime", Idle)
    never: asyncio.Future[None] = asyncio.Future()

    assert not await done_before_it_stalls(never, 1, 5.0)
    monkeypatch.setattr(Idle, "each", 0.0)
    waiting = asyncio.ensure_future(done_before_it_stalls(never, 1, 5.0))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    never.set_result(None)
    assert await waiting


@linux
def test_a_group_is_killed_with_all_that_is_in_it():
    """Once is enough; twice does no harm."""
    script = "import subprocess; print(subprocess.Popen(['sleep', '976']).pid, flush=True); input()"
    leader = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert leader.stdout
    started = int(leader.stdout.readline())

    kill_group(leader.pid)
    with leader:
        assert leader.wait() == -signal.SIGKILL
    kill_group(leader.pid)

    for _ in range(6000):
        if gone(started):
            break
        time.sleep(0.01)
    assert gone(started)


def gone(pid: int) -> bool:
    """Has the process ended? What has ended and waits to be read is gone, too."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def test_a_child_knows_nothing_of_the_environment_but_where_things_are(monkeypatch):
    """No secret, no setting of Python or of another tool."""
    for name in (
        "DATABASE_URL",
        "SECRET_TOKEN",
        "PYTHONPATH",
        "PYTHONASYNCIODEBUG",
        "COVERAGE_RUN",
    ):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("LANG", raising=False)

    seen = environment()

    assert not {"DATABASE_URL", "SECRET_TOKEN", "PYTHONPATH", "PYTHONASYNCIODEBUG"} & seen.keys()
    assert not {name for name in seen if name.startswith("COVERAGE")}
    assert (seen["TZ"], seen["PATH"]) == ("UTC", os.environ["PATH"])
    assert "LANG" not in seen
    assert seen["PYTHONUTF8"] == seen["PYTHONUNBUFFERED"] == "1"


def test_children_are_started_where_the_kit_is():
    """So they find it without being told where it is."""
    assert (PACKAGE / "graders" / "kit" / "child" / "forkserver.py").is_file()


# --- the end of a child ------------------------------------------------------------------


async def test_what_is_cancelled_again_comes_to_its_end_all_the_same():
    """And is cancelled then, as it was to be."""
    ended, go_on = [], asyncio.Event()

    async def work():
        await go_on.wait()
        ended.append("work")

    async def clearing():
        await module.to_its_end(work())
        ended.append("too far")

    task = asyncio.create_task(clearing())
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    go_on.set()
    await asyncio.wait([task])

    assert task.cancelled()
    assert ended == ["work"]


async def test_what_is_not_cancelled_gives_its_result():
    async def work():
        return 7

    assert await module.to_its_end(work()) == 7
