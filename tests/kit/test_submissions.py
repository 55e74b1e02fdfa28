"""Broken and hostile submissions: each is graded, each is told why, none disturbs another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.kit.graded import graded, messages
from tests.tiny import NAME, tiny

GOOD = """
import asyncio

async def greet(name, delay):
    await asyncio.sleep(delay)
    return f"Hello, {name}!"

async def greet_in_turn(names, delay):
    return [await greet(name, delay) for name in names]

def main(name):
    return asyncio.run(greet(name, 0))
"""

TIMED = """
def timed(function):
    @functools.wraps(function)
    async def wrapper(name, delay):
        await asyncio.sleep(delay)
        return await function(name)
    return wrapper
"""

FINE = {
    "crlf": GOOD.replace("\n", "\r\n").encode(),
    "bom": b"\xef\xbb\xbf" + GOOD.encode(),
    "latin1_cookie": ("# -*- coding: latin-1 -*-\n# caf\xe9\n" + GOOD).encode("latin-1"),
    "main_guard": (GOOD + "\nif __name__ == '__main__':\n    print(main('x'))\n").encode(),
    "type_hints": GOOD.replace("(name, delay):", "(name: str, delay: float) -> str:").encode(),
    "dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n" + GOOD
    ).encode(),
    "future_import": ("from __future__ import annotations\n" + GOOD).encode(),
    "wrapper_with_other_parameters": (
        GOOD.replace("async def greet(name, delay):", "@timed\nasync def greet(name):")
        .replace("    await asyncio.sleep(delay)\n", "")
        .replace("import asyncio\n", "import asyncio, functools\n" + TIMED)
    ).encode(),
    "prints": GOOD.replace("    await asyncio", "    print('hm')\n    await asyncio").encode(),
}
"""Right answers in unusual clothes."""

NOTED = {
    "prints_at_import": (GOOD + "\nprint('hello')\n", "line 14 printed"),
    "runs_at_import": (GOOD + "\nasyncio.run(greet('x', 1))\n", "line 14 ran an event loop"),
}
"""Right answers with something to be told: it costs nothing."""

BROKEN = {
    "missing": (None, "is missing"),
    "empty": (b"", "is empty"),
    "blank": (b"\n\n  \n", "is empty"),
    "syntax": (GOOD.replace("def greet(", "def greet((").encode(), "line 4 is not valid Python"),
    "indentation": (GOOD.replace("    await", "  await").encode(), "is not valid Python"),
    "not_utf8": (GOOD.encode() + b"# caf\xe9\n", "line 13 is not UTF-8"),
    "unknown_cookie": (b"# -*- coding: klingon -*-\n" + GOOD.encode(), "save the file as UTF-8"),
    "utf16": (GOOD.encode("utf-16"), "save the file as"),
    "nul": (GOOD.encode() + b"x = 1\0\n", "line 13 holds a NUL byte"),
    "brackets": (GOOD.encode() + b"x = " + b"(" * 20000 + b")" * 20000, "valid Python"),
    "huge": (GOOD.encode() + b"#" * 5_000_000, "bytes; at most"),
    "folder": ("folder", "is not a file"),
    "pipe": ("pipe", "is not a file"),
    "no_function": (
        GOOD.replace("def greet(", "def greeting(").encode(),
        "there is no `greet` (but a `greet",
    ),
    "not_callable": (GOOD.encode() + b"greet = 'hello'\n", "`greet` is a str"),
    "fewer_parameters": (
        GOOD.replace("greet(name, delay):", "greet(name):").encode(),
        "greet(name)",
    ),
    "plain_def": (
        b"def greet(name, delay):\n    return f'Hello, {name}!'\n",
        "gave back a str at once, because it is a plain `def`",
    ),
    "generator": (b"async def greet(name, delay):\n    yield 'x'\n", "has a `yield`"),
    "missing_package": (b"import numpy_of_dreams\n" + GOOD.encode(), "not installed here"),
    "missing_name": (b"from asyncio import gatherr\n" + GOOD.encode(), "line 1 cannot be imported"),
    "raises_at_import": (GOOD.encode() + b"1 / 0\n", "line 13 raises ZeroDivisionError"),
    "exits_at_import": (b"import sys\nsys.exit(0)\n", "line 2 ends the program"),
    "waits_for_keys": (b"name = input('who? ')\n" + GOOD.encode(), "waits for the keyboard"),
    "weird_exception": (
        b"class E(BaseException):\n    def __str__(self): raise ValueError\nraise E\n",
        "line 3 raises E",
    ),
    "async_main": (GOOD.replace("def main", "async def main").encode(), "gave a coroutine"),
}
"""What cannot be run, and the words that say why."""


def hostile(body: str, top: str = "") -> bytes:
    """`greet` with another body; what is beside it stays right."""
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    wait = '    await asyncio.sleep(delay)\n    return f"Hello, {name}!"'
    return (top + GOOD.replace(wait, indented)).encode()


EQUAL = """class Equal(str):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
"""

FORGED = (
    '{"message": "Finished", "record": {"scenario": "one_greeting", "outcome": "done", '
    '"result": {"$": "dict", "pairs": []}, "elapsed": 60.0}}'
)

HOSTILE = {
    "os_exit": (hostile("import os; os._exit(0)"), "ended the whole process"),
    "os_exit_at_import": (b"import os; os._exit(0)", "ended the whole process"),
    "sys_exit": (hostile("import sys; sys.exit(0)"), "SystemExit"),
    "interrupt": (hostile("raise KeyboardInterrupt"), "KeyboardInterrupt"),
    "kills_itself": (hostile("import os; os.kill(os.getpid(), 9)"), "killed"),
    "kills_parent": (hostile("import os; os.kill(os.getppid(), 9); return 'x'"), ""),
    "kills_group": (hostile("import os; os.killpg(0, 9)"), "killed"),
    "segfault": (hostile("import ctypes; ctypes.string_at(0)"), "crashed"),
    "recursion": (hostile("return await greet(name, delay)"), "RecursionError"),
    "waits_for_ever": (hostile("await asyncio.Event().wait()"), ""),
    "swallows_cancel": (
        hostile("while True:\n    try: await asyncio.sleep(delay)\n    except BaseException: pass"),
        "",
    ),
    "memory": (hostile("x = 'x' * (8 * 1024**3)\nreturn x"), "MemoryError"),
    "floods": (hostile("while True: print('x' * 10000)"), "printed more than"),
    "floods_raw": (
        hostile("import os\nwhile True: os.write(1, b'x' * 65536)"),
        "printed more than",
    ),
    "huge_result": (hostile("return 'x' * 5_000_000"), "bytes; 4,194,304 is the most"),
    "equal": (hostile("return Equal('x')", EQUAL), "was due"),
    "equal_object": (
        hostile("return Equal()", EQUAL.replace("Equal(str)", "Equal")),
        "was due",
    ),
    "forged_stdout": (hostile(f"print('''{FORGED}''')\nreturn 'x'"), "was due"),
    "forged_channel": (
        hostile(f"import os\nos.write(3, b'''{FORGED}\\n''')\nos._exit(0)"),
        "",
    ),
    "garbage_channel": (hostile("import os\nos.write(3, b'\\xff' * 99 + b'\\n')\nos._exit(0)"), ""),
    "patched_pytest": (
        hostile(
            "return 'x'",
            "import pytest\npytest.TestReport.outcome = 'passed'\n"
            "import _pytest.runner\n_pytest.runner.check_interactive_exception = None\n",
        ),
        "was due",
    ),
    "forks_once": (
        hostile("if not forked: forked.append(os.fork())\nreturn 'x'", "import os\nforked = []\n"),
        "",
    ),
    "daemon": (
        hostile(
            "import os\nif os.fork() == 0:\n    os.setsid()\n"
            "    os.execlp('sleep', 'sleep', '31')\nreturn 'x'"
        ),
        "",
    ),
    "leaves_a_thread": (
        hostile(
            "import threading\nthreading.Thread(target=threading.Event().wait).start()\n"
            "raise ValueError('no')"
        ),
        "ValueError",
    ),
    "prints_workflow": (hostile("print('::error::x\\x1b[2J')\nraise ValueError('\\x1b[2J')"), ""),
}
"""What tries to win, or to break the grader, without answering."""

ENDLESS = {
    "loops": "async def double(n):\n    while True: pass\n",
    "loops_async": (
        "import asyncio\nasync def double(n):\n    while True: await asyncio.sleep(0)\n"
    ),
    "loops_at_import": "while True:\n    pass\n",
    "loops_catching": (
        "async def double(n):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass\n"
    ),
    "ignores_signals": (
        "import signal\nasync def double(n):\n    for n in (14, 15, 24, 27):\n"
        "        signal.signal(n, signal.SIG_IGN)\n    while True: pass\n"
    ),
}
"""What computes until it is stopped: some seconds of processor time a scenario."""

TOLD = dict.fromkeys(ENDLESS, "it still computes after 3 s of processor time") | {
    "loops_async": "the event loop keeps running callbacks, and no time passes",
    "ignores_signals": "the process was killed, by itself or for using too much",
}

ONE_SCENARIO = """
import pytest

async def doubled(kata):
    return await kata.double(21)

@pytest.mark.points(10)
async def test_twice(observe):
    assert (await observe(doubled)).result == 42
"""
"""A grader that asks once: each time takes seconds."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All of them graded in one run: whoever disturbs another is seen."""
    root = tmp_path_factory.mktemp("submissions")
    cases: dict[str, Any] = {**FINE, "honest": GOOD.encode()}
    cases |= {name: text.encode() for name, (text, _) in NOTED.items()}
    cases |= {name: text for name, (text, _) in [*BROKEN.items(), *HOSTILE.items()]}
    paths = [put(root / name / "k110_first_coroutine.py", what) for name, what in cases.items()]
    result = graded("k110", paths)
    return dict(zip(cases, result["katas"], strict=True))


def put(path: Path, what: bytes | str | None) -> Path:
    path.parent.mkdir()
    if isinstance(what, bytes):
        path.write_bytes(what)
    elif what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    return path


@pytest.mark.parametrize("name", [*FINE, "honest"])
def test_a_right_answer_earns_everything_whatever_its_bytes_are(report, name):
    """Encodings, line ends and neighbours in the run make no difference."""
    assert report[name]["points"] == 10, messages(report[name])


@pytest.mark.parametrize("name", NOTED)
def test_work_at_import_is_noted_and_costs_nothing(report, name):
    """A forgotten call at the bottom of the file is pointed out, with its line."""
    assert report[name]["points"] == 10, messages(report[name])
    assert NOTED[name][1] in messages(report[name])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_graded_and_told_why(report, name):
    """No points for what cannot run, one sentence, and the whole total."""
    kata = report[name]
    assert kata["max_points"] == 10
    assert kata["points"] < 10
    assert BROKEN[name][1] in messages(kata)
    assert "Traceback" not in messages(kata)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gains_nothing(report, name):
    """It loses the points of what it did not do, says so in words, and the total stays."""
    kata = report[name]
    assert kata["max_points"] == 10
    assert kata["points"] < 5, messages(kata)
    assert kata["outcome"] == "failed"
    assert HOSTILE[name][1] in messages(kata)
    assert all(check["message"] for check in kata["checks"] if check["outcome"] != "passed")


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All of them graded in one run."""
    workspace = tiny(tmp_path_factory.mktemp("endless"))
    workspace.write(f"graders/{NAME}.py", ONE_SCENARIO)
    for name, text in ENDLESS.items():
        workspace.write(f"{name}/{NAME}.py", text)
    paths = [workspace.root / name / f"{NAME}.py" for name in ENDLESS]
    return dict(zip(ENDLESS, graded(NAME, paths, workspace.root)["katas"], strict=True))


@pytest.mark.parametrize("name", ENDLESS)
def test_what_computes_without_end_is_stopped_and_told_so(endless, name):
    """However busy the machine is: it is told what it computes, and never that nothing happens."""
    kata = endless[name]

    assert (kata["points"], kata["outcome"]) == (0, "failed")
    assert TOLD[name] in messages(kata)
    assert "in which nothing happened" not in messages(kata)
