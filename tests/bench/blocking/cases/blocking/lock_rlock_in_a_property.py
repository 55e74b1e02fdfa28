"""A reentrant lock, held by a thread, in a property."""

import asyncio
import threading

FAMILY = "lock"
CALL = "threading.RLock.acquire"
PLACE = "property"


class Settings:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.values = {"currency": "EUR"}

    @property
    def currency(self) -> str:
        locked = self.lock.acquire(timeout=0.2)  # <-
        try:
            return self.values["currency"]
        finally:
            if locked:
                self.lock.release()


async def main() -> None:
    settings = Settings()
    await asyncio.to_thread(settings.lock.acquire)
    assert settings.currency == "EUR"
