"""A time zone loaded for the first time: a file read once in a process's life."""

import datetime
from zoneinfo import ZoneInfo


async def main() -> None:
    now = datetime.datetime.now(ZoneInfo("Europe/Lisbon"))
    assert now.tzinfo
