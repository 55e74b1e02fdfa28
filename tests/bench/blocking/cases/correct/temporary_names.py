"""Names for temporary files that nobody opens."""

import tempfile

from tests.bench.blocking import props

FOLDER = props.folder()


async def main() -> None:
    names = {tempfile.mktemp(dir=FOLDER) for _ in range(10)}
    assert len(names) == 10
    assert tempfile.gettempprefix()
