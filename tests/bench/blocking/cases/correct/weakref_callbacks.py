"""Objects whose end calls a weak reference's callback."""

import asyncio
import weakref


class Session:
    pass


async def main() -> None:
    ended: list[int] = []
    sessions = [Session() for _ in range(100)]
    for number, session in enumerate(sessions):
        weakref.finalize(session, ended.append, number)
    await asyncio.sleep(0.05)
    del session
    sessions.clear()
    assert len(ended) == 100
