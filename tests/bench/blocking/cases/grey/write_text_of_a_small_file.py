"""`Path.write_text` of 100 bytes: is a write the page cache takes blocking?"""

from tests.bench.blocking import props

PATH = props.folder() / "note.txt"


async def main() -> None:
    PATH.write_text("x" * 100)
