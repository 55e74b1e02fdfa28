"""`json.load` of documents that are mostly attachments, opened in a thread."""

import asyncio
import json
from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.read"
PLACE = "coroutine"


def prepared(size: int) -> Path:
    path = props.folder() / "mail.json"
    path.write_text(json.dumps({"subject": "photos", "attachment": "x" * size}))
    return path


mail = prepared(32 * 1024**2)


async def main() -> None:
    file = await asyncio.to_thread(open, mail, encoding="ascii")
    for _ in range(4):
        file.seek(0)
        assert json.load(file)["subject"] == "photos"  # <-
    file.close()
