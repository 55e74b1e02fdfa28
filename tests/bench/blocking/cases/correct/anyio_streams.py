"""Producers and a consumer on an anyio memory stream."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream


async def produce(stream: MemoryObjectSendStream[int]) -> None:
    async with stream:
        for number in range(10):
            await anyio.sleep(0.01)
            await stream.send(number)


async def main() -> None:
    sender, receiver = anyio.create_memory_object_stream[int](2)
    async with anyio.create_task_group() as group, sender, receiver:
        for _ in range(3):
            group.start_soon(produce, sender.clone())
        await sender.aclose()
        assert sum([number async for number in receiver]) == 135
