"""A thread lock kept over an await, wanted by a second task of the same loop."""

import asyncio
import threading

FAMILY = "lock"
CALL = "threading.Lock.acquire"
PLACE = "gather child"

balance = {"anna": 100}
lock = threading.Lock()


async def withdraw(name: str, amount: int) -> bool:
    if not lock.acquire(timeout=0.2):  # <-
        return False
    try:
        before = balance[name]
        await asyncio.sleep(0.01)
        balance[name] = before - amount
        return True
    finally:
        lock.release()


async def main() -> None:
    assert await asyncio.gather(withdraw("anna", 10), withdraw("anna", 20)) == [True, False]
