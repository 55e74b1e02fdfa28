"""What the programs work on: a folder, files, a slow server, a client.

The runner makes them (`made`), before and outside the program that is measured.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAUSE = 0.15
"""Seconds the slow server lets a client wait before its answer."""

MEMORY = Path("/dev/shm")
"""A file system in memory, if there is one: a disk that others use too may make any `open`
wait, and then a line of a case would block that should not."""

BIG = 16 * 1024**2
"""Bytes of the big file."""

_FOLDER, _PORT = "BLOCKING_CASES_FOLDER", "BLOCKING_CASES_PORT"


def folder() -> Path:
    """A folder of its own for the case that runs, empty at first."""
    own = _of_case(os.getpid())
    own.mkdir(exist_ok=True)
    return own


def disk() -> Path:
    """Another such folder, on a disk: for what waits for one."""
    own = _on_disk(os.getpid())
    own.mkdir(exist_ok=True)
    return own


def forget(case: int) -> None:
    """What the case that ran in this process made is gone."""
    for own in (_of_case(case), _on_disk(case)):
        shutil.rmtree(own, ignore_errors=True)


def _of_case(case: int) -> Path:
    return Path(os.environ[_FOLDER]) / f"case-{case}"


def _on_disk(case: int) -> Path:
    return Path(tempfile.gettempdir()) / f"{Path(os.environ[_FOLDER]).name}-{case}"


def small_file() -> Path:
    """A file of 100 bytes."""
    return Path(os.environ[_FOLDER]) / "small.txt"


def big_file() -> Path:
    """A file of `BIG` bytes: lines of text."""
    return Path(os.environ[_FOLDER]) / "big.txt"


def tree() -> Path:
    """A folder with 40 folders of 25 small files each."""
    return Path(os.environ[_FOLDER]) / "tree"


def port() -> int:
    """Where the slow server listens on 127.0.0.1: whatever it is sent, it waits `PAUSE` seconds,
    answers `HTTP/1.1 200 OK` with the body `x`, and closes."""
    return int(os.environ[_PORT])


def url() -> str:
    return f"http://127.0.0.1:{port()}/"


def client(app: Any) -> Any:
    """An `httpx.AsyncClient` that calls `app` directly, without running its lifespan."""
    import httpx

    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


async def websocket(app: Any, *texts: str) -> list[str]:
    """The texts that `app` sends on a websocket to `/`, on which it receives these."""
    incoming = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "text": text} for text in texts),
        {"type": "websocket.disconnect", "code": 1000},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    return [message["text"] for message in sent if "text" in message]


def module(name: str, text: str) -> Any:
    """A module of this text, imported from the case's own folder: a driver, for instance."""
    (folder() / f"{name}.py").write_text(text)
    sys.path.insert(0, str(folder()))
    return importlib.import_module(name)


def lock_elsewhere(call: str, path: str) -> subprocess.Popen[str]:
    """A process that holds the lock of a file, by `fcntl.flock` or `fcntl.lockf`, until it ends."""
    program = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'a')\n"
        f"fcntl.{call}(file, fcntl.LOCK_EX)\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-S", "-c", program, path]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "locked\n"
    return child


def overloaded() -> tuple[str, int]:
    """The address of a server whose backlog is full: whoever connects to it waits."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(0)
    _open.append(server)
    for _ in range(8):
        waiting = socket.socket()
        waiting.setblocking(False)
        waiting.connect_ex(server.getsockname())
        _open.append(waiting)
    host, port = server.getsockname()
    return host, port


_open: list[socket.socket] = []
"""Sockets that stay open as long as the process."""


def tls_pair() -> tuple[ssl.SSLSocket, ssl.SSLSocket]:
    """Two ends of a TLS connection, without certificates; the first waits 0.2 s at most."""
    ends = []
    for sock, side in zip(
        socket.socketpair(), (ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER), strict=True
    ):
        context = ssl.SSLContext(side)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("aNULL:@SECLEVEL=0")
        server = side == ssl.PROTOCOL_TLS_SERVER
        ends.append(context.wrap_socket(sock, server, do_handshake_on_connect=False))
    ours, theirs = ends
    thread = threading.Thread(target=theirs.do_handshake)
    thread.start()
    ours.do_handshake()
    thread.join()
    ours.settimeout(0.2)
    return ours, theirs


@contextlib.contextmanager
def made() -> Iterator[None]:
    """The fixtures exist, and this process and its children know where."""
    with tempfile.TemporaryDirectory(
        prefix="blocking-", dir=MEMORY if MEMORY.is_dir() else None
    ) as name:
        place = Path(name)
        (place / "small.txt").write_bytes(b"x" * 99 + b"\n")
        (place / "big.txt").write_bytes((b"some words in a line of text\n" * (BIG // 29 + 1))[:BIG])
        for outer in range(40):
            (place / "tree" / str(outer)).mkdir(parents=True)
            for inner in range(25):
                (place / "tree" / str(outer) / f"{inner}.txt").write_text("x" * 100)
        command = [sys.executable, __file__]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            os.environ[_FOLDER] = name
            os.environ[_PORT] = server.stdout.readline().decode().strip()
            try:
                yield
            finally:
                server.stdin.close()


async def serve() -> None:
    """The slow server, in a process of its own; it ends when its input does."""
    import asyncio

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read(65536)
            await asyncio.sleep(PAUSE)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx")
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    import asyncio

    asyncio.run(serve())
