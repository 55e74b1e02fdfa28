"""A child of a task group asks another service."""

import asyncio

import httpx

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.Client.get"
PLACE = "task group child"

client = httpx.Client()


async def fetch(number: int, found: dict[int, str]) -> None:
    await asyncio.sleep(0)
    found[number] = client.get(f"{props.url()}{number}").text  # <-


async def main() -> None:
    found: dict[int, str] = {}
    async with asyncio.TaskGroup() as group:
        for number in range(2):
            group.create_task(fetch(number, found))
    client.close()
    assert found == {0: "x", 1: "x"}
