"""The checksum of a big buffer, in a background task; the hash lets other threads run."""

import hashlib

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "seal"
PLACE = "background task"

app = FastAPI()
backup = b"0123456789abcdef" * 7_000_000
seals: list[str] = []


async def seal(data: bytes) -> None:
    seals.append(hashlib.sha3_256(data).hexdigest())  # <-


@app.post("/backup", status_code=202)
async def store(tasks: BackgroundTasks) -> None:
    tasks.add_task(seal, backup)


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/backup")
    assert len(seals) == 1
