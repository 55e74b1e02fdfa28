"""A helper that asks the operator before it deletes, called from a task."""

import asyncio
import subprocess
import sys

FAMILY = "input"
CALL = "input"
PLACE = "helper"


def confirmed(question: str) -> bool:
    return input(question).strip().lower() in {"y", "yes"}  # <-


async def delete_everything() -> bool:
    return confirmed("")


async def main() -> None:
    operator = subprocess.Popen(["sh", "-c", "sleep 0.25; echo y"], stdout=-1, text=True)
    sys.stdin = operator.stdout
    assert await asyncio.create_task(delete_everything())
    await asyncio.to_thread(operator.communicate)
