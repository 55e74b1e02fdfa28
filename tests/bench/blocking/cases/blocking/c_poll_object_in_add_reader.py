"""A reader callback that polls another socket, which stays quiet."""

import asyncio
import select
import socket

FAMILY = "socket"
CALL = "poller.poll"
PLACE = "add_reader"


async def main() -> None:
    loop = asyncio.get_running_loop()
    bell, button = socket.socketpair()
    door, street = socket.socketpair()
    answered = asyncio.Event()
    poller = select.poll()
    poller.register(door, select.POLLIN)

    def open_door() -> None:
        poller.poll(200)  # <-
        answered.set()

    loop.add_reader(bell, open_door)
    button.setblocking(False)
    button.send(b"ring")
    await answered.wait()
    loop.remove_reader(bell)
    for each in (bell, button, door, street):
        each.close()
