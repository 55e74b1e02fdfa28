"""anyio's threads for one route; the loop's executor and a lambda for the other."""

import asyncio
from functools import partial

import anyio.to_thread
from fastapi import FastAPI


class Service:
    def __init__(self, job):
        self.job = job

    async def slow(self, n: int, times: int):
        return {"result": await anyio.to_thread.run_sync(partial(self.job, times=times), n)}

    async def slow_executor(self, n: int, times: int):
        future = asyncio.get_event_loop().run_in_executor(None, lambda: self.job(n, times=times))
        return {"result": await asyncio.wait_for(future, timeout=None)}

    async def ping(self):
        return {"ping": "pong"}


def create_app(job):
    service = Service(job)
    app = FastAPI()
    app.add_api_route("/slow", service.slow)
    app.add_api_route("/slow-executor", service.slow_executor)
    app.add_api_route("/ping", service.ping)
    return app
