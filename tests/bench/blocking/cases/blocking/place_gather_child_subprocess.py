"""Programs that are meant to run together, and run one after the other."""

import asyncio
import os

FAMILY = "subprocess"
CALL = "os.system"
PLACE = "gather child"


async def ping(host: str) -> bool:
    return os.system(f"sleep 0.15; test {host} != bert") == 0  # <-


async def main() -> None:
    assert await asyncio.gather(ping("anna"), ping("bert")) == [True, False]
