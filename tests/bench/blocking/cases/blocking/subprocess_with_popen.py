"""Leaving `with Popen(...)`: it waits for the child."""

import subprocess

FAMILY = "subprocess"
CALL = "subprocess.Popen.wait"
PLACE = "context manager"


async def main() -> None:
    with subprocess.Popen(["sleep", "0.25"]) as child:  # <-
        number = child.pid
    assert number
