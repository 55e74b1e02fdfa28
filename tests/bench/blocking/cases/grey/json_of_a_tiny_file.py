"""Settings of 20 bytes loaded from a local file: too small to wait for?"""

import json

from tests.bench.blocking import props

SETTINGS = props.folder() / "settings.json"
SETTINGS.write_text('{"debug": false}')


async def main() -> None:
    with SETTINGS.open() as file:
        assert json.load(file) == {"debug": False}
