"""Fifty threads started by a coroutine."""

import asyncio
import threading
import time


async def main() -> None:
    threads = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(50)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        await asyncio.sleep(0.01)
    for thread in threads:
        thread.join()
