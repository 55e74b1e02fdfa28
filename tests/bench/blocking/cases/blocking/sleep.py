"""Stories of `time.sleep` that is not called by its own name."""

import asyncio
import functools
import time
from time import sleep


# %% sleep_bound_by_from: `sleep` bound by `from time import sleep`.
# blocks: sleep, time.sleep, coroutine
async def poll(attempts: int) -> int:
    for attempt in range(attempts):
        if attempt == 1:
            return attempt
        sleep(0.15)  # <-
    return attempts


async def main() -> None:
    assert await poll(3) == 1


# %% sleep_handed_to_call_soon: `time.sleep` handed to `call_soon`.
# blocks: sleep, time.sleep, call_soon
async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(time.sleep, 0.15)  # <-
    await asyncio.sleep(0)


# %% sleep_partial_in_call_later: A partial of `time.sleep` handed to `call_later`.
# blocks: sleep, time.sleep, call_later
nap = functools.partial(time.sleep, 0.15)


async def main() -> None:
    asyncio.get_running_loop().call_later(0, nap)  # <-
    await asyncio.sleep(0.05)
