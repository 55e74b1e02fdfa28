"""Pools of processes that a submission makes: for its own functions, and for jobs of the grader."""

from __future__ import annotations

import asyncio
import multiprocessing.spawn
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graders.kit.child import workers
from graders.kit.judge.judge import Judge
from graders.kit.judge.katas import Kata, Submission
from graders.kit.shared.record import Record
from tests.kit import judging
from tests.tiny import NAME, tiny

GRADER = '''"""A kata of processes."""

import asyncio
import os
import tempfile
import time
from functools import partial
from pathlib import Path


class Odd(Exception):
    pass


def square(n):
    if n % 2:
        raise Odd(f"{n} is odd")
    return {"square": n * n, "pid": os.getpid()}


def wait_for(path, n):
    while not Path(path).exists():
        time.sleep(0.01)
    return n


async def processes(kata, ending, clock):
    seen = {"own": os.getpid(), "jobs": await kata.compute(square, [2, 4, 6])}
    seen["odd"] = await ending(kata.compute(square, [3]))
    seen["functions"] = await kata.compute_own([2, 4])
    with tempfile.TemporaryDirectory() as folder:
        gate = Path(folder, "gate")
        work = asyncio.ensure_future(kata.compute(partial(wait_for, str(gate)), [7]))
        for _ in range(20):
            await asyncio.sleep(0)
        gate.touch()
        seen["waited"] = await work
    seen["took"] = clock.elapsed
    return seen
'''

SOLUTION = """
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

POOLS = []


async def compute(job, numbers):
    loop = asyncio.get_running_loop()
    pool = ProcessPoolExecutor(2, multiprocessing.get_context("METHOD"))
    POOLS.append(pool)
    return await asyncio.gather(*(loop.run_in_executor(pool, job, n) for n in numbers))


class Pair:
    def __init__(self, n):
        self.n = n
        self.twice = double(n)

    def __repr__(self):
        return f"Pair({self.n}, {self.twice})"


def double(n):
    return 2 * n


async def compute_own(numbers):
    return [repr(pair) for pair in await compute(Pair, numbers)]
"""


@pytest.fixture
def kata(tmp_path: Path) -> Kata:
    """A kata whose answers have names that are no names of modules, and lie beside a file that
    must not be taken for the standard library's."""
    workspace = tiny(tmp_path)
    workspace.write(f"graders/{NAME}.py", GRADER)
    workspace.write(f"solutions/{NAME}.py", SOLUTION.replace("METHOD", "fork"))
    workspace.write("answers/tempfile.py", "raise RuntimeError('it was imported')\n")
    for method in ("fork", "spawn", "forkserver"):
        workspace.write(f"answers/by.{method}.py", SOLUTION.replace("METHOD", method))
    return judging.kata("k101", tmp_path)


async def observed(kata: Kata, answer: str) -> Record:
    """The record of the kata's one scenario."""
    rubric = judging.rubrics([kata])[kata.name]
    async with Judge([kata], jobs=1) as judge:
        submission = Submission(kata, kata.root / "answers" / answer)
        [scenario] = rubric.others
        return await judge.observer.observe(submission, scenario, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at /proc, and forks")
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("start", ["fork", "spawn"])
async def test_a_pool_works_however_its_processes_start(kata, monkeypatch, start, method):
    """Whether the child itself was forked or started afresh. Jobs take no virtual time, and the
    processes of pools that nobody shuts down end with the scenario."""
    monkeypatch.setenv("KATA_START", start)

    seen = await observed(kata, f"by.{method}.py")

    assert seen.outcome == "done", f"{seen.message}\n{seen.output}"
    assert [job["square"] for job in seen.jobs] == [4, 16, 36]
    assert str(seen.odd) == "raised Odd: 3 is odd"
    assert seen.functions == ["Pair(2, 4)", "Pair(4, 8)"]
    assert seen.waited == [7]
    assert seen.took == 0.0
    pids = {job["pid"] for job in seen.jobs}
    assert seen.own not in pids
    assert {leak.family for leak in seen.leaks} == {"process"}
    await until_they_end(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at /proc")
@pytest.mark.parametrize("start", ["fork", "spawn"])
async def test_processes_end_with_a_child_that_crashes(kata, monkeypatch, start, tmp_path):
    """Whoever has to end them, it is not the child."""
    monkeypatch.setenv("KATA_START", start)
    crash = f"""
import os, subprocess, sys
async def compute(job, numbers):
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(977)"])
    with open({str(tmp_path / "pid")!r}, "w") as file:
        file.write(str(process.pid))
    os._exit(3)
"""
    (tmp_path / "answers/crashes.py").write_text(crash)

    seen = await observed(kata, "crashes.py")

    assert "it ended the whole process (exit status 3)" in seen.message
    await until_they_end({int((tmp_path / "pid").read_text())})


async def until_they_end(pids: set[int]) -> None:
    """They are killed already, but ending may take a moment."""
    deadline = time.monotonic() + 60
    while any(map(works, pids)):
        assert time.monotonic() < deadline, f"some of {pids} go on after their scenario"
        await asyncio.sleep(0.05)


def works(pid: int) -> bool:
    """Is it a process of Python that has not ended?"""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return b"python" in command and state != "Z"


def test_a_spawned_process_needs_no_file_to_import_a_module_from(tmp_path):
    """It gets compiled code: the text may have come from anywhere, and be gone."""
    program = tmp_path / "program.py"
    program.write_text(
        "import multiprocessing, sys, types\n"
        "from graders.kit.child import workers\n"
        "module = sys.modules['such'] = types.ModuleType('such')\n"
        "code = compile('def double(n): return 2 * n', '/there/is/no/such.py', 'exec')\n"
        "exec(code, vars(module))\n"
        "with workers.importable({'such': lambda: code}):\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        print(pool.map(module.double, [1, 2]))\n"
    )

    done = subprocess.run(
        [sys.executable, program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(judging.ROOT)},
        check=False,
    )

    assert done.stdout == "[2, 4]\n", done.stderr


def test_only_while_it_is_asked_for_is_anything_passed_on():
    """Afterwards `multiprocessing` is as it was."""
    before = multiprocessing.spawn.get_preparation_data

    with workers.importable({}):
        told = multiprocessing.spawn.get_preparation_data("name")
        assert "given modules" in told
        assert "-P" in multiprocessing.spawn.get_command_line(pipe_handle=1)
        assert not {"init_main_from_name", "init_main_from_path"} & told.keys()

    assert multiprocessing.spawn.get_preparation_data is before
