"""A property that turns a long history round with a slice."""

import asyncio

FAMILY = "cpu"
CALL = "newest_first"
PLACE = "property"
LINE_SINCE = "3.12"

kept: list[list[str]] = []


class History:
    def __init__(self) -> None:
        self.events = [str(number) for number in range(1000)] * 60_000

    @property
    def newest_first(self) -> list[str]:
        events = self.events[::-1]  # <-
        kept.append(events)
        return events


history = History()


async def main() -> None:
    await asyncio.sleep(0)
    if history.newest_first[0] == "999":
        await asyncio.sleep(0)
