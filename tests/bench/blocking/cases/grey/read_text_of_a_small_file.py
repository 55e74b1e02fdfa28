"""`Path.read_text` of 100 local bytes: is a read the page cache answers blocking?"""

from tests.bench.blocking import props


async def main() -> None:
    assert len(props.small_file().read_text()) == 100
