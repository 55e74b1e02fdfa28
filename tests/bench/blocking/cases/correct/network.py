"""Sockets, names and HTTP that are asked for without waiting, or asynchronously."""

import asyncio
import contextlib
import select
import selectors
import socket
from types import TracebackType

import asyncpg
import httpx
import respx

from tests.bench.blocking import fixtures


# %% asyncpg_over_a_local_server: asyncpg and a server that takes its time.
def message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4) + body


READY = message(b"Z", b"I")
WELCOME = (
    message(b"R", bytes(4))
    + message(b"S", b"server_version\x0018.0\x00")
    + message(b"S", b"client_encoding\x00UTF8\x00")
    + message(b"K", bytes(8))
)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(int.from_bytes(await reader.readexactly(4)) - 4)
    writer.write(WELCOME + READY)
    while await reader.readexactly(1) == b"Q":
        await reader.readexactly(int.from_bytes(await reader.readexactly(4)) - 4)
        await asyncio.sleep(0.05)
        writer.write(message(b"C", b"UPDATE 1\x00") + READY)
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    db = await asyncpg.connect(host=host, port=port, user="u", database="d", ssl=False)
    assert await db.execute("update orders set paid = true") == "UPDATE 1"
    assert await db.execute("update orders set paid = true") == "UPDATE 1"
    await db.close()
    server.close()


# %% datagram_endpoint: Datagrams between two asyncio endpoints.
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


# %% dns_numbers_only: Asks `getaddrinfo` for numbers only, which asks nobody: words are refused
# and: at once.
async def main() -> None:
    for host in ("127.0.0.1", "not a number"):
        with contextlib.suppress(socket.gaierror):
            socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        await asyncio.sleep(0)


# %% driver_over_streams: A small database driver on asyncio streams.
class Connection:
    async def __aenter__(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", fixtures.port())
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.writer.close()
        await self.writer.wait_closed()

    async def execute(self, query: str) -> bytes:
        self.writer.write(query.encode())
        await self.writer.drain()
        return await self.reader.read()


async def main() -> None:
    async with Connection() as connection:
        assert await connection.execute("select 1")


# %% httpx_async_client: An asynchronous httpx client and a slow server.
async def main() -> None:
    async with httpx.AsyncClient() as client:
        answers = await asyncio.gather(*(client.get(fixtures.url()) for _ in range(3)))
    assert [answer.text for answer in answers] == ["x"] * 3


# %% httpx_async_client_to_a_name: An asynchronous httpx client that looks up a name first.
async def main() -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://localhost:{fixtures.port()}/")
    assert answer.text == "x"


# %% httpx_clients_made_in_a_coroutine: Three httpx clients made in a coroutine, each in a step of
# and: its own, with its certificates.
async def main() -> None:
    for _ in range(3):
        async with httpx.AsyncClient() as client:
            assert not client.is_closed
        await asyncio.sleep(0)


# %% httpx_mock_transport: An httpx client whose transport is a function.
async def answer(request: httpx.Request) -> httpx.Response:
    await asyncio.sleep(0.1)
    return httpx.Response(200, json={"path": request.url.path})


async def main() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        assert (await client.get("http://up/price")).json() == {"path": "/price"}


# %% loop_sock_calls: Sockets used through the loop's `sock_` calls.
async def main() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as listener, socket.socket() as client:
        listener.setblocking(False)
        client.setblocking(False)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        accepting = asyncio.create_task(loop.sock_accept(listener))
        await loop.sock_connect(client, listener.getsockname())
        served, _ = await accepting
        loop.call_later(0.1, served.send, b"hello")
        assert await loop.sock_recv(client, 100) == b"hello"
        await loop.sock_sendall(client, b"bye")
        assert await loop.sock_recv(served, 100) == b"bye"
        served.close()


# %% nonblocking_socket: A socket that does not block, asked too early.
async def main() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    early = 0
    asyncio.get_running_loop().call_later(0.1, theirs.send, b"x")
    while True:
        try:
            assert ours.recv(1) == b"x"
            break
        except BlockingIOError:
            early += 1
            await asyncio.sleep(0.02)
    assert early
    ours.close()
    theirs.close()


# %% numeric_address: The address of a host that is a number already.
async def main() -> None:
    assert socket.getaddrinfo("127.0.0.1", 80)


# %% respx_mock: Requests answered by respx.
async def main() -> None:
    with respx.mock:
        respx.get("http://up/").respond(200, json={"up": True})
        async with httpx.AsyncClient() as client:
            assert (await client.get("http://up/")).json() == {"up": True}


# %% select_without_waiting: `select` and a selector with a timeout of nothing.
async def main() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, selectors.DefaultSelector() as selector:
        selector.register(ours, selectors.EVENT_READ)
        poll = select.poll()
        poll.register(ours, select.POLLIN)
        for _ in range(5):
            assert selector.select(0) == []
            assert select.select([ours], [], [], 0) == ([], [], [])
            assert poll.poll(0) == []
            await asyncio.sleep(0.02)


# %% sendfile: A file sent by the loop's `sendfile`.
FILE = fixtures.big_file().open("rb")
COUNT = 2_000_000


async def send(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.get_running_loop().sendfile(writer.transport, FILE, 0, COUNT)
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(send, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    received = 0
    while data := await reader.read(65536):
        received += len(data)
    assert received == COUNT
    writer.close()
    server.close()


# %% streams: An echo server and its client, on TCP streams.
async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line = await reader.readline()
    await asyncio.sleep(0.1)
    writer.write(line)
    await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\n")
    assert await reader.readline() == b"hello\n"
    writer.close()
    await writer.wait_closed()
    server.close()


# %% unix_streams: A request over a UNIX socket.
PATH = fixtures.folder() / "s"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.1)
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_unix_server(answer, PATH)
    reader, writer = await asyncio.open_unix_connection(PATH)
    writer.write(b"hello\n")
    assert await reader.read() == b"HELLO\n"
    writer.close()
    await writer.wait_closed()
    server.close()
