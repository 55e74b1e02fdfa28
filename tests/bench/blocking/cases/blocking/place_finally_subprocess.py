"""A `finally` that runs a program to clean up."""

import asyncio
import subprocess

FAMILY = "subprocess"
CALL = "subprocess.call"
PLACE = "finally"


async def build() -> None:
    try:
        await asyncio.sleep(0)
        raise RuntimeError("does not compile")
    finally:
        subprocess.call(["sleep", "0.2"])  # <-


async def main() -> None:
    try:
        await build()
    except RuntimeError:
        pass
