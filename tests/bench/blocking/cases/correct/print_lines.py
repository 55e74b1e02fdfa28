"""Lines printed to a standard output that lives in memory."""

import asyncio
import io
import sys


async def main() -> None:
    sys.stdout = io.StringIO()
    for number in range(20):
        print("order", number, flush=True)
        await asyncio.sleep(0.002)
    sys.stdout = sys.__stdout__
