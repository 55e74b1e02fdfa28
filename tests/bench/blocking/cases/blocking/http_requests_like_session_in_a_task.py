"""A session of a library in the manner of requests: its `get` is a plain function."""

import asyncio
import importlib
import sys
from typing import Any

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "task"

LIBRARY = """
import urllib.request

class Session:
    def get(self, url):
        with urllib.request.urlopen(url) as answer:
            return answer.read().decode()
"""


def imported() -> Any:
    (props.folder() / "slim_http.py").write_text(LIBRARY)
    sys.path.insert(0, str(props.folder()))
    return importlib.import_module("slim_http")


session = imported().Session()


async def price(article: int) -> str:
    return str(session.get(f"{props.url()}prices/{article}"))  # <-


async def main() -> None:
    assert await asyncio.create_task(price(7)) == "x"
