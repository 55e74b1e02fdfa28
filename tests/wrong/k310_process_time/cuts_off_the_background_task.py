"""Cancels the app when the last piece is sent, and with it a background task that awaits something.

Fails: test_the_rest_stays_as_it_was
"""

import asyncio
import time

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders


class ProcessTime:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        complete = asyncio.Event()

        async def timed_send(message):
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Process-Time"] = (
                    f"{time.perf_counter() - start:.4f}"
                )
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                complete.set()

        work = asyncio.create_task(self.app(scope, receive, timed_send))
        sent = asyncio.create_task(complete.wait())
        try:
            await asyncio.wait({work, sent}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            work.cancel()
            sent.cancel()


def install(app: FastAPI) -> None:
    app.add_middleware(ProcessTime)
