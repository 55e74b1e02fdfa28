"""Files read by anyio, in its threads."""

from anyio import Path, open_file

from tests.bench.blocking import props


async def main() -> None:
    async with await open_file(props.small_file()) as file:
        assert await file.read()
    assert await Path(props.small_file()).read_text()
