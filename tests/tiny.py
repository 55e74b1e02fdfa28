"""A workspace with one tiny kata, to be broken in all ways a workspace can be."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from graders.__main__ import main

ROOT = Path(__file__).parents[1]
NAME = "k101_tiny"

EXERCISE = '''"""A tiny kata

- `await double(n)` returns twice `n`.

    nox -s grade -- k101
"""


async def double(n: int) -> int:
    raise NotImplementedError
'''

SOLUTION = "async def double(n: int) -> int:\n    return 2 * n\n"

HINT = "\n\n    - What?\n    - With\n      that.\n    - Like so.\n    "

GRADER = f'''"""The rubric of a tiny kata."""

import pytest

from graders.kit.author import draw


async def doubled(kata, n=draw.whole(3, 99)):
    return await kata.double(n)


async def doubled_nothing(kata):
    return await kata.double(0)


@pytest.mark.points(4)
async def test_twice(observe):
    """It is twice as much.{HINT}"""
    seen = await observe(doubled)
    assert seen.result == 2 * seen.inputs.n, f"it was {{seen.result!r}}"


@pytest.mark.points(2)
async def test_nothing(observe):
    """Twice nothing is nothing.{HINT}"""
    seen = await observe(doubled_nothing)
    assert seen.result == 0, f"it was {{seen.result!r}}"


@pytest.mark.points(2)
async def test_at_once(observe):
    """It takes no time.{HINT}"""
    seen = await observe(doubled)
    assert seen.elapsed == 0, f"it took {{seen.elapsed:g}} s"


@pytest.mark.points(1)
async def test_free(observe):
    """It does not block.{HINT}"""
    seen = await observe(doubled)
    assert not seen.blocking, f"{{seen.blocking[0].call}} blocked"


@pytest.mark.points(1)
async def test_clean(observe):
    """It leaves nothing running.{HINT}"""
    seen = await observe(doubled)
    assert not seen.leaks, f"{{seen.leaks[0].call}} was left"
'''


def _wrong(mistake: str, fails: str, text: str) -> str:
    return f'"""{mistake}\n\n{fails}\n"""\n\n{text}'


WRONG = {
    "adds_two": _wrong(
        "Adds two.",
        "Fails: test_twice,\ntest_nothing",
        "async def double(n: int) -> int:\n    return n + 2\n",
    ),
    "waits": _wrong(
        "Waits first.",
        "Fails: test_at_once",
        "import asyncio\n\nasync def double(n):\n    await asyncio.sleep(1)\n    return 2 * n\n",
    ),
    "sleeps": _wrong(
        "Holds the thread.",
        "Fails: test_free",
        "import time\nfrom asyncio import sleep\n\n"
        "async def double(n):\n    time.sleep(1e-12)\n    return 2 * n\n",
    ),
    "forgets_a_task": _wrong(
        "Leaves a task.",
        "Fails: test_clean",
        "import asyncio\n\nTASKS = []\n\nasync def double(n):\n"
        "    TASKS.append(asyncio.create_task(asyncio.sleep(9)))\n    return 2 * n\n",
    ),
}

RIGHT = {
    "sums": "async def double(n):\n    return n + n\n",
    "object": (
        "class Double:\n    async def __call__(self, n):\n        return n * 2\n\n"
        "double = Double()\n"
    ),
}


@dataclass
class Workspace:
    """The folder of the tiny kata."""

    root: Path

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new))

    def run(self, *words: str) -> Done:
        """As `command` does, in this process: it need not start Python, nor import the kit again.

        That is half of what a command costs.
        """
        said, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
            status = main(words, self.root)
        return Done(status, said.getvalue(), complained.getvalue())

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`python -m graders`, for this workspace instead of the project's."""
        script = (
            "import sys; from pathlib import Path; from graders.__main__ import main; "
            "sys.exit(main(sys.argv[2:], Path(sys.argv[1])))"
        )
        return subprocess.run(
            [sys.executable, "-c", script, str(self.root), *words],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
            timeout=100,
            check=False,
        )


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def tiny(root: Path) -> Workspace:
    """A sound one."""
    workspace = Workspace(root)
    workspace.write(f"exercises/{NAME}.py", EXERCISE)
    workspace.write(f"solutions/{NAME}.py", SOLUTION)
    workspace.write(f"graders/{NAME}.py", GRADER)
    for folder, files in (("wrong", WRONG), ("right", RIGHT)):
        for name, text in files.items():
            workspace.write(f"tests/{folder}/{NAME}/{name}.py", text)
    return workspace
