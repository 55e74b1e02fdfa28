"""A child made by `os.posix_spawn`, awaited by `os.waitid`."""

import os

FAMILY = "subprocess"
CALL = "os.waitid"
PLACE = "helper"


def convert(seconds: str) -> int:
    child = os.posix_spawnp("sleep", ["sleep", seconds], os.environ)
    ended = os.waitid(os.P_PID, child, os.WEXITED)  # <-
    return ended.si_status if ended else -1


async def main() -> None:
    assert convert("0.2") == 0
