"""A shell run by asyncio, fed and read."""

import asyncio
from asyncio.subprocess import PIPE


async def main() -> None:
    child = await asyncio.create_subprocess_shell("sleep 0.1; cat", stdin=PIPE, stdout=PIPE)
    out, _ = await child.communicate(b"x")
    assert out == b"x"
