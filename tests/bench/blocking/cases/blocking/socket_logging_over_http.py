"""A log line that is sent by HTTP: `logging.handlers.HTTPHandler` waits for the answer."""

import logging
import logging.handlers

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "logger.error"
PLACE = "coroutine"

logger = logging.getLogger("shop")
logger.propagate = False
logger.addHandler(logging.handlers.HTTPHandler(f"127.0.0.1:{props.port()}", "/log", "POST"))


async def pay(amount: int) -> bool:
    if amount > 100:
        logger.error("refused to pay %d", amount)  # <-
        return False
    return True


async def main() -> None:
    assert not await pay(120)
