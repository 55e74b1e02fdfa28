"""ruff's ASYNC2 rules: what can be seen without running anything.

The other ASYNC rules are about timeouts and polling: they do not say that anything blocks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.blocking.verdict import Verdict, verdict

OPTIONS = ["--select", "ASYNC2", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero"]


def watch(program: Path) -> Verdict:
    ruff = Path(sys.prefix, "bin", "ruff")
    command = [str(ruff), "check", *OPTIONS, "--output-format", "json", str(program)]
    done = subprocess.run(command, capture_output=True, check=True)
    lines = [hit["location"]["row"] for hit in json.loads(done.stdout)]
    return verdict(bool(lines), lines)
