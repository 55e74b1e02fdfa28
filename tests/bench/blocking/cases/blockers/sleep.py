"""Blockers that sleep."""

import ctypes
import time

from tests.bench.blocking import fixtures


# %% sleep: `time.sleep`
# blocks: sleep, time.sleep
# in: coroutine, task, wait_for, except_clause, done_callback, signal_handler, async_iterator
# and: aenter, route, dependency, lifespan, background_task, websocket, streaming_generator
# and: http_middleware, asgi_middleware, exception_handler, route_class, route_decorator
# and: field_validator, field_serializer, deep_helper, retry_decorator, lambda_function
# and: property, destructor, eq, generator, to_thread, executor, anyio_thread, def_route
# and: def_dependency
def block() -> None:
    time.sleep(0.15)  # <-


# %% sleep_thrice: `time.sleep` of a little, three times
# blocks: sleep, time.sleep
# in: descriptor
def block() -> None:
    for _ in range(3):
        time.sleep(0.08)  # <-


# %% sleep_bound_elsewhere: `time.sleep` as another module bound it, long before
# blocks: sleep, clocks.pause
# in: coroutine
MODULE = """
import importlib.util

spec = importlib.util.find_spec("time")
time = importlib.util.module_from_spec(spec)
spec.loader.exec_module(time)
pause = time.sleep
"""
clocks = fixtures.module("clocks", MODULE)


def block() -> None:
    clocks.pause(0.2)  # <-


# %% sleep_usleep: the C library's `usleep`, which lets other threads run
# blocks: sleep, libc.usleep
# in: coroutine
libc = ctypes.CDLL(None)


def block() -> None:
    libc.usleep(400_000)  # <-


# %% sleep_usleep_with_the_gil: the C library's `usleep`, called without releasing the GIL
# blocks: sleep, libc.usleep
# in: helper
libc = ctypes.PyDLL(None)


def block() -> None:
    libc.usleep(400_000)  # <-


# %% sleep_nanosleep: the C library's `nanosleep`
# blocks: sleep, libc.nanosleep
# in: background_task
libc = ctypes.CDLL(None)


class TimeSpec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


def block() -> None:
    libc.nanosleep(ctypes.byref(TimeSpec(0, 400_000_000)), None)  # <-
