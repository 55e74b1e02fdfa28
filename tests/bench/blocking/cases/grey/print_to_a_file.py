"""Lines printed to a file that was opened before the loop: a log, or writes to a disk?"""

import asyncio

from tests.bench.blocking import props

OUT = (props.folder() / "out.txt").open("w")


async def main() -> None:
    for number in range(20):
        print("order", number, file=OUT, flush=True)
        await asyncio.sleep(0.002)
