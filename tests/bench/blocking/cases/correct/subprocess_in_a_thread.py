"""`subprocess.run` in a thread."""

import asyncio
import subprocess


async def main() -> None:
    done = await asyncio.to_thread(subprocess.run, ["sleep", "0.15"], check=True)
    assert done.returncode == 0
