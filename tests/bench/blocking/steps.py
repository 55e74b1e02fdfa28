"""Twenty thousand short steps of a loop: what a detector costs each of them.

Not a case, though it runs like one. It counts the processor time of the whole
process, so the threads of a detector count, too.
"""

import asyncio
import time

STEPS = 20_000
SPENT = 0.0


async def main() -> None:
    global SPENT
    await asyncio.sleep(0)
    began = time.process_time()
    for _ in range(STEPS):
        await asyncio.sleep(0)
    SPENT = time.process_time() - began
