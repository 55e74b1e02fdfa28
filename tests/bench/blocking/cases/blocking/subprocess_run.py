"""`subprocess.run` in a coroutine."""

import subprocess

FAMILY = "subprocess"
CALL = "subprocess.run"
PLACE = "coroutine"


async def convert(name: str) -> int:
    return subprocess.run(["sleep", "0.2"], check=True).returncode  # <-


async def main() -> None:
    assert await convert("holiday.mov") == 0
