"""The third signal: a thread that sleeps inside a step is found, whatever it has called."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.blocking.cpu import calibration
from graders.kit.instruments.blocking.sleep.clock_sample import ClockSample
from graders.kit.instruments.blocking.sleep.meter import (
    ProcessSleepMeter,
    SchedstatSleepMeter,
)
from graders.kit.instruments.blocking.sleep.threads import Threads
from graders.kit.instruments.blocking.stacks import call_text, stack_of_thread
from graders.kit.instruments.frames import current_frames
from graders.kit.instruments.source import Source
from graders.kit.shared.kernel import Thread, ThreadState
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
@pytest.mark.parametrize(("library", "seconds"), [("CDLL", 0.15), ("PyDLL", 0.6)])
def test_c_code_that_sleeps_is_found(write, library, seconds, portable):
    """Whether it releases the GIL or holds it, and though it is in no table.

    While it holds the GIL the watchdog wakes up in vain and queues for a processor; that time is
    taken off, and on a very busy machine it is most of it. So it sleeps for longer then.

    Without the kernel's help a thread that was preempted meanwhile may have slept or queued, which
    is never reported: on a busy machine it takes some attempts to find one that was not.
    """
    program = write(
        f"""
        import ctypes
        libc = ctypes.{library}(None)
        async def main():
            libc.usleep({seconds * 1_000_000:.0f})  # <-
        """
    )
    for _ in range(20 if portable else 1):
        detector = BlockingDetector(program.source, portable=portable)
        began = time.monotonic()
        program.run(detector)
        lasted = time.monotonic() - began
        if detector.findings:
            break
    (finding,) = detector.findings
    assert (finding.family, finding.call, finding.line) == ("sleep", "libc.usleep", program.guilty)
    assert finding.seconds is not None
    assert 0 < finding.seconds <= lasted


def test_samples_keep_no_variables_alive(write):
    """Destructors run when and where they would run without samples: in the program's thread."""
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
    program.run(BlockingDetector(program.source))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_program_that_forks_finds_no_thread_of_ours(write):
    """Python warns of a fork in a process with threads, and warnings are errors here."""
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
    assert program.run(BlockingDetector(program.source)) == 7


BLOCKED = """
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
    return early, len(seen)
"""

WATCHED = """
import sys
from pathlib import Path
from graders.kit.instruments.blocking import BlockingDetector
from tests.kit.watched import Program

program = Program(Path(sys.argv[1]), sys.stdin.read())
print(program.run(BlockingDetector(program.source)))
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no signal masks")
def test_a_signal_that_the_program_blocks_stays_pending(tmp_path):
    """It does not reach the program through our thread.

    In a process of its own: any other thread of this one, such as an idle worker that an earlier
    test has left, would let it in.
    """
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path)],
        input=BLOCKED,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )

    assert done.stdout.strip() == "(0, 1)", done.stderr


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="collects between two instructions")
def test_no_garbage_is_collected_while_a_stack_is_sampled():
    """It would be collected under a lock that a starting thread waits for, holding the GIL."""
    stack, (collecting,) = stack_of_thread(threading.get_ident(), gc.isenabled)
    assert stack
    assert not collecting
    assert threading.get_ident() in current_frames()
    assert gc.isenabled()


def test_a_computation_off_the_main_thread_is_found(write):
    """No timer interrupts it, but the watchdog samples it; from 3.12 on, on the right line."""
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
    detector = BlockingDetector(program.source)
    assert program.run(detector) == 1_000_000
    assert [f.family for f in detector.findings] == ["cpu"]
    if sys.version_info >= (3, 12):
        assert detector.findings[0].line == program.guilty


def order(seed: int) -> list[int]:
    """The order in which callbacks, timers and tasks of a random program run."""
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


def test_the_detector_does_not_change_the_order_of_callbacks(tmp_path: Path):
    """Thirty random programs run their callbacks in the same order with and without it."""
    for seed in range(30):
        alone = order(seed)
        with BlockingDetector(Source(tmp_path)):
            assert order(seed) == alone


# --- how long did it sleep? --------------------------------------------------------------


def state(ran: int, queued: int = 0, call: str = "", **more: object) -> ThreadState:
    return ThreadState(
        ran * MS, queued * MS, timeslices=ran, family=call and "x", call=call, **more
    )


def sample(now: int, state: ThreadState, others: int = 0, stops: int = 0) -> ClockSample:
    return ClockSample(now * MS, 0, 0, state, others * MS, 0, stops=stops)


@pytest.fixture
def meter():
    try:
        meter = SchedstatSleepMeter()
    except OSError:
        pytest.skip("the kernel does not tell")
    yield meter
    meter.close()


@pytest.mark.parametrize(
    ("start", "end", "asleep"),
    [
        # slept 100 ms in one call
        (sample(0, state(0, call="poll")), sample(100, state(0, call="poll")), 100),
        # ran 40 and queued 20 of the 100, then slept
        (sample(0, state(0)), sample(100, state(10, 40, call="poll")), 50),
        # computed all the while, and waited for a processor
        (sample(0, state(0)), sample(100, state(50, 50)), 0),
        # the machine itself stood still for a while: that is not the program's sleep
        (sample(0, state(0)), sample(100, state(60, 0, call="write")), 0),
        # waited for the GIL, which another thread held
        (
            sample(0, state(0)),
            sample(100, state(5, call="futex", timed=True), others=95),
            0,
        ),
        # waited for a lock for 100 ms, while all others slept, or one of them worked
        (sample(0, state(5, call="futex")), sample(100, state(5, call="futex")), 100),
        (sample(0, state(5, call="futex")), sample(100, state(5, call="futex"), others=100), 0),
        # the process was stopped
        (sample(0, state(5)), sample(100, state(5), stops=1), 0),
        # but the thread waits for something still, or has waited all the while
        (sample(0, state(5)), sample(100, state(5, call="poll"), stops=1), 100),
        (sample(0, state(5, call="futex")), sample(100, state(5, call="futex"), stops=1), 100),
    ],
)
def test_sleep_is_what_is_left_of_real_time(meter, start, end, asleep):
    """Neither running nor queueing nor waiting for the GIL is sleep."""
    assert max(0, meter.slept(start, end)) == asleep * MS


def test_a_thread_that_may_be_queueing_is_decided_later(meter):
    """A thread that is ready and has not run since may have queued all the while."""
    ready = sample(100, state(5))
    assert not meter.is_final(ready, ready)
    assert meter.is_final(ready, sample(105, state(6)))
    assert meter.is_final(ready, sample(105, state(5, call="poll")))


@pytest.mark.parametrize(("burnt", "asleep"), [(0, 100), (4, 96), (5, 0), (50, 0)])
def test_a_process_that_burns_nothing_is_asleep(burnt, asleep):
    """The portable meter: a process that burns a twentieth of real time is not asleep."""
    start, end = ClockSample(0, 0), ClockSample(100 * MS, burnt * MS)
    assert ProcessSleepMeter().slept(start, end) == asleep * MS


@pytest.mark.parametrize(
    ("unseen", "burnt", "preempted", "asleep"),
    [(100, 0, 0, True), (100, 2, 0, False), (100, 0, 1, False), (150, 0, 1, True)],
)
def test_unobserved_time_is_sleep_unless_a_thread_may_have_queued(unseen, burnt, preempted, asleep):
    """A call that holds the GIL sleeps, unless its thread may have been preempted."""
    earlier = ClockSample(0, 0, preempted=5)
    now = ClockSample(unseen * MS, burnt * MS, preempted=5 + preempted)
    assert ProcessSleepMeter().count_from(None, earlier, now) == (earlier if asleep else now)


@linux
def test_the_kernel_says_where_a_thread_waits():
    """And that it does not run meanwhile."""
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
    # With a time-out it would wait for the GIL; and it may wait for another lock before it comes
    # to the one that it keeps waiting for.
    while not later.waits or later.timed or later != earlier:
        time.sleep(0)
        earlier, later = later, look.look()
    done.release()
    thread.join()
    look.close()
    assert (later.family, later.call, later.timed) == ("lock", "futex", False)
    assert later.timeslices == earlier.timeslices


@linux
def test_a_thread_that_does_not_exist_is_an_error():
    """It is not reported as a thread that sleeps."""
    with pytest.raises(OSError, match="No such file"):
        Thread(2**22 + 1)


@linux
def test_threads_that_start_and_end_are_noticed():
    """The other threads are those that exist now, even if one has taken the place of another."""
    threads = Threads()
    own = threading.get_native_id()

    def others() -> set[int]:
        threads.refresh()
        return threads.states().keys() - {own}

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
        threads.states()
    assert others() == before
    threads.close()


# --- how it is described ----------------------------------------------------------------------


def probe(action: object) -> str:
    return call_text(sys._getframe(1).f_code, sys._getframe(1).f_lasti)


def test_a_call_is_named_as_the_source_writes_it():
    """The expression that is called, without its arguments, over several lines if need be."""
    assert probe(1) == "probe"
    assert (lambda: probe("é"))() == "probe"
    assert [
        probe(
            "over several lines",
        )
    ] == ["probe"]


def test_calibration_is_measured_once_and_work_is_proportional():
    """Twice the seconds are twice the work."""
    assert calibration.seconds(2_000) == pytest.approx(2 * calibration.seconds(1_000))
    said = calibration.describe(calibration.seconds(25_000_000), 3_000_000)
    assert said == "as much as counting to 25 million, where 3 are allowed"
