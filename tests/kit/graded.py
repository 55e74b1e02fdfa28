"""Grades a handful of texts as submissions, in a process of their own, and gives their scores."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

RUN = """
import json, sys
from pathlib import Path
from graders.commands.running import run
from graders.kit.judge.katas import Submission, find, select

[kata] = select(find(Path(sys.argv[1])), [sys.argv[2]])
paths = [Path(line) for line in sys.stdin.read().splitlines()]
results = run([Submission(kata, path) for path in paths], seed=1, jobs=int(sys.argv[3]))
print(json.dumps(results.plain()))
"""


def graded(
    kata: str, paths: list[Path], root: Path = ROOT, jobs: int = 2, **environment: str
) -> dict[str, Any]:
    """The JSON report on these files as answers to one kata of the workspace at `root`.

    `jobs` children run at a time: more than there are processors, where they mostly sleep.
    """
    import os

    done = subprocess.run(
        [sys.executable, "-c", RUN, str(root), kata, str(jobs)],
        input="\n".join(map(str, paths)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def messages(kata: dict[str, Any]) -> str:
    """Every message of a kata's checks, and its notes, as one text."""
    return "\n".join([*(check["message"] for check in kata["checks"]), *kata["notes"]])
