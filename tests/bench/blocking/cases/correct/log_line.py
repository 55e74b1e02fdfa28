"""Log lines, one with a traceback, to a stream in memory."""

import io
import logging

log = logging.getLogger("shop")
log.propagate = False
log.addHandler(logging.StreamHandler(io.StringIO()))


async def main() -> None:
    log.warning("order %s is late", 7)
    try:
        raise ValueError("no such order")
    except ValueError:
        log.exception("order %s is lost", 8)
