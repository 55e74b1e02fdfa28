"""The witness: what a submission hides from the watch inside is seen from outside."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders.kit.judge import kernel_observer
from graders.kit.judge.kernel_observer import KernelObserver, ThreadProbe
from graders.kit.judge.sleep_tally import ASLEEP, LOCKED, SleepTally, counts
from graders.kit.shared.kernel import Thread, ThreadState
from tests.kit.graded import graded, messages
from tests.tiny import NAME, tiny

# --- the rule ------------------------------------------------------------------------

RUNS = ThreadState(ran=1000, queued=10, timeslices=5)
SLEEPS = ThreadState(1000, 10, 5, "sleep", "clock_nanosleep", 1)
READS = ThreadState(1000, 10, 5, "file", "read", 7)
LOOPS = ThreadState(1000, 10, 5, "socket", "epoll_wait", 4)
LOCKS = ThreadState(1000, 10, 5, "lock", "futex", 0x7F00, timed=True)


def seen(*looks: tuple[float, ThreadState]) -> SleepTally:
    """Looks that took no time."""
    account = SleepTally()
    for at, moment in looks:
        account.add(moment, at, at, exempt=not counts(moment))
    return account


def test_the_same_wait_at_two_looks_is_sleep_in_between():
    """From the end of the first to the beginning of the last: so much is certain."""
    account = SleepTally()
    account.add(SLEEPS, 1.0, 1.1)
    account.add(SLEEPS, 1.2, 1.4)
    account.add(SLEEPS, 1.5, 1.9)

    [slept] = account.slept.values()
    assert (slept.total, slept.longest) == (pytest.approx(0.4), pytest.approx(0.4))
    finding = account.finding()
    assert finding is not None
    assert (finding.kind, finding.family, finding.call) == ("blocking", "sleep", "clock_nanosleep")
    assert finding.seconds == 0.4
    assert finding.file is None


@pytest.mark.parametrize(
    "other",
    [
        RUNS,
        replace(SLEEPS, timeslices=6),
        replace(SLEEPS, ran=1001),
        replace(SLEEPS, call="nanosleep"),
        replace(READS, argument=8),
    ],
)
def test_a_turn_in_between_proves_nothing(other):
    """It ran, and came back: for how long it was away, nobody knows."""
    first = READS if other.call == "read" else SLEEPS
    assert seen((0, first), (9, other)).slept == {}
    assert seen((0, first), (9, other)).finding() is None


def test_many_short_waits_add_up():
    """Of one call, and of several: the one that took most is named."""
    looks = []
    for turn in range(10):
        looks += [
            (turn, replace(SLEEPS, timeslices=turn)),
            (turn + 0.004, replace(SLEEPS, timeslices=turn)),
        ]
        looks += [
            (turn + 0.5, replace(READS, timeslices=turn)),
            (turn + 0.502, replace(READS, timeslices=turn)),
        ]

    account = seen(*looks)

    assert account.slept["clock_nanosleep", False].longest == pytest.approx(0.004)
    finding = account.finding()
    assert finding is not None
    assert (finding.call, finding.seconds) == ("clock_nanosleep", 0.04)
    assert seen(*looks[:40:4], *looks[1:40:4]).finding() is None


@pytest.mark.parametrize(
    "moment",
    [
        RUNS,
        LOOPS,
        replace(SLEEPS, call="restart_syscall"),
        replace(READS, call="write", argument=1),
        replace(READS, call="write", argument=3),
        replace(LOCKS, timed=False),
    ],
)
def test_what_honest_children_do_never_counts(moment):
    """Running, the loop's selector, a call cut in two, talking to the judge, plain locks."""
    assert seen((0, moment), (10, moment), (20, moment)).finding() is None


def test_less_than_the_limit_is_nothing():
    """The limits are for sleep, and for a lock with a time-out."""
    assert seen((0, SLEEPS), (ASLEEP - 0.001, SLEEPS)).finding() is None
    assert seen((0, SLEEPS), (ASLEEP + 0.001, SLEEPS)).finding() is not None
    assert seen((0, LOCKS), (LOCKED - 0.001, LOCKS)).finding() is None
    assert seen((0, LOCKS), (LOCKED + 0.001, LOCKS)).finding() is not None


def test_short_locks_do_not_add_up():
    """A lock is one wait or none: with many threads there are many short ones."""
    looks = [
        (turn + part, replace(LOCKS, timeslices=turn)) for turn in range(9) for part in (0, 0.9)
    ]

    assert seen(*looks).finding() is None


def test_a_wait_that_becomes_excusable_begins_anew():
    """Such as for a disk: the time in which it was is not counted."""
    account = seen((0, READS))
    account.add(READS, 8, 8, exempt=True)
    account.add(READS, 8.03, 8.03)

    assert account.slept["read", False].total == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("computed", "spent", "hidden"),
    [(0.0, 0.0, None), (0.4, 0.0, None), (2.0, 1.9, None), (0.9, 0.2, 0.7), (2.5, 0.0, 2.5)],
)
def test_processor_time_that_the_child_does_not_tell_of(computed, spent, hidden):
    """Making the loop and the record takes some; the rest should have been in the steps."""
    tally = seen((0, replace(RUNS, ran=0)), (1, replace(RUNS, ran=round(computed * 1e9))))

    found = tally.hidden(spent)
    assert (found and found.seconds) == hidden


def test_the_processor_time_is_that_between_the_looks():
    """What the thread ran before the first one, importing for instance, is not in it."""
    account = seen((0, replace(RUNS, ran=7_000_000_000)), (1, replace(RUNS, ran=9_500_000_000)))

    assert account.computed == 2.5
    assert SleepTally().computed == 0


# --- looking -------------------------------------------------------------------------


def tells() -> bool:
    """Does the kernel of this machine say anything?"""
    with KernelObserver().probe() as probe:
        probe.find(threading.get_native_id())
        return probe.found


linux = pytest.mark.skipif(not tells(), reason="the kernel tells nothing here")


@linux
def test_a_process_that_sleeps_is_seen():
    """From the moment that it counts; and where nobody is watched, nobody watches."""
    sleeper = subprocess.Popen(["sleep", "30"])
    eyes = KernelObserver()
    try:
        with eyes.probe() as probe:
            probe.find(sleeper.pid)
            time.sleep(0.2)
            assert probe.tally.slept == {}
            probe.begin()
            until(lambda: probe.tally.finding() is not None)
    finally:
        sleeper.kill()
        sleeper.wait()

    assert eyes.source == "kernel"
    until(lambda: not [t for t in threading.enumerate() if t.name == "witness"])


@linux
def test_a_process_that_has_ended_is_nothing_special():
    """The kernel told of it as long as it was there."""
    sleeper = subprocess.Popen(["sleep", "30"])
    eyes = KernelObserver()
    with eyes.probe() as probe:
        probe.find(sleeper.pid)
        probe.begin()
        sleeper.kill()
        sleeper.wait()
        probe.look()
        assert (probe.hidden, probe.refused) == (False, False)
        probe.find(sleeper.pid)
    assert eyes.source == "kernel"


def test_where_the_kernel_does_not_tell_nothing_is_claimed(monkeypatch):
    """Not even with some of the children only: the report says `none`."""

    def refuse(*_: int) -> Thread:
        raise PermissionError

    monkeypatch.setattr(kernel_observer, "Thread", refuse)
    eyes = KernelObserver()

    with eyes.probe() as probe:
        probe.find(threading.get_native_id())
        probe.begin()
        probe.look()

    assert (eyes.source, probe.tally.finding(), probe.hidden) == ("none", None, False)


@linux
@pytest.mark.parametrize("orphan", [False, True])
def test_a_child_that_takes_our_leave_away_hides_something(monkeypatch, orphan):
    """Unless it is an orphan meanwhile: where one may look at descendants only, it is none."""
    probe = ThreadProbe()
    probe.find(threading.get_native_id())
    probe.begin()
    if orphan:
        monkeypatch.setattr(kernel_observer, "_status", lambda _: ("S", 1))

    def refuse(_: Thread) -> ThreadState:
        raise PermissionError

    monkeypatch.setattr(Thread, "look", refuse)
    probe.look()

    assert (probe.hidden, probe.refused) == (not orphan, orphan)


def until(met: Any) -> None:
    deadline = time.monotonic() + 30
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- submissions ---------------------------------------------------------------------

TOP = """
import _posixsubprocess, _socket, _thread, asyncio, ctypes, json, os, select, signal, socket, sys
import time

usleep = ctypes.CDLL(None).usleep

def real(call):
    '''What is below everything that was put in its place.'''
    while hasattr(call, "__wrapped__"):
        call = call.__wrapped__
    return call.__self__.real.sleep if hasattr(getattr(call, "__self__", None), "real") else call

def later(do, *args):
    '''In a second, on a thread that no instrument knows of.'''
    def run():
        usleep(1_000_000)
        do(*args)
    _thread.start_new_thread(run, ())

def forge(n):
    record = {"scenario": "doubled", "outcome": "done", "result": 2 * n, "elapsed": 0.0}
    os.write(3, json.dumps({"message": "Finished", "record": record}).encode() + b"\\n")

def wait_for_a_process():
    pid = os.posix_spawn("/bin/sleep", ["sleep", "1"], {})
    real(os.waitid)(os.P_PID, pid, os.WEXITED)

def read_a_pipe():
    reading, writing = os.pipe()
    later(os.write, writing, b"x")
    real(os.read)(reading, 1)

def open_a_pipe():
    name = f"/tmp/witness-{os.getpid()}"
    os.mkfifo(name)
    later(os.open, name, os.O_WRONLY)
    real(os.open)(name, os.O_RDONLY)
    os.unlink(name)

def receive():
    here, there = socket.socketpair()
    later(there.send, b"x")
    here.settimeout(9)
    _socket.socket.recv(here, 1)

def wait_for_a_lock():
    lock = _thread.allocate_lock()
    lock.acquire()
    lock.acquire(timeout=2)

def nap():
    for _ in range(10):
        usleep(100_000)

class Sleeper:
    def __del__(self):
        usleep(1_000_000)

"""

SILENCED = """
# Whatever watches from inside has nothing to say any more.
sys.modules["graders.kit.child.instruments"].BlockingDetector.findings = []
"""

RESTORED = """
def _run(handle):
    handle._context.run(handle._callback, *handle._args)

asyncio.events.Handle._run = _run
"""

BLOCKS = {
    "sleeps in C": ("usleep(1_000_000)", "clock_nanosleep"),
    "digs out the real sleep": ("real(time.sleep)(1)", "clock_nanosleep"),
    "waits for a signal": ("signal.sigtimedwait([], 1)", "rt_sigtimedwait"),
    "reads an empty pipe": ("read_a_pipe()", "read"),
    "opens a pipe that nobody writes to": ("open_a_pipe()", "openat"),
    "selects": ("real(select.select)([], [], [], 1)", ("select", "pselect6")),
    "receives": ("receive()", ("poll", "ppoll")),
    "waits for a process": ("wait_for_a_process()", "waitid"),
    "sleeps when it is deleted": ("Sleeper()", "clock_nanosleep"),
    "naps": ("nap()", "clock_nanosleep"),
    "waits for a lock": ("wait_for_a_lock()", "futex"),
}
"""Each with the system call that gives it away."""


def double(*body: str, top: str = "") -> str:
    # In one scenario of the two: that is enough, and the other is over sooner.
    lines = "".join(f"        {line}\n" for line in body)
    return f"{TOP}{top}\nasync def double(n):\n    if n:\n{lines}    return 2 * n\n"


HOSTILE = {name: double(line, top=SILENCED) for name, (line, _) in BLOCKS.items()} | {
    "forges its record meanwhile": double("later(forge, n)", "usleep(2_500_000)", top=SILENCED),
}

TWINS = {
    name: double(f"await asyncio.to_thread(lambda: {line})") for name, (line, _) in BLOCKS.items()
} | {
    "forges its record meanwhile": double(
        "later(print, json.dumps({'record': {}}))", "await asyncio.to_thread(usleep, 2_000_000)"
    ),
    "waits for a process": double(
        "process = await asyncio.create_subprocess_exec('sleep', '1')", "await process.wait()"
    ),
    "sleeps when it is deleted": double(
        "sleepers = [Sleeper()]", "await asyncio.to_thread(sleepers.clear)"
    ),
    "prints more than a pipe holds": double("print('x' * 900_000)"),
    "blocks at import": double("pass", top="usleep(200_000)\nread_a_pipe()\n"),
}
"""The same without holding the loop."""

FORGED_AT_IMPORT = double("pass", top="forge(1)\nos._exit(0)\n")

CASES = {("hostile", name): text for name, text in HOSTILE.items()}
CASES |= {("honest", name): text for name, text in TWINS.items()}
CASES["forged", "at import"] = FORGED_AT_IMPORT
CASES["restored", "steps"] = double("await asyncio.sleep(0)", top=RESTORED)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All of them graded in one run, forked as usual."""
    return of(tmp_path_factory.mktemp("witness"), CASES)


def of(root: Path, cases: dict[Any, str], **environment: str) -> dict[Any, Any]:
    workspace = tiny(root)
    for number, text in enumerate(cases.values()):
        workspace.write(f"{number}/{NAME}.py", text)
    paths = [root / f"{number}/{NAME}.py" for number in range(len(cases))]
    found = graded(NAME, paths, root, jobs=8, **environment)
    assert found["witness"] == "kernel"
    return dict(zip(cases, found["katas"], strict=True))


@linux
@pytest.mark.parametrize("name", HOSTILE)
def test_who_silences_the_watch_is_seen_from_outside(report, name):
    """The check fails, on what the kernel saw; nothing else does."""
    kata = report["hostile", name]
    failed = [check for check in kata["checks"] if check["outcome"] != "passed"]
    [free] = [check for check in failed if check["check"] == "test_free"]
    [finding] = free["findings"]

    assert finding["call"] in BLOCKS.get(name, ("", "clock_nanosleep"))[1], messages(kata)
    assert finding["seconds"] > 0.05
    assert finding["detail"].startswith("seen from outside")
    assert free["message"] == f"{finding['call']} blocked"
    assert failed == [free], messages(kata)


@linux
@pytest.mark.parametrize("name", TWINS)
def test_who_does_the_same_without_blocking_has_nothing_to_fear(report, name):
    """Waiting on another thread, or for the loop, or at import is nobody's mistake."""
    assert report["honest", name]["points"] == 10, messages(report["honest", name])


@linux
def test_a_record_that_comes_before_the_scenario_is_none(report):
    """Nothing had been asked of it."""
    kata = report["forged", "at import"]

    assert kata["points"] == 0
    assert "it sent a record before it was asked for anything" in messages(kata)


@linux
def test_who_takes_the_watch_away_was_not_measured(report):
    """No finding is not the same as nothing to find."""
    kata = report["restored", "steps"]

    assert kata["points"] == 0
    assert "cannot be told: no step of an asyncio event loop was seen; " in messages(kata)
    assert "`Handle._run` was replaced while the blocking detector was active" in messages(kata)


@linux
def test_children_that_were_started_afresh_are_seen_too(tmp_path):
    """The verdicts are the same."""
    names = ("sleeps in C", "forges its record meanwhile", "prints more than a pipe holds")
    cases = {case: text for case, text in CASES.items() if case[1] in names}

    for (kind, name), kata in of(tmp_path, cases, KATA_START="spawn").items():
        free = next(check for check in kata["checks"] if check["check"] == "test_free")
        assert (free["outcome"] == "passed") == (kind == "honest"), (name, messages(kata))
