"""Hands `job` to a thread and then blocks for its result: nothing is gained.

Fails: test_the_loop_goes_on_meanwhile
Also fails: test_three_jobs_run_side_by_side, test_a_ping_is_answered_meanwhile
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()
    pool = ThreadPoolExecutor()

    @app.get("/slow")
    async def slow(n: int, times: int):
        return {"result": pool.submit(job, n, times=times).result()}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        return {"result": pool.submit(job, n, times=times).result()}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
