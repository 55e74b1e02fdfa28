"""Methods named like blocking calls that wait for nothing, or wait asynchronously."""

import asyncio


class Clock:
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Requests:
    def get(self, url: str) -> str:
        return f"answer of {url}"


class File:
    def read_text(self) -> str:
        return "text"

    def open(self) -> "File":
        return self


async def main() -> None:
    time, requests = Clock(), Requests()
    await time.sleep(0.1)
    assert requests.get("http://up/")
    assert File().open().read_text()
