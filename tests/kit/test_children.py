"""Children: forked or started afresh, they give the same verdicts and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.kit.graded import ROOT, graded, messages
from tests.tiny import NAME, SOLUTION, tiny

LIVES = f"""
import os, subprocess
MARK = subprocess.Popen(["sleep", "973"])
if os.fork() == 0:
    os.setsid()
    os.execlp("sleep", "sleep", "974")
{SOLUTION}
"""


def running(argument: str) -> list[int]:
    """The processes that were started with this argument."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                dead = (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            except OSError:
                continue
            if argument.encode() in words and not dead:
                found.append(int(entry.name))
    return found


def test_starting_afresh_gives_the_same_verdicts(tmp_path):
    """The path for platforms where forking is not sound."""
    workspace = tiny(tmp_path)
    answers = [*sorted(tmp_path.glob("tests/*/*/*.py")), tmp_path / f"exercises/{NAME}.py"]

    forked = graded(NAME, answers, workspace.root)
    spawned = graded(NAME, answers, workspace.root, KATA_START="spawn")

    def verdicts(report):
        return [
            (k["submission"], c["check"], c["outcome"])
            for k in report["katas"]
            for c in k["checks"]
        ]

    assert verdicts(spawned) == verdicts(forked)
    assert len(verdicts(forked)) == 5 * 7


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_crash_is_told_either_way(tmp_path, start):
    """`os._exit` in the submission ends its scenario, and is said to."""
    workspace = tiny(tmp_path)
    workspace.write(f"exercises/{NAME}.py", "import os\nasync def double(n):\n    os._exit(3)\n")

    report = graded(NAME, [tmp_path / f"exercises/{NAME}.py"], workspace.root, KATA_START=start)

    assert "it ended the whole process (exit status 3)" in messages(report["katas"][0])


def test_what_a_submission_starts_ends_with_it(tmp_path):
    """Its process group is killed when its scenario is over, and what left the group too."""
    workspace = tiny(tmp_path)
    workspace.write(f"exercises/{NAME}.py", LIVES)

    graded(NAME, [tmp_path / f"exercises/{NAME}.py"], workspace.root)

    assert running("973") == []
    assert running("974") == []


def test_a_child_sees_no_secret_of_the_environment(tmp_path):
    """Nor DATABASE_URL, nor what else a shell has."""
    workspace = tiny(tmp_path)
    workspace.write(
        f"exercises/{NAME}.py",
        "import os\nprint(sorted(os.environ))\nasync def double(n):\n    return len(os.environ)\n",
    )

    report = graded(
        NAME, [tmp_path / f"exercises/{NAME}.py"], workspace.root, SECRET_TOKEN="s3cr3t"
    )

    printed = "".join(check["printed"] for check in report["katas"][0]["checks"])
    assert "PATH" in printed
    assert "SECRET_TOKEN" not in printed


def test_children_end_when_the_judge_is_killed(tmp_path):
    """Nothing goes on running, whatever happens to the grader."""
    workspace = tiny(tmp_path)
    workspace.write(
        f"exercises/{NAME}.py",
        "import subprocess\nasync def double(n):\n    subprocess.run(['sleep', '975'])\n",
    )
    script = (
        "import sys; from pathlib import Path; from graders.__main__ import main; "
        f"main(['grade'], Path({str(tmp_path)!r}))"
    )
    judge = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not running("975") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running("975"), "the submission never ran"

    judge.send_signal(signal.SIGKILL)
    judge.wait()

    while running("975") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running("975") == []
