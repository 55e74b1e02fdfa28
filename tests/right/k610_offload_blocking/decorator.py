"""A decorator makes coroutine functions of blocking ones; the routes share one of them."""

import asyncio
import contextvars
import functools
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Annotated

from fastapi import Depends, FastAPI


def offloaded(
    function: Callable[..., int], executor: Executor | None = None
) -> Callable[..., Awaitable[int]]:
    async def call(*args: int, **kwargs: int) -> int:
        context = contextvars.copy_context()
        bound = functools.partial(context.run, function, *args, **kwargs)
        async with asyncio.TaskGroup() as group:
            done = asyncio.Event()
            future = asyncio.get_running_loop().run_in_executor(executor, bound)
            future.add_done_callback(lambda _: done.set())
            group.create_task(done.wait())
        return future.result()

    return call


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()
    app.state.pool = ThreadPoolExecutor(4, thread_name_prefix="job")
    by_thread, by_executor = offloaded(job), offloaded(job, app.state.pool)

    def parameters(n: int, times: int) -> Callable[[Callable[..., Awaitable[int]]], Awaitable[int]]:
        return lambda call: call(n, times=times)

    Parameters = Annotated[Callable[..., Awaitable[int]], Depends(parameters)]

    @app.get("/slow")
    async def slow(run: Parameters):
        return {"result": await run(by_thread)}

    @app.get("/slow-executor")
    async def slow_executor(run: Parameters):
        return {"result": await run(by_executor)}

    @app.get("/ping")
    async def ping():
        return {"ping": "pong"}

    return app
