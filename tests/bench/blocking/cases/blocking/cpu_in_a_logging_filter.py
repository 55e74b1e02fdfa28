"""A logging filter that puts the hash of the whole request on every line."""

import contextvars
import hashlib
import logging

FAMILY = "cpu"
CALL = "filter"
PLACE = "logging filter"

request_body: contextvars.ContextVar[bytes] = contextvars.ContextVar("request_body")
logger = logging.getLogger("uploads")
logger.setLevel(logging.INFO)
logger.propagate = False
logger.addHandler(logging.NullHandler())
upload = b"0123456789abcdef" * 7_000_000


class Checksum(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.checksum = hashlib.sha3_256(request_body.get()).hexdigest()  # <-
        return True


async def main() -> None:
    logger.addFilter(Checksum())
    request_body.set(upload)
    logger.info("an upload of %d bytes", len(upload))
