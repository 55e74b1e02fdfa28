"""k610: a function that blocks runs on another thread, and the loop goes on."""

import asyncio

import pytest

from graders.kit.author import Observe, draw

SLOW = ("/slow", "/slow-executor")

LONG = 29.51
"""Seconds: nearly half a minute, and a moment at which nobody looks who looks twice a second."""
SOON = 0.1
"""Seconds after the end of a job in which it is to be answered, as the brief says."""


class Jammed(Exception):
    """What a job raises."""


FAULTS = (Jammed, TimeoutError, KeyError)

# --- scenarios: what is done to the submission, and watched -----------------------------


def path_of(path, n, times):
    """The numbers come in the query, in any order."""
    return f"{path}?times={times}&n={n}"


async def jobs_in_turn(
    kata, asgi, calls, n=draw.whole(2, 49), times=draw.whole(50, 99), result=draw.whole(100, 999)
):
    """On each route: a job, the same once more, and one whose numbers and result are none."""
    job = calls.blocking("job", returns=lambda n, times: n and result + len(calls.records))
    seen = {}
    async with asgi(kata.create_app(job)) as client:
        for path in SLOW:
            seen[path] = []
            for numbers in ((n, times), (n, times), (0, -times)):
                before = len(calls.records)
                answer = await client.get(path_of(path, *numbers))
                seen[path].append((numbers, answer, [str(one) for one in calls.records[before:]]))
    return seen
