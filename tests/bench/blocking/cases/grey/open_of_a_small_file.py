"""A local file of 100 bytes opened and read: is a read the page cache answers blocking?"""

from tests.bench.blocking import props


async def main() -> None:
    with open(props.small_file()) as file:
        assert len(file.read()) == 100
