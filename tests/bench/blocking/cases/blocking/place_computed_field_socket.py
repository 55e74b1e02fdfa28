"""A computed field that asks a socket, when the answer is made."""

import socket
import threading

from fastapi import FastAPI
from pydantic import BaseModel, computed_field

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "socket.socket.recv"
PLACE = "serializer"

app = FastAPI()
thermometer, probe = socket.socketpair()


class Room(BaseModel):
    name: str

    @computed_field
    @property
    def degrees(self) -> float:
        return float(thermometer.recv(16))  # <-


@app.get("/room", response_model=Room)
async def room() -> dict[str, str]:
    threading.Timer(0.35, probe.send, args=[b"21.5"]).start()
    return {"name": "kitchen"}


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/room")).json() == {"name": "kitchen", "degrees": 21.5}
