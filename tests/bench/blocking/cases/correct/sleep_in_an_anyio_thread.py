"""`time.sleep` in an anyio thread."""

import time

import anyio.to_thread


async def main() -> None:
    await anyio.to_thread.run_sync(time.sleep, 0.15)
