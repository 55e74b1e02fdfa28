"""What comes of a conversation is a record, whatever the child says; or a fault that is ours."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from graders.kit.judge import conversation
from graders.kit.judge.child import LONGEST_LINE, MOST_OUTPUT, Child, ForkServerDied, connected
from graders.kit.judge.conversation import Conversation
from graders.kit.shared import messages
from graders.kit.shared.codec import encode, pack
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.messages import (
    Answer,
    Exited,
    Finished,
    Go,
    Hello,
    Loaded,
    Message,
    NotForked,
    Question,
    Refusal,
)
from graders.kit.shared.record import Record

DONE = Finished(pack(Record("doubled", result=42)))


@dataclass
class Probe:
    """A probe that watches nothing, and remembers what it was told."""

    found: int | None = None
    begun: bool = False
    looks: int = 0
    hidden: bool = False

    def find(self, pid: int) -> None:
        self.found = pid

    def begin(self) -> None:
        self.begun = True

    def look(self) -> None:
        self.looks += 1


class Database:
    """Answers every question with its details, and knows no other word."""

    async def answer(self, question: Question) -> Answer | Refusal:
        return Answer([question.ask, question.details])


class Far:
    """The child's own end: what the test has it say, and what it hears."""

    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self._line = line
        self._heard = bytearray()

    async def say(self, *said: Message | bytes) -> None:
        for one in said:
            data = one if isinstance(one, bytes) else messages.encode(one)
            await asyncio.get_running_loop().sock_sendall(self._line, data)

    async def hears(self) -> Any:
        while b"\n" not in self._heard:
            self._heard += await asyncio.get_running_loop().sock_recv(self._line, 65536)
        line, _, self._heard = self._heard.partition(b"\n")
        return messages.to_child(bytes(line))

    def hang_up(self) -> None:
        self._line.close()


Talk = Callable[[Far], Awaitable[None]]


@contextlib.asynccontextmanager
async def played(
    kill: Callable[[Child], None] = lambda _: None,
) -> AsyncIterator[tuple[Child, Far, socket.socket]]:
    """A child that the test plays itself, with the socket that it prints to."""
    ours, theirs = socket.socketpair()
    output, printing = socket.socketpair()
    reader, writer = await connected(ours)
    child = Child(reader, writer, output, kill)
    with theirs, printing:
        try:
            yield child, Far(theirs), printing
        finally:
            await child.close()


async def record(talk: Talk, probe: Probe | None = None, database: Any = None) -> Record:
    """What the conversation gives when the child talks like that, and hangs up."""
    async with played() as (child, far, _):

        async def talked() -> None:
            await talk(far)
            far.hang_up()

        talking = asyncio.ensure_future(talked())
        try:
            watched: Any = probe or Probe()
            return await Conversation(child, "doubled", database, watched).record()
        finally:
            await talking


def says(*said: Message | bytes) -> Talk:
    return lambda far: far.say(*said)


async def test_an_honest_child_says_hello_loads_is_let_go_and_finishes():
    """The record is the one it sent; and it was watched from `Loaded` on, and at the end."""
    probe = Probe()

    async def talk(far: Far) -> None:
        await far.say(Hello(77), Loaded())
        assert await far.hears() == Go()
        await far.say(DONE)

    seen = await record(talk, probe)

    assert (seen.outcome, seen.result, seen.tampered) == ("done", 42, False)
    assert (probe.found, probe.begun, probe.looks) == (77, True, 1)


async def test_a_question_is_answered_by_the_database():
    """Any number of them, in their order."""

    async def talk(far: Far) -> None:
        await far.say(Loaded())
        await far.hears()
        for ask in ("dsn", "rows"):
            await far.say(Question(ask, encode({"table": "t"})))
            assert await far.hears() == Answer([ask, encode({"table": "t"})])
        await far.say(DONE)

    assert (await record(talk, database=Database())).result == 42


async def test_a_question_without_a_database_is_refused():
    """The scenario is told, and goes on."""

    async def talk(far: Far) -> None:
        await far.say(Loaded(), Question("dsn", None))
        assert await far.hears() == Go()
        assert await far.hears() == Refusal("the scenario has no database")
        await far.say(DONE)

    assert (await record(talk)).outcome == "done"


async def test_the_judge_says_itself_which_scenario_it_was_and_that_it_was_honest():
    """Not the child, whatever its record has in these fields."""
    lie = Finished(pack(Record("another", result=42, tampered=True)))

    seen = await record(says(Loaded(), lie))

    assert (seen.scenario, seen.tampered, seen.result) == ("doubled", False, 42)


TAMPERED = {
    "no JSON": (b"\xff\xfe\n", "it wrote on the grader's own channel ("),
    "no message": (b'{"message": "Surprise"}\n', "it wrote on the grader's own channel ("),
    "no end": (
        b"x" * (LONGEST_LINE + 1),
        "it wrote on the grader's own channel (a message without end)",
    ),
    "a second hello": (Hello(78), "it wrote on the grader's own channel"),
    "loaded twice": (Loaded(), "it wrote on the grader's own channel"),
    "no record": (Finished([]), "what it sent is not a record ("),
    "a wrong field": (Finished({"scenario": 5}), "what it sent is not a record ("),
}


@pytest.mark.parametrize("name", TAMPERED)
async def test_what_no_honest_child_says_is_told_as_tampering(name):
    """Also after it was let go."""
    said, words = TAMPERED[name]

    seen = await record(says(Hello(77), Loaded(), said))

    assert (seen.scenario, seen.outcome, seen.tampered) == ("doubled", "raised", True)
    assert seen.message.startswith(words)


async def test_a_record_before_it_was_asked_for_anything_is_none():
    """A submission that forges one at import gains nothing by it; that it failed is believed."""
    early = await record(says(Hello(77), DONE))
    failed = Finished(pack(Record("doubled", "unusable", "line 3 is not valid Python")))
    honest = await record(says(Hello(77), failed))

    assert early.message == "it sent a record before it was asked for anything"
    assert (early.outcome, early.tampered) == ("raised", True)
    assert (honest.outcome, honest.message) == ("unusable", "line 3 is not valid Python")


async def test_a_child_that_hid_from_the_kernel_has_no_record():
    """Nobody can say whether it blocked."""
    seen = await record(says(Loaded(), DONE), Probe(hidden=True))

    assert (seen.outcome, seen.tampered) == ("raised", True)
    assert seen.message == "it hid from the system what its thread does"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "it ended the whole process (exit status 0) instead of returning"),
        (3, "it ended the whole process (exit status 3) instead of returning"),
        (-9, "the process was killed, by itself or for using too much"),
        (-11, "the process crashed (segmentation fault)"),
        (-24, "it computed past its limit of processor time without ever coming back to Python"),
        (-31, "it made a forbidden system call"),
        (-15, "the process was ended by signal 15"),
    ],
)
async def test_how_a_process_ended_is_told_in_words(status, words):
    """Its exit status, or the signal."""
    seen = await record(says(Hello(77), Loaded(), Exited(status)))

    assert (seen.outcome, seen.message, seen.tampered) == ("raised", words, False)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (NotForked("no memory"), "a process for the submission cannot be started: no memory"),
        (Finished(pack(Record("x", "fault", "KeyError: 7"))), "the kit broke down: KeyError: 7"),
    ],
)
async def test_what_goes_wrong_on_our_side_is_a_fault(said, words):
    """It is never a record, which would cost the submission points."""
    with pytest.raises(JudgeFault) as caught:
        await record(says(said))

    assert str(caught.value) == words


async def test_a_line_that_falls_silent_is_the_fork_servers_death():
    """Somebody would have said `Exited`, if anybody were there."""
    with pytest.raises(ForkServerDied):
        await record(says(Hello(77)))


# --- a child that says nothing ----------------------------------------------------------------


@dataclass
class Idle:
    """Idle time as the test has it: so many seconds more at each look."""

    process: int
    pause: float
    seconds: float = 0.0

    def look(self) -> float:
        self.seconds += 9.0
        return self.seconds


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> list[Idle]:
    """Every look is due at once, and finds 9 s more of sleep. Gives whom was looked at."""
    watched: list[Idle] = []

    def idle(process: int, pause: float) -> Idle:
        watched.append(Idle(process, pause))
        return watched[-1]

    monkeypatch.setattr(conversation, "LOOK", 0.001)
    monkeypatch.setattr(conversation, "IdleTime", idle)
    return watched


async def test_a_child_in_which_nothing_happens_is_given_up(silence):
    """It is what is told, and a time-out."""
    async with played() as (child, _, _):
        child.pid = 77
        probe: Any = Probe()
        seen = await Conversation(child, "doubled", None, probe).record()

    assert (seen.outcome, seen.tampered) == ("timeout", False)
    assert seen.message.startswith("it had not ended after 20 s in which nothing happened: ")
    assert [idle.process for idle in silence] == [77]
    assert silence[0].seconds == 27.0
    assert probe.found == 77, "where the judge itself is its parent, nobody has to say hello"


async def test_a_fork_server_that_never_says_hello_is_given_up(silence):
    """It is the one that is looked at, until there is a child."""
    async with played() as (child, _, _):
        child.parent = 66
        with pytest.raises(ForkServerDied):
            await Conversation(child, "doubled", None, Probe()).record()  # type: ignore[arg-type]

    assert [idle.process for idle in silence] == [66]


async def test_a_child_that_is_born_is_looked_at_from_then_on(silence, monkeypatch):
    """What its fork server did not do before does not count against it."""
    async with played() as (child, _, _):
        child.parent = 66
        real = Idle.look

        def look(idle: Idle) -> float:
            if idle.process == 66:
                child.pid = 77
            return real(idle)

        monkeypatch.setattr(Idle, "look", look)
        seen = await Conversation(child, "doubled", None, Probe()).record()  # type: ignore[arg-type]

    assert seen.outcome == "timeout"
    assert [(idle.process, idle.seconds) for idle in silence] == [(66, 9.0), (77, 27.0)]


async def test_a_child_that_is_never_idle_is_given_up_in_the_end(silence, monkeypatch):
    """What it starts, and starts again, could go on for ever."""
    monkeypatch.setattr(Idle, "look", lambda _: 0.0)
    monkeypatch.setattr(conversation, "MOST_LOOKS", 5)
    async with played() as (child, _, _):
        child.pid = 77
        seen = await Conversation(child, "doubled", None, Probe()).record()  # type: ignore[arg-type]

    assert seen.outcome == "timeout"


async def test_a_child_that_prints_without_end_is_told_so(silence):
    """Whether it ends by that, or hangs."""
    killed: list[Child] = []
    for status in (Exited(-9), None):
        async with played(killed.append) as (child, far, printing):
            child.pid = 77
            printing.setblocking(False)
            with contextlib.suppress(OSError):  # nobody reads the rest
                await asyncio.get_running_loop().sock_sendall(printing, bytes(MOST_OUTPUT + 99999))
            if status is not None:
                await far.say(status)
            seen = await Conversation(child, "doubled", None, Probe()).record()  # type: ignore[arg-type]

        assert (seen.outcome, seen.message) == ("timeout", "it printed more than 1,048,576 bytes")
        assert killed.pop() is child
    assert killed == []


async def test_a_conversation_that_is_cancelled_leaves_nobody_talking():
    """The judge gives up a run; its loop must not hear of this child again."""
    async with played() as (child, far, _):
        before = asyncio.all_tasks()
        work = asyncio.ensure_future(
            Conversation(child, "doubled", None, Probe()).record()  # type: ignore[arg-type]
        )
        await far.say(Loaded())
        assert await far.hears() == Go()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        await asyncio.sleep(0)

        assert asyncio.all_tasks() == before
