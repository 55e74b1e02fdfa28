"""Blocking work off the loop

`job` is somebody else's ordinary function: it computes, it reads files, it
knows nothing of asyncio, and it may hold its thread for half a minute.
Your service runs it, and stays awake meanwhile.

- `create_app(job)` returns the app.
- `GET /slow?n=7&times=3` runs `job(7, times=3)` on a worker thread, and answers
  {"result": ...} as soon as `job` has returned. `n`, `times`: whole numbers.
- `GET /slow-executor?n=7&times=3` does the same on a thread of an executor.
  Here, too, `job` gets `n` by position and `times` by name.
- The event loop goes on while `job` runs; three jobs run side by side.
- `GET /ping` answers {"ping": "pong"} at once, however many jobs run or queue.
- An exception of `job` leaves the route as it is, and the visitor gets a 500.

    nox -s grade -- k610
"""

from collections.abc import Callable

from fastapi import FastAPI


# TODO: an app whose two slow routes keep nobody waiting but who asked for them.
def create_app(job: Callable[..., int]) -> FastAPI:
    raise NotImplementedError
