"""What the judge answers when a scenario asks about its database; the database itself is a fake."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from graders.kit.judge.databases import LOCK_TIMEOUT, DatabaseSession
from graders.kit.shared.codec import encode
from graders.kit.shared.messages import Answer, Question, Refusal
from tests.kit.simulation import Now, virtual


class Database:
    """Remembers when it was locked and released."""

    def __init__(self, now: Now = lambda: 0.0) -> None:
        self._now = now
        self.log: list[tuple[str, float]] = []

    async def lock(self, table: str) -> None:
        self.log.append((f"lock {table}", self._now()))

    async def unlock(self) -> None:
        self.log.append(("unlock", self._now()))

    async def execute(self, statement: str, *arguments: Any) -> None:
        """Does nothing."""

    async def rows(self, table: str) -> list[dict[str, Any]]:
        return [{"table": table}]


def question(ask: str, **details: Any) -> Question:
    return Question(ask, encode(details))


@virtual
async def test_a_lock_is_given_up_when_nothing_is_asked_any_more(now: Now) -> None:
    """Not when a busy machine takes long: as long as the scenario asks, it can release the lock."""
    database = Database(now)
    session = DatabaseSession(database, None)
    await session.answer(question("lock", table="items"))
    for _ in range(3):
        await asyncio.sleep(LOCK_TIMEOUT - 0.5)
        await session.answer(question("rows", table="items"))
    assert not session.lock_expired
    await asyncio.sleep(60.0)

    assert session.lock_expired
    silent = 3 * (LOCK_TIMEOUT - 0.5) + LOCK_TIMEOUT
    assert database.log == [("lock items", 0.0), ("unlock", silent)]


@virtual
async def test_a_lock_that_is_released_does_not_expire(now: Now) -> None:
    """It is released once, and not again."""
    database = Database(now)
    session = DatabaseSession(database, None)
    await session.answer(question("lock", table="items"))
    await session.answer(question("unlock"))
    await asyncio.sleep(60.0)
    await session.close()

    assert database.log == [("lock items", 0.0), ("unlock", 0.0)]
    assert not session.lock_expired


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (question("rows"), "KeyError: 'table'"),
        (question("drop", table="items"), "ValueError: no such question: 'drop'"),
        (Question("rows", ["items"]), "Malformed: details are given by name"),
        (Question("rows", {"$": "what"}), "Malformed: unknown tag"),
        (question("execute", statement="SELECT 1", arguments=7), "TypeError: "),
        (question("rows", table="x" * 5_000_000), "TooLong: "),
    ],
)
async def test_nonsense_is_refused(asked: Question, words: str):
    """Whoever asks is told why; nothing of it is a fault of the judge."""
    answer = await DatabaseSession(Database(), None).answer(asked)

    assert isinstance(answer, Refusal)
    assert answer.reason.startswith(words)


async def test_what_is_there_is_answered():
    """As data on its way to the scenario."""
    answer = await DatabaseSession(Database(), None).answer(question("rows", table="items"))

    assert answer == Answer(encode([{"table": "items"}]))
