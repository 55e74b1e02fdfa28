"""The rehearsal: the fork server plays a few scenarios itself before it forks the first child.

Much of what a short program costs, Python and its libraries do once in a process: imports inside
of functions, the types that FastAPI and pydantic look into, bytecode that specializes when it has
run a few times, caches of attributes. A child inherits all of it, and has less to copy as well:
whatever it changed in memory that it shares with the fork server would be a page of its own.

The scenarios take the way of every scenario (`runner`), with instruments of their own, and nothing
of a learner's or of a grader's takes part. They start no threads. Only one thing is left that a
submission can see: tasks are numbered from a higher number on.
"""

from __future__ import annotations

import asyncio
import linecache
import sys
from pathlib import Path
from typing import Any

from graders.kit.child import arguments
from graders.kit.child.channel import Channel
from graders.kit.child.instruments import Instruments
from graders.kit.child.runner import play
from graders.kit.shared import messages
from graders.kit.shared.messages import Go, Job, Message, Written
from graders.kit.shared.record import Record

SUBMISSION = Path(__file__).with_name("rehearsed.py")

CONTRACT = {
    "greet": Written("async", "async def greet(name, delay)"),
    "greet_all": Written("async", "async def greet_all(names, delay)"),
    "fetch": Written("async", "async def fetch(url)"),
    "make_app": Written("def", "def make_app()"),
}

TIMES = 8
"""How often a function has been called when CPython 3.11 begins to specialize it."""


def rehearse() -> list[Record]:
    """Plays the scenarios for whose libraries this process has a use. Their records tell whether
    all went well; if it did not, children will say so, each to its own judge."""
    scenarios = [coroutines, ordinary_code]
    if arguments.ARGUMENTS["upstream"].module in sys.modules:
        scenarios.append(fetched)
    if "fastapi" in sys.modules:
        scenarios.append(served)
    me = sys.modules[__name__]
    records = []
    for each in scenarios:
        records.append(play(_job(each), _Nobody(), Instruments(), me))
        sys.modules.pop(SUBMISSION.stem, None)
        linecache.cache.pop(str(SUBMISSION), None)
    return records


def _job(scenario: Any) -> Job:
    return Job(
        grader=__file__,
        scenario=scenario.__name__,
        submission=str(SUBMISSION),
        folder=str(SUBMISSION.parent),
        contract=CONTRACT,
        inputs={},
        looped=asyncio.iscoroutinefunction(scenario),
        seed="rehearsal",
    )


class _Nobody(Channel):
    """The line to a judge that watches at once and reads nothing."""

    def __init__(self) -> None:
        super().__init__(-1, -1)

    def _exchange(self, message: Message) -> messages.ToChild:
        self.send(message)
        return Go()

    def send(self, message: Message) -> None:
        messages.encode(message)


# --- the scenarios ----------------------------------------------------------------------


async def coroutines(kata: Any, clock: Any, ending: Any, ticking: Any) -> Any:
    """What katas of coroutines do: wait in turn and together, and give up."""
    _name_tasks(asyncio.get_running_loop())
    async with ticking() as ticks:
        for _ in range(TIMES):
            await kata.greet("Ada", 3.0)
            await kata.greet_all(["Ada", "Grace"], 2.0)
            ended = await ending(kata.greet("Ada", 60.0), cancel_at=1.0)
    return {"ticks": ticks, "ended": ended, "elapsed": clock.elapsed}


def ordinary_code(kata: Any) -> Any:
    """Where no loop runs, and the kata's code makes one."""
    loop = asyncio.new_event_loop()
    _name_tasks(loop)
    greeting = loop.run_until_complete(kata.greet("Ada", 1.0))
    loop.close()
    return greeting


async def fetched(kata: Any, upstream: Any, ending: Any) -> Any:
    """What katas of httpx do: requests that are answered, refused, too late, or of nobody."""
    _name_tasks(asyncio.get_running_loop())
    upstream.route("GET", "/items/1", json={"name": "tea"}, latency=1.0)
    upstream.route("GET", "/items/2", status=404)
    upstream.route("GET", "/items/3", latency=60.0)
    return [
        await ending(kata.fetch(f"{upstream.base_url}/items/{number}"))
        for number in (1, 2, 3, 4) * (TIMES // 4)
    ]


async def served(kata: Any, asgi: Any, visitors: Any) -> Any:
    """What katas of FastAPI do: routes, models, errors and middleware, each more than once."""
    _name_tasks(asyncio.get_running_loop())
    answers = []
    for _ in range(2):
        async with asgi(kata.make_app()) as client:
            for _ in range(2):
                answers += [
                    await client.get("/items/7?query=tea"),
                    await client.get("/items/seven"),
                    await client.get("/items/0"),
                    await client.get("/nowhere"),
                    await client.post("/items", json={"name": "tea"}),
                    await client.post("/counts", json={"tea": 1}, leave_at=60.0),
                ]
                answers += await visitors(client, ["/items/1", "/items/2"], every=0.1)
    return answers


def _name_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Names the tasks to come, so that they do not count: a submission's first is no `Task-200`."""

    def named(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        return asyncio.Task(coroutine, loop=loop, **{"name": "rehearsal", **options})

    loop.set_task_factory(named)
