"""Datagrams between two asyncio endpoints."""

import asyncio


class Inbox(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.arrived = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.arrived.set()


async def main() -> None:
    loop = asyncio.get_running_loop()
    server, inbox = await loop.create_datagram_endpoint(Inbox, ("127.0.0.1", 0))
    address = server.get_extra_info("sockname")
    client, _ = await loop.create_datagram_endpoint(Inbox, remote_addr=address)
    client.sendto(b"hello")
    await inbox.arrived.wait()
    client.close()
    server.close()
