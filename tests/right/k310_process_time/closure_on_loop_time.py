"""Two functions and no class; the loop's own clock, and bytes by hand."""

import asyncio

from fastapi import FastAPI


def process_time(app):
    async def timed_app(scope, receive, send):
        if scope["type"] != "http":
            return await app(scope, receive, send)
        now = asyncio.get_running_loop().time
        started = now()

        async def timed_send(message):
            if message["type"] == "http.response.start":
                header = (b"X-Process-Time", b"%.3f" % (now() - started))
                message = {**message, "headers": [*message.get("headers", ()), header]}
            await send(message)

        return await app(scope, receive, timed_send)

    return timed_app


def install(app: FastAPI) -> None:
    app.add_middleware(process_time)
