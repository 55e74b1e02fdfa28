"""Stories of databases, sockets, HTTP and subprocesses."""

import asyncio
import http.client
import io
import os
import selectors
import socket
import sqlite3
import subprocess
import sys
import time

from fastapi import FastAPI

from tests.bench.blocking import fixtures


# %% database_commit_at_the_end_of_with: `with connection:` commits at its end, and waits for a
# and: reader there.
# blocks: database, sqlite3.Connection.__exit__, context manager
def prepared() -> tuple[sqlite3.Connection, sqlite3.Cursor]:
    path = fixtures.folder() / "shop.db"
    ours = sqlite3.connect(path, timeout=0.2, check_same_thread=False)
    ours.execute("create table orders (article text)")
    ours.executemany("insert into orders values (?)", [["tea"], ["milk"]])
    ours.commit()
    reader = sqlite3.connect(path).execute("select article from orders")
    reader.fetchone()
    return ours, reader


ours, reader = prepared()


async def main() -> None:
    try:
        with ours:  # <-
            await asyncio.to_thread(ours.execute, "insert into orders values ('sugar')")
    except sqlite3.OperationalError:
        reader.close()
    ours.close()


# %% http_client_getresponse: `http.client`: waits for the response in a coroutine.
# blocks: http, http.client.HTTPConnection.getresponse, coroutine
async def main() -> None:
    connection = http.client.HTTPConnection("127.0.0.1", fixtures.port())
    await asyncio.to_thread(connection.request, "GET", "/")
    answer = connection.getresponse()  # <-
    assert answer.read() == b"x"
    connection.close()


# %% socket_selectors_in_an_async_iterator: An asynchronous iterator over a selector's events,
# and: that waits in `select`.
# blocks: socket, self.selector.select, async iterator
class Events:
    def __init__(self, sock: socket.socket) -> None:
        self.selector = selectors.DefaultSelector()
        self.selector.register(sock, selectors.EVENT_READ)

    def __aiter__(self) -> "Events":
        return self

    async def __anext__(self) -> int:
        ready = self.selector.select(timeout=0.2)  # <-
        if not ready:
            self.selector.close()
            raise StopAsyncIteration
        return len(ready)


async def main() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert [event async for event in Events(ours)] == []


# %% driver_poll_in_a_repository: A driver that polls its socket, three calls below a route:
# and: service, repository, driver.
# blocks: socket, self.session.run, helper
DRIVER = """
import _socket
import select

class Session:
    def __init__(self, port: int) -> None:
        self.socket = _socket.socket()
        self.socket.connect(("127.0.0.1", port))
        self.poller = select.poll()
        self.poller.register(self.socket.fileno(), select.POLLIN)

    def run(self, text: str) -> bytes:
        self.socket.send(text.encode())
        self.poller.poll()
        return self.socket.recv(4096)
"""

(fixtures.folder() / "graphdb.py").write_text(DRIVER)
sys.path.insert(0, str(fixtures.folder()))
import graphdb  # noqa: E402


class Friends:
    def __init__(self) -> None:
        self.session = graphdb.Session(fixtures.port())

    def of(self, name: str) -> list[str]:
        answer = self.session.run(f"MATCH (a {{name: {name!r}}})-->(b) RETURN b")  # <-
        return answer.decode().split()


class Suggestions:
    def __init__(self, friends: Friends) -> None:
        self.friends = friends

    def for_user(self, name: str) -> list[str]:
        return sorted(self.friends.of(name))


app = FastAPI()
suggestions = Suggestions(Friends())


@app.get("/suggestions/{name}")
async def suggest(name: str) -> list[str]:
    return suggestions.for_user(name)


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/suggestions/anna")).json()


# %% subprocess_with_popen: Leaving `with Popen(...)`: it waits for the child.
# blocks: subprocess, subprocess.Popen.wait, context manager
async def main() -> None:
    with subprocess.Popen(["sleep", "0.25"]) as child:  # <-
        number = child.pid
    assert number


# %% subprocess_print_to_a_busy_child: A task prints to the input of a child that does something
# and: else first: the pipe is full.
# blocks: subprocess, pipe.write, coroutine
async def main() -> None:
    command = ["sh", "-c", "sleep 0.25; cat > /dev/null"]
    with open(os.devnull, "w") as unread:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=unread, text=True)
    await asyncio.sleep(0)
    print("tea\n" * 100_000, file=child.stdin)  # <-
    await asyncio.to_thread(child.communicate)


# %% file_print_to_a_raw_pipe: Lines printed to a pipe that a thread reads late, by a raw file that
# and: nothing wraps.
# blocks: file, print, coroutine
def read_late(descriptor: int) -> None:
    time.sleep(0.25)
    while os.read(descriptor, 65536):
        pass


async def main() -> None:
    reading, writing = os.pipe()
    reader = asyncio.create_task(asyncio.to_thread(read_late, reading))
    await asyncio.sleep(0)
    with io.TextIOWrapper(io.FileIO(writing, "w")) as lines:
        print("tea\n" * 100_000, file=lines)  # <-
    await reader
