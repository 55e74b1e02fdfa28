"""A plain `def` route runs on a thread of FastAPI's; the executor is one that the lifespan owns."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request


def create_app(job: Callable[..., int]) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, object]]:
        with ThreadPoolExecutor(max_workers=8) as pool:
            yield {"pool": pool}

    app = FastAPI(lifespan=lifespan)

    @app.get("/slow")
    def slow(n: int, times: int) -> dict[str, int]:
        return {"result": job(n, times=times)}

    @app.get("/slow-executor")
    async def slow_executor(request: Request, n: int, times: int) -> dict[str, int]:
        future = request.state.pool.submit(job, n, times=times)
        return {"result": await asyncio.wrap_future(future)}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
