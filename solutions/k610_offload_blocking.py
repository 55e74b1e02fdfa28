"""A blocking function is awaited by having a thread run it, and the loop told when it is done.

Both ways take the function itself, not its result. `to_thread` passes every
argument on; `run_in_executor` only those by position, so `partial` binds the rest.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int) -> dict[str, int]:
        return {"result": await asyncio.to_thread(job, n, times=times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int) -> dict[str, int]:
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, partial(job, n, times=times))}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
