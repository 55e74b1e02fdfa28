"""k610: a function that blocks runs on another thread, and the loop goes on."""

import asyncio

import pytest

from graders.kit import draw

SLOW = ("/slow", "/slow-executor")


class Jammed(Exception):
    """What a job raises."""


# --- scenarios: what is done to the submission, and watched -----------------------------


async def one_job_on_each_route(
    kata, asgi, calls, n=draw.whole(2, 99), times=draw.whole(100, 999), result=draw.whole(1000, 9999)
):
    job = calls.blocking("job", returns=result)
    async with asgi(kata.create_app(job)) as client:
        return {path: await client.get(path, params={"n": n, "times": times}) for path in SLOW}


async def a_long_job_and_a_ticking_loop(kata, asgi, calls, clock):
    """Does the loop turn while a job holds its thread for half a minute?"""
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(1.0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    seen = {}
    async with asgi(kata.create_app(calls.blocking("job", seconds=30.0, returns=1))) as client:
        for path in SLOW:
            came_at, before = clock.elapsed, ticks
            await client.get(path, params={"n": 1, "times": 1})
            seen[path] = {"took": clock.elapsed - came_at, "ticks": ticks - before}
    ticking.cancel()
    return seen


async def three_jobs_at_once(kata, asgi, calls):
    """On one route after the other, so that each has to find its own threads."""
    for path in SLOW:
        job = calls.blocking(path, seconds=1.0, returns=1)
        async with asgi(kata.create_app(job)) as client:
            await asyncio.gather(
                *(client.get(path, params={"n": n, "times": 1}) for n in range(3))
            )


async def a_ping_among_jobs(kata, asgi, calls):
    """More jobs than a service has threads: some run, the others queue."""
    async with asgi(kata.create_app(calls.blocking("job", seconds=10.0, returns=1))) as client:
        paths = SLOW * 25
        jobs = [asyncio.create_task(client.get(path, params={"n": 1, "times": 1})) for path in paths]
        await asyncio.sleep(1.0)
        ping = await client.get("/ping")
        for job in jobs:
            job.cancel()
    return {"ping": ping, "jobs": len(jobs)}


async def a_job_that_fails(kata, asgi, calls, words=draw.word()):
    job = calls.blocking("job", raises=lambda *_, **__: Jammed(words))
    async with asgi(kata.create_app(job)) as client:
        return {path: await client.get(path, params={"n": 1, "times": 1}) for path in SLOW}
