"""A context variable carried into threads."""

import asyncio
import contextvars
import time

user: contextvars.ContextVar[str] = contextvars.ContextVar("user")


def greeting() -> str:
    time.sleep(0.05)
    return f"hello {user.get()}"


async def greet(name: str) -> str:
    user.set(name)
    return await asyncio.to_thread(greeting)


async def main() -> None:
    assert await asyncio.gather(greet("ann"), greet("bob")) == ["hello ann", "hello bob"]
