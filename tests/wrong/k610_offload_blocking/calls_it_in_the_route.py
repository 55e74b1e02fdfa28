"""Calls `job` in an `async def` route (RT1, RT2): the keyword moves nothing off the loop."""

from collections.abc import Callable

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int) -> dict[str, int]:
        return {"result": job(n, times=times)}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int) -> dict[str, int]:
        return {"result": job(n, times=times)}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
