"""A helper that sleeps, reads and runs a program, in a thread."""

import asyncio
import subprocess
import time

from tests.bench.blocking import props


def prepare() -> str:
    time.sleep(0.05)
    with open(props.small_file()) as file:
        text = file.read()
    subprocess.run(["true"], check=True)
    return text + props.small_file().read_text()


async def main() -> None:
    assert len(await asyncio.to_thread(prepare)) == 200
