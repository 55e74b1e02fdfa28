"""Everything slow is done at import, before the loop runs."""

import asyncio
import subprocess
import time

from tests.bench.blocking import props

time.sleep(0.1)
subprocess.run(["true"], check=True)
TEXT = props.big_file().read_bytes()


async def main() -> None:
    await asyncio.sleep(0.01)
    assert TEXT
