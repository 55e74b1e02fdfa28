"""Processor time that is short, or somebody else's."""

import asyncio
import gc
import hashlib
import json
import os
import random
import re
import secrets
import time
import uuid


# %% busy_thread_beside_an_idle_loop: A thread that burns in Python beside a loop with nothing to
# and: do.
def crunch() -> None:
    end = time.thread_time() + 0.4
    while time.thread_time() < end:
        sum(range(1000))


async def main() -> None:
    await asyncio.to_thread(crunch)


# %% busy_thread_beside_short_steps: A thread that burns in Python beside a loop of many short
# and: steps.
def crunch() -> int:
    end = time.thread_time() + 0.4
    rounds = 0
    while time.thread_time() < end:
        rounds += 1
    return rounds


async def main() -> None:
    work = asyncio.create_task(asyncio.to_thread(crunch))
    ticks = 0
    while not work.done():
        ticks += sum(range(100))
        await asyncio.sleep(0.001)
    assert await work


# %% collection_of_a_large_heap: The collector walks a large heap of live objects.
CATALOGUE = [{"id": number, "tags": [number]} for number in range(100_000)]


async def main() -> None:
    for generation in (0, 1, 2):
        gc.collect(generation)
        await asyncio.sleep(0.01)
    assert CATALOGUE


# %% four_ms_of_cpu: Four milliseconds of processor time.
async def main() -> None:
    end = time.thread_time() + 0.004
    while time.thread_time() < end:
        pass


# %% garbage_collected_as_it_comes: Two hundred thousand objects in cycles, collected as they come.
class Node:
    def __init__(self) -> None:
        self.me = self


async def main() -> None:
    for _ in range(100):
        for _ in range(2000):
            Node()
        await asyncio.sleep(0)


# %% garbage_collected_on_demand: `gc.collect` of two hundred thousand objects in cycles.
class Node:
    def __init__(self) -> None:
        self.me = self


nodes = [Node() for _ in range(200_000)]


async def main() -> None:
    nodes.clear()
    assert gc.collect() >= 0


# %% many_short_steps: Many steps of two milliseconds of processor time each.
def crunch() -> None:
    end = time.thread_time() + 0.002
    while time.thread_time() < end:
        pass


async def main() -> None:
    for _ in range(350):
        crunch()
        await asyncio.sleep(0)


# %% random_and_hashes: Random bytes, secrets, identifiers and a small hash.
async def main() -> None:
    salt = os.urandom(16) + secrets.token_bytes(16)
    assert len(hashlib.sha256(salt * 32).hexdigest()) == 64
    assert uuid.uuid4() != uuid.uuid4()
    assert secrets.compare_digest(secrets.token_hex(8), "x") is False


# %% recursion: A recursion five hundred calls deep.
def depth(level: int) -> int:
    return level and 1 + depth(level - 1)


async def main() -> None:
    for _ in range(20):
        assert depth(500) == 500
        await asyncio.sleep(0)


# %% short_steps_of_many_tasks: Twenty tasks of short steps, all ready at once.
async def worker() -> None:
    for _ in range(10):
        end = time.thread_time() + 0.003
        while time.thread_time() < end:
            pass
        await asyncio.sleep(0)


async def main() -> None:
    await asyncio.gather(*(worker() for _ in range(20)))


# %% small_documents: A small JSON document, a short text searched, a thousand numbers sorted.
NUMBERS = random.Random(1).sample(range(100_000), 1000)
WORDS = re.compile(r"(\w+)@(\w+)\.org")


async def main() -> None:
    text = json.dumps({"names": ["ann"] * 100, "sizes": list(range(50))})
    assert len(json.loads(text)["names"]) == 100
    assert WORDS.findall("ann@example.org, bob@example.org")
    assert sorted(NUMBERS)[0] < sorted(NUMBERS, reverse=True)[0]


# %% two_busy_threads_beside_short_steps: Two threads that burn in Python beside a loop of many
# and: short steps.
def crunch() -> None:
    end = time.thread_time() + 0.25
    while time.thread_time() < end:
        pass


async def main() -> None:
    work = asyncio.gather(asyncio.to_thread(crunch), asyncio.to_thread(crunch))
    while not work.done():
        sorted(range(50))
        await asyncio.sleep(0)
    await work
