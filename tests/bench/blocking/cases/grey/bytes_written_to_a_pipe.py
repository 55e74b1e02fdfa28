"""A few bytes written to a pipe that has room: it would wait if it were full."""

import os

READ, WRITE = os.pipe()


async def main() -> None:
    os.write(WRITE, b"go")
