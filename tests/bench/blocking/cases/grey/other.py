"""Small waits of other kinds."""

import asyncio
import os
import socket
import sqlite3
import ssl
import threading
import time
from urllib.request import urlopen

from tests.bench.blocking import fixtures

# %% bytes_written_to_a_pipe: A few bytes written to a pipe that has room: it would wait if it
# and: were full.
READ, WRITE = os.pipe()


async def main() -> None:
    os.write(WRITE, b"go")


# %% datagram_sent: A datagram sent from a plain socket: the kernel takes it, unless its buffer is
# and: full.
async def main() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as statsd:
        statsd.connect(("127.0.0.1", 9))
        statsd.send(b"orders:1|c")


# %% getaddrinfo_of_localhost: `getaddrinfo` of a name that only the local hosts file answers:
# and: does it count as DNS?
async def main() -> None:
    assert socket.getaddrinfo("localhost", 80)


# %% gethostbyname_of_localhost: `gethostbyname` of a name that only the local hosts file answers:
# and: does it count as DNS?
async def main() -> None:
    assert socket.gethostbyname("localhost") == "127.0.0.1"


# %% lock_contended_for_microseconds: A lock that a thread takes all the time, for microseconds:
# and: contention, or a wait?
lock = threading.Lock()
seen: list[int] = []


def work() -> None:
    for number in range(20_000):
        with lock:
            seen.append(number)


async def main() -> None:
    worker = asyncio.create_task(asyncio.to_thread(work))
    while not worker.done():
        with lock:
            seen.append(0)
        await asyncio.sleep(0)


# %% socket_small_lines_by_a_file: Writes a line to a blocking socket by its file: there is room,
# and: and the kernel takes it.
ours, theirs = socket.socketpair()
theirs.setblocking(False)


async def main() -> None:
    with ours.makefile("w", encoding="ascii") as lines:
        lines.write("hello\n")
        lines.flush()
    assert await asyncio.get_running_loop().sock_recv(theirs, 100) == b"hello\n"
    ours.close()
    theirs.close()


# %% sqlite_connected_and_rolled_back: Connects to a SQLite file of orders, and commits and rolls
# and: back where there is nothing to do.
PATH = fixtures.folder() / "shop.db"
shop = sqlite3.connect(PATH, isolation_level=None)
shop.execute("create table orders (article text)")
shop.close()


async def main() -> None:
    shop = sqlite3.connect(PATH)
    shop.commit()
    await asyncio.sleep(0)
    shop.rollback()
    with shop:
        await asyncio.sleep(0)
    shop.close()


# %% sqlite_in_memory: A SQLite query in memory: no disk, microseconds, but a call that could wait.
db = sqlite3.connect(":memory:")
db.execute("create table t (n)")


async def main() -> None:
    db.execute("insert into t values (1)")
    assert db.execute("select n from t").fetchone() == (1,)


# %% ssl_context_made_in_a_coroutine: `ssl.create_default_context` in a coroutine: a few ms of
# and: certificates, once for each call.
async def main() -> None:
    assert ssl.create_default_context().check_hostname


# %% twelve_ms_of_cpu: Twelve milliseconds of processor time: long for a loop, short for a person.
async def main() -> None:
    end = time.thread_time() + 0.012
    while time.thread_time() < end:
        pass


# %% twelve_ms_of_cpu_sixty_times: Sixty steps that compute twelve milliseconds each: none of them
# and: is long, but the loop does hardly anything else.
def work() -> None:
    end = time.thread_time() + 0.012
    while time.thread_time() < end:
        pass


async def main() -> None:
    for _ in range(60):
        work()
        await asyncio.sleep(0)


# %% urlopen_of_a_data_url: `urlopen` of a URL with its own data: nobody is asked, but
# and: certificates are loaded.
async def main() -> None:
    with urlopen("data:text/plain,hello") as answer:
        assert answer.read() == b"hello"
