"""Works in a temporary folder with a few small files, which goes when the work is done."""

import asyncio
import os
import tempfile

from tests.bench.blocking import props


async def main() -> None:
    with tempfile.TemporaryDirectory(dir=props.folder()) as name:
        for number in range(5):
            os.close(os.open(f"{name}/{number}", os.O_CREAT))
        await asyncio.sleep(0.01)
