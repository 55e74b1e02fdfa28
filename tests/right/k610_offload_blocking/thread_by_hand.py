"""A thread for each visitor, which tells the loop when it is done; Starlette routes and threads."""

import asyncio
import threading
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def in_a_thread(job: Callable[..., int], n: int, times: int) -> int:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()

    def tell(tell_it: Callable[..., None], what: object) -> None:
        if not future.done():
            tell_it(what)

    def run() -> None:
        try:
            result = job(n, times=times)
        except BaseException as error:
            loop.call_soon_threadsafe(tell, future.set_exception, error)
        else:
            loop.call_soon_threadsafe(tell, future.set_result, result)

    threading.Thread(target=run).start()
    return await future


def create_app(job: Callable[..., int]) -> Starlette:
    def wanted(request: Request) -> tuple[int, int]:
        return int(request.query_params["n"]), int(request.query_params["times"])

    async def slow(request: Request) -> Response:
        n, times = wanted(request)
        return JSONResponse({"result": await in_a_thread(job, n, times)})

    async def slow_executor(request: Request) -> Response:
        n, times = wanted(request)
        return JSONResponse({"result": await run_in_threadpool(job, n, times=times)})

    async def ping(request: Request) -> Response:
        return JSONResponse({"ping": "pong"})

    return Starlette(
        routes=[
            Route("/slow", slow),
            Route("/slow-executor", slow_executor),
            Route("/ping", ping),
        ]
    )
