"""Stops a process, or some of those that it has started, and lets them go on, again and again.

`python stopper.py PID`, until it is terminated or that process has ended. Run by `flips --stops`.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

SHORTEST, LONGEST = 0.05, 0.3
"""Seconds for which somebody stands still."""
PAUSE = 0.05
"""Seconds in between, in which all go on."""


def family(pid: int) -> list[int]:
    """The process, and all descendants that have a parent still."""
    found = [pid]
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += family(int(child))
    return found


def chosen(pid: int) -> list[int]:
    """The judge alone, or its children, or one of all: without this process itself."""
    everybody = [each for each in family(pid) if each != os.getpid()]
    return random.choice([[pid], everybody[1:], everybody, [random.choice(everybody)]])


def tell(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(OSError):
            os.kill(pid, number)


def main(pid: int) -> None:
    going_on: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        while Path(f"/proc/{pid}").exists():
            time.sleep(PAUSE)
            going_on = chosen(pid)
            tell(going_on, signal.SIGSTOP)
            time.sleep(random.uniform(SHORTEST, LONGEST))
            tell(going_on, signal.SIGCONT)
    finally:
        tell(going_on, signal.SIGCONT)


if __name__ == "__main__":
    main(int(sys.argv[1]))
