"""A temporary file of a few bytes, which never leaves the page cache."""

import tempfile


async def main() -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x" * 10)
        file.flush()
