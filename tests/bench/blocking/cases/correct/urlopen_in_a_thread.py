"""`urlopen` in a thread, three times at once."""

import asyncio
from urllib.request import urlopen

from tests.bench.blocking import props


def fetch() -> bytes:
    with urlopen(props.url()) as answer:
        return answer.read()


async def main() -> None:
    assert await asyncio.gather(*(asyncio.to_thread(fetch) for _ in range(3))) == [b"x"] * 3
