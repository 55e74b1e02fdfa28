"""A signal handler of the loop that runs a program."""

import asyncio
import os
import signal
import subprocess

FAMILY = "subprocess"
CALL = "subprocess.check_output"
PLACE = "loop signal handler"


async def main() -> None:
    loop = asyncio.get_running_loop()
    reloaded: asyncio.Future[bytes] = loop.create_future()

    def reload() -> None:
        reloaded.set_result(subprocess.check_output(["sh", "-c", "sleep 0.2; echo ok"]))  # <-

    loop.add_signal_handler(signal.SIGHUP, reload)
    os.kill(os.getpid(), signal.SIGHUP)
    assert await reloaded == b"ok\n"
    loop.remove_signal_handler(signal.SIGHUP)
