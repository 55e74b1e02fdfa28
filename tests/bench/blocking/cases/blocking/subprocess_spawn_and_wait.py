"""`os.spawnlp` with `P_WAIT`."""

import os

FAMILY = "subprocess"
CALL = "os.waitpid"
PLACE = "coroutine"


async def main() -> None:
    code = os.spawnlp(os.P_WAIT, "sleep", "sleep", "0.2")  # <-
    assert code == 0
