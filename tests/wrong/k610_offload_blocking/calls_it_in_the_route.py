"""Calls `job` in an `async def` route: the keyword moves nothing off the loop.

Fails: test_the_job_runs_on_a_worker_thread, test_the_loop_goes_on_meanwhile
Also fails: test_three_jobs_run_side_by_side, test_a_ping_is_answered_meanwhile
"""

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
