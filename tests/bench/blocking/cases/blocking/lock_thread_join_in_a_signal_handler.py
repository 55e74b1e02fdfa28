"""A signal handler of the loop that joins the worker."""

import asyncio
import os
import signal
import threading
import time

FAMILY = "lock"
CALL = "threading.Thread.join"
PLACE = "loop signal handler"


async def main() -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    worker = threading.Thread(target=time.sleep, args=[0.4])
    worker.start()

    def stop() -> None:
        worker.join()  # <-
        stopped.set()

    loop.add_signal_handler(signal.SIGUSR1, stop)
    os.kill(os.getpid(), signal.SIGUSR1)
    await stopped.wait()
    loop.remove_signal_handler(signal.SIGUSR1)
