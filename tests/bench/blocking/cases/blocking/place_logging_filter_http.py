"""A logging filter that asks who the request is from, by the context's token."""

import contextvars
import logging
import urllib.request

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "logging filter"

token: contextvars.ContextVar[str] = contextvars.ContextVar("token")
logger = logging.getLogger("requests of users")
logger.setLevel(logging.INFO)
logger.propagate = False
logger.addHandler(logging.NullHandler())


class User(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        answer = urllib.request.urlopen(f"{props.url()}{token.get()}")  # <-
        record.user = answer.read()
        return True


async def main() -> None:
    logger.addFilter(User())
    token.set("t-17")
    logger.info("the basket was opened")
