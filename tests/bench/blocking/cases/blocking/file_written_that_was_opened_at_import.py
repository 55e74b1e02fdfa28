"""Writes to an unbuffered file that was opened when the module was imported."""

import asyncio

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.write"
PLACE = "done callback"

state = (props.folder() / "state.bin").open("wb", buffering=0)


async def snapshots() -> list[bytes]:
    return [bytes(32 * 1024**2)] * 24


def record(task: "asyncio.Task[list[bytes]]") -> None:
    for snapshot in task.result():
        state.seek(0)
        state.write(snapshot)  # <-


async def main() -> None:
    task = asyncio.create_task(snapshots())
    task.add_done_callback(record)
    await task
    await asyncio.sleep(0)
    state.truncate(0)
    state.close()
