"""Blocking work off the loop

`job` is somebody else's ordinary function: it computes, it reads files, it
knows nothing of asyncio, and it may hold its thread for half a minute.
Your service runs it, and stays awake meanwhile.

- `create_app(job)` returns an app that runs this `job`. There may be several
  apps, each with its own job, and one may shut down before another.
- `GET /slow?n=7&times=3` runs `job(7, times=3)` on a worker thread, and answers
  {"result": ...} when `job` has returned, or at most a tenth of a second later.
  `n` and `times` are whole numbers, and 0 is one; so is the result.
- `GET /slow-executor?n=7&times=3` does the same. It is there for you to try
  another way to a thread; any worker thread will do on both routes.
- Each request runs `job` once, whatever it was asked before, and gets its own
  result. `job` gets `n` by position, and `times` by name.
- The event loop goes on while `job` runs. On each route three jobs run side
  by side, and the answer of one does not wait for another.
- `GET /ping` answers {"ping": "pong"} at once, however many jobs run or queue.
- An exception of `job`, of whatever type, leaves the route as it is, and the
  visitor gets a 500; `job` is not tried again.

    nox -s grade -- k610
"""

from collections.abc import Callable

from fastapi import FastAPI


# TODO: an app whose two slow routes keep nobody waiting but who asked for them.
def create_app(job: Callable[..., int]) -> FastAPI:
    raise NotImplementedError
