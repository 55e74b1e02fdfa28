"""Log lines to a file opened before the loop."""

import asyncio
import logging

from tests.bench.blocking import props

log = logging.getLogger("shop")
log.propagate = False
log.addHandler(logging.FileHandler(props.folder() / "shop.log"))


async def main() -> None:
    for number in range(20):
        log.warning("order %s is late", number)
        await asyncio.sleep(0.005)
