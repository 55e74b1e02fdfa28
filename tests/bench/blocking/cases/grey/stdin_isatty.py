"""`sys.stdin.isatty`: a system call on a terminal, not a read of it."""

import os
import sys


async def main() -> None:
    assert sys.stdin.isatty() in (True, False)
    assert os.isatty(0) in (True, False)
