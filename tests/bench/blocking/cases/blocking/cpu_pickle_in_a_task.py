"""A huge structure is pickled in a task."""

import asyncio
import pickle

FAMILY = "cpu"
CALL = "snapshot"
PLACE = "task"

positions = {f"{x}/{y}": (x * 0.5, y * 0.5, f"{x}-{y}") for x in range(350) for y in range(1000)}


async def snapshot() -> bytes:
    await asyncio.sleep(0)
    return pickle.dumps(positions)  # <-


async def main() -> None:
    assert len(await asyncio.create_task(snapshot())) > 1_000_000
