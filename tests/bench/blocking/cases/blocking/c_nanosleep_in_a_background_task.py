"""The C library's `nanosleep`, in a background task."""

import ctypes

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "libc.nanosleep"
PLACE = "background task"

app = FastAPI()
libc = ctypes.CDLL(None)


class TimeSpec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


async def let_it_cool() -> None:
    libc.nanosleep(ctypes.byref(TimeSpec(0, 200_000_000)), None)  # <-


@app.post("/oven", status_code=202)
async def off(tasks: BackgroundTasks) -> None:
    tasks.add_task(let_it_cool)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.post("/oven")).status_code == 202
