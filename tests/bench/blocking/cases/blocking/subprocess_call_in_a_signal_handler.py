"""A handler of a signal, set on the loop, that calls a reload script."""

import asyncio
import os
import signal
import subprocess

FAMILY = "subprocess"
CALL = "subprocess.call"
PLACE = "signal handler"

codes: list[int] = []


def reload() -> None:
    codes.append(subprocess.call(["sleep", "0.2"]))  # <-


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, reload)
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(10):
        await asyncio.sleep(0.01)
    loop.remove_signal_handler(signal.SIGUSR1)
    assert codes == [0]
