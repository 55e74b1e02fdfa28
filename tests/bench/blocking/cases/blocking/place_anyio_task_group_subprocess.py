"""A child of an anyio task group reads the output of a program."""

import os

import anyio

FAMILY = "subprocess"
CALL = "os.waitpid"
PLACE = "anyio task group"


async def archive(ended: list[int]) -> None:
    child = os.posix_spawnp("sleep", ["sleep", "0.2"], os.environ)
    ended.append(os.waitpid(child, 0)[1])  # <-


async def main() -> None:
    ended: list[int] = []
    async with anyio.create_task_group() as group:
        group.start_soon(archive, ended)
    assert ended == [0]
