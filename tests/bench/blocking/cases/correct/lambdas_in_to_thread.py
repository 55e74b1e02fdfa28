"""Lambdas that open, read and run, each in a thread."""

import asyncio
import subprocess

from tests.bench.blocking import props


async def main() -> None:
    path = props.small_file()
    await asyncio.to_thread(lambda: path.read_text())
    await asyncio.to_thread(lambda: open(path).close())
    await asyncio.to_thread(lambda: subprocess.run(["sleep", "0.1"], check=True))
