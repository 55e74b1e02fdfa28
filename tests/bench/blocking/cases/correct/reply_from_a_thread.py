"""A thread that replies through `call_soon_threadsafe` and is joined when it has ended."""

import asyncio
import threading
import time


async def main() -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def work() -> None:
        time.sleep(0.1)
        loop.call_soon_threadsafe(done.set)

    thread = threading.Thread(target=work)
    thread.start()
    await done.wait()
    await asyncio.sleep(0.05)
    while thread.is_alive():
        await asyncio.sleep(0.01)
    thread.join()
