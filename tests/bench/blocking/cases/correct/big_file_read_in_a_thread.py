"""A big file read and hashed in a thread."""

import asyncio
import hashlib

from tests.bench.blocking import props


def digest() -> str:
    with props.big_file().open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def main() -> None:
    assert await asyncio.to_thread(digest)
