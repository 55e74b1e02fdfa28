"""The third signal: what sleeps in a step is found, whatever it is called."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from graders.kit.instruments.frames import current_frames
from graders.kit.instruments.source import Source
from graders.kit.instruments.watch import Watch, yardstick
from graders.kit.instruments.watch.rest import Kernel, Sight, Standstill
from graders.kit.instruments.watch.standing import called, stack_of
from graders.kit.instruments.watch.threads import Threads
from graders.kit.shared.kernel import Moment, Thread
from tests.kit.watched import Program

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel is asked")

MS = 1_000_000


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str) -> Program:
        folder = tmp_path / "watched"
        folder.mkdir()
        return Program(folder, text)

    return write


@pytest.mark.parametrize("portable", [False, True], ids=["kernel", "portable"])
@pytest.mark.parametrize("library", ["CDLL", "PyDLL"])
def test_c_code_that_sleeps_is_found(write, library, portable):
    """With the interpreter's lock or without it, in no table of calls: found, with its line."""
    program = write(
        f"""
        import ctypes
        libc = ctypes.{library}(None)
        async def main():
            libc.usleep(150_000)  # <-
        """
    )
    watch = Watch(program.source, portable=portable)
    began = time.monotonic()
    program.run(watch)
    lasted = time.monotonic() - began
    (finding,) = watch.findings
    assert (finding.family, finding.call, finding.line) == ("sleep", "libc.usleep", program.guilty)
    assert finding.seconds is not None
    assert 0 < finding.seconds <= lasted


def test_what_a_frame_holds_dies_where_it_would_have_died(write):
    """Looking at a program does not keep its variables: destructors run in their own thread."""
    program = write(
        """
        import asyncio, threading
        died = []
        class Box:
            def __del__(self):
                died.append(threading.current_thread() is threading.main_thread())
        def make():
            box = Box()
            sum(range(20_000))
        async def main():
            for _ in range(300):
                make()
                assert died.pop() and not died
                await asyncio.sleep(0)
        """
    )
    program.run(Watch(program.source))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_program_that_forks_has_no_thread_of_ours(write):
    """Python warns of forks beside threads; warnings are errors here."""
    program = write(
        """
        import asyncio, os
        async def main():
            await asyncio.sleep(0.02)
            pid = os.fork()
            if pid == 0:
                os._exit(7)
            await asyncio.sleep(0.02)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        """
    )
    assert program.run(Watch(program.source)) == 7


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no signal masks")
def test_a_signal_that_is_blocked_waits_for_the_program(write):
    """It does not reach it by way of our thread."""
    program = write(
        """
        import asyncio, os, signal
        seen = []
        async def main():
            signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
            os.kill(os.getpid(), signal.SIGUSR1)
            await asyncio.sleep(0.05)
            early = len(seen)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
            await asyncio.sleep(0)
            signal.signal(signal.SIGUSR1, signal.SIG_DFL)
            return early, len(seen)
        """
    )
    assert program.run(Watch(program.source)) == (0, 1)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="collects between two instructions")
def test_no_garbage_is_collected_while_frames_are_asked_for():
    """It would be collected under a lock that a starting thread waits for, with the interpreter."""
    stack, (collecting,) = stack_of(threading.get_ident(), gc.isenabled)
    assert stack
    assert not collecting
    assert threading.get_ident() in current_frames()
    assert gc.isenabled()


def test_a_computation_off_the_main_thread_is_found(write):
    """Where no timer looks: by who looks on; from 3.12 on also at the next pause, on its line."""
    program = write(
        """
        import asyncio
        numbers = [n * 7919 % 1000003 for n in range(1_000_000)]
        async def work():
            return len(sorted(numbers))  # <-
        async def main():
            return await asyncio.to_thread(lambda: asyncio.run(work()))
        """
    )
    watch = Watch(program.source)
    assert program.run(watch) == 1_000_000
    assert [f.family for f in watch.findings] == ["cpu"]
    if sys.version_info >= (3, 12):
        assert watch.findings[0].line == program.guilty


def order(seed: int) -> list[int]:
    """In which order callbacks, timers and tasks of a random program run."""
    draw = random.Random(seed)
    seen: list[int] = []

    async def wander(number: int) -> None:
        for _ in range(draw.randrange(1, 5)):
            seen.append(number)
            await asyncio.sleep(0)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            for number in range(60):
                match draw.randrange(4):
                    case 0:
                        loop.call_soon(seen.append, -number)
                    case 1:
                        loop.call_soon_threadsafe(seen.append, -number)
                    case 2:
                        await asyncio.sleep(0)
                    case _:
                        task = group.create_task(wander(number))
                        task.add_done_callback(lambda _, n=number: seen.append(1000 + n))

    asyncio.run(main())
    return seen


def test_the_watch_does_not_change_the_order_of_callbacks(tmp_path: Path):
    """Thirty random programs run their callbacks in the same order, watched and unwatched."""
    for seed in range(30):
        alone = order(seed)
        with Watch(Source(tmp_path)):
            assert order(seed) == alone


# --- how long did it sleep? --------------------------------------------------------------


def moment(ran: int, queued: int = 0, call: str = "", **more: object) -> Moment:
    return Moment(ran * MS, queued * MS, turns=ran, family=call and "x", call=call, **more)


def sight(now: int, moment: Moment, others: int = 0) -> Sight:
    return Sight(now * MS, 0, 0, moment, others * MS, 0)


@pytest.fixture
def kernel():
    try:
        kernel = Kernel()
    except OSError:
        pytest.skip("the kernel does not tell")
    yield kernel
    kernel.close()


@pytest.mark.parametrize(
    ("start", "end", "asleep"),
    [
        # slept 100 ms in one call
        (sight(0, moment(0, call="poll")), sight(100, moment(0, call="poll")), 100),
        # ran 40 and queued 20 of the 100, then slept
        (sight(0, moment(0)), sight(100, moment(10, 40, call="poll")), 50),
        # computed all the while, and waited for a processor
        (sight(0, moment(0)), sight(100, moment(50, 50)), 0),
        # the machine itself stood still for a while: that is not the program's sleep
        (sight(0, moment(0)), sight(100, moment(60, 0, call="write")), 0),
        # waited for the interpreter, which another thread had
        (
            sight(0, moment(0)),
            sight(100, moment(5, call="futex", timed=True), others=95),
            0,
        ),
        # waited for a lock for 100 ms, while all others slept, or one of them worked
        (sight(0, moment(5, call="futex")), sight(100, moment(5, call="futex")), 100),
        (sight(0, moment(5, call="futex")), sight(100, moment(5, call="futex"), others=100), 0),
    ],
)
def test_sleep_is_what_is_left_of_real_time(kernel, start, end, asleep):
    """Neither running nor queueing nor waiting for the interpreter is sleep."""
    assert max(0, kernel.asleep(start, end)) == asleep * MS


def test_who_may_still_queue_is_judged_later(kernel):
    """A thread that is ready and has not run since may have queued all the time."""
    ready = sight(100, moment(5))
    assert not kernel.settled(ready, ready)
    assert kernel.settled(ready, sight(105, moment(6)))
    assert kernel.settled(ready, sight(105, moment(5, call="poll")))


@pytest.mark.parametrize(("burnt", "asleep"), [(0, 100), (4, 96), (5, 0), (50, 0)])
def test_a_standstill_is_time_in_which_nothing_was_burnt(burnt, asleep):
    """The portable measure: a process that burns a twentieth of real time is not asleep."""
    start, end = Sight(0, 0), Sight(100 * MS, burnt * MS)
    assert Standstill().asleep(start, end) == asleep * MS


@pytest.mark.parametrize(
    ("unseen", "burnt", "preempted", "asleep"),
    [(100, 0, 0, True), (100, 2, 0, False), (100, 0, 1, False), (150, 0, 1, True)],
)
def test_who_could_not_look_asks_whether_somebody_queued(unseen, burnt, preempted, asleep):
    """A call that keeps the interpreter sleeps, unless it may have been taken off a processor."""
    earlier = Sight(0, 0, preempted=5)
    now = Sight(unseen * MS, burnt * MS, preempted=5 + preempted)
    assert Standstill().since(None, earlier, now) == (earlier if asleep else now)


@linux
def test_the_kernel_tells_a_sleeper_from_a_worker():
    """Where a thread waits, and that it does not run meanwhile."""
    ready, done = threading.Event(), threading.Lock()
    done.acquire()

    def sleeper() -> None:
        ready.set()
        done.acquire()

    thread = threading.Thread(target=sleeper)
    thread.start()
    ready.wait()
    assert thread.native_id is not None
    look = Thread(thread.native_id)
    earlier, later = look.look(), look.look()
    # With a time-out it would wait for the interpreter; and it may have to wait for more than one
    # lock before it comes to rest.
    while not later.waits or later.timed or later != earlier:
        time.sleep(0)
        earlier, later = later, look.look()
    done.release()
    thread.join()
    look.close()
    assert (later.family, later.call, later.timed) == ("lock", "futex", False)
    assert later.turns == earlier.turns


@linux
def test_a_thread_that_is_not_there_is_an_error():
    """Nobody is told that a thread sleeps when there is none."""
    with pytest.raises(OSError, match="No such file"):
        Thread(2**22 + 1)


@linux
def test_threads_that_come_and_go_are_counted_in():
    """What others ran is told of those that are there, be it one in another's place."""
    threads = Threads()
    own = threading.get_native_id()

    def others() -> set[int]:
        threads.refresh()
        return {number for number, _ in threads.others(own)}

    before = others()
    for _ in range(2):
        end = threading.Event()
        thread = threading.Thread(target=end.wait)
        thread.start()
        assert others() == {*before, thread.native_id}
        end.set()
        thread.join()
        while (Path("/proc/self/task") / str(thread.native_id)).exists():
            time.sleep(0)  # it has ended for Python, and not yet for the kernel
        threads.others(own)
    assert others() == before
    threads.close()


# --- how it is said ----------------------------------------------------------------------


def probe(action: object) -> str:
    return called(sys._getframe(1).f_code, sys._getframe(1).f_lasti)


def test_a_call_is_named_as_the_source_writes_it():
    """The expression that is called, without its arguments, over several lines if need be."""
    assert probe(1) == "probe"
    assert (lambda: probe("é"))() == "probe"
    assert [
        probe(
            "over several lines",
        )
    ] == ["probe"]


def test_a_turn_is_measured_once_and_work_is_proportional():
    """Twice the seconds are twice the work."""
    assert yardstick.seconds(2_000) == pytest.approx(2 * yardstick.seconds(1_000))
    said = yardstick.work(yardstick.seconds(25_000_000), 3_000_000)
    assert said == "as much as counting to 25 million, where 3 are allowed"
