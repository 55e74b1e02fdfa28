"""Blockers that wait for standard input."""

import subprocess
import sys


# %% input_of_an_operator: `input()`, from a pipe whose writer takes its time
# blocks: input, input
# in: coroutine, helper
def block() -> None:
    operator = subprocess.Popen(["sh", "-c", "sleep 0.25; echo y"], stdout=-1, text=True)
    sys.stdin = operator.stdout
    assert input() == "y"  # <-


# %% input_lines: the lines of `sys.stdin`, a pipe
# blocks: input, sys.stdin.read
# in: coroutine
def block() -> None:
    feeder = subprocess.Popen(["sh", "-c", "sleep 0.25; echo tea"], stdout=-1, text=True)
    assert feeder.stdout is not None
    sys.stdin = feeder.stdout
    for line in sys.stdin:  # <-
        assert line == "tea\n"
