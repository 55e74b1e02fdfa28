"""A blocking function whose decorator hands it to a thread."""

import asyncio
import functools
import time
from collections.abc import Callable, Coroutine
from typing import Any


def threaded(function: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    @functools.wraps(function)
    async def run(*args: Any) -> Any:
        return await asyncio.to_thread(function, *args)

    return run


@threaded
def load(name: str) -> str:
    time.sleep(0.1)
    return name.upper()


async def main() -> None:
    assert await load("pear") == "PEAR"
