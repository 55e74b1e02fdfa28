"""Calls `job` on the loop and hands the thread its result, which the thread cannot run.

Fails: test_the_job_runs_on_a_worker_thread
Also fails: test_the_result_is_answered, test_the_loop_goes_on_meanwhile,
test_three_jobs_run_side_by_side, test_a_ping_is_answered_meanwhile
"""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI


def create_app(job: Callable[..., int]) -> FastAPI:
    app = FastAPI()

    @app.get("/slow")
    async def slow(n: int, times: int):
        return {"result": await asyncio.to_thread(job(n, times=times))}

    @app.get("/slow-executor")
    async def slow_executor(n: int, times: int):
        loop = asyncio.get_running_loop()
        return {"result": await loop.run_in_executor(None, job(n, times=times))}

    @app.get("/ping")
    async def ping() -> dict[str, str]:
        return {"ping": "pong"}

    return app
