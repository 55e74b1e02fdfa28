"""`Connection.recv`: the answer of a child that takes its time."""

import asyncio
import multiprocessing
import time
from multiprocessing.connection import Connection

FAMILY = "lock"
CALL = "multiprocessing.connection.Connection.recv"
PLACE = "task"

processes = multiprocessing.get_context("fork")


def predict(theirs: Connection) -> None:
    question = theirs.recv()
    time.sleep(0.3)
    theirs.send(question * 2)


async def ask(ours: Connection, question: int) -> int:
    ours.send(question)
    return ours.recv()  # <-


async def main() -> None:
    ours, theirs = processes.Pipe()
    child = processes.Process(target=predict, args=[theirs])
    child.start()
    assert await asyncio.create_task(ask(ours, 21)) == 42
    await asyncio.to_thread(child.join)
