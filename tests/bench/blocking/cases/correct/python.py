"""Plain Python that looks slower than it is, or is slow where nobody waits."""

import asyncio
import gzip
import io
import logging
import mmap
import os
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
import weakref
import zipfile
from importlib import resources
from unittest import mock

from tests.bench.blocking import fixtures

# %% blocking_before_the_loop: Everything slow is done at import, before the loop runs.
time.sleep(0.1)
subprocess.run(["true"], check=True)
TEXT = fixtures.big_file().read_bytes()


async def main() -> None:
    await asyncio.sleep(0.01)
    assert TEXT


# %% cheap_destructors: Objects with a destructor that only counts.
class Handle:
    closed = 0

    def __del__(self) -> None:
        Handle.closed += 1


async def main() -> None:
    for _ in range(10):
        handles = [Handle() for _ in range(100)]
        await asyncio.sleep(0.005)
        del handles
    assert Handle.closed == 1000


# %% file_anonymous_memory_is_flushed: Flushes shared memory that has no file behind it.
async def main() -> None:
    with mmap.mmap(-1, mmap.PAGESIZE) as memory:
        memory[:4] = b"seen"
        memory.flush()
        await asyncio.sleep(0)
        assert memory[:4] == b"seen"


# %% files_in_memory: Files and archives that live in memory.
async def main() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("a.txt", "some text")
    with zipfile.ZipFile(memory) as archive:
        assert archive.read("a.txt") == b"some text"
    assert gzip.decompress(gzip.compress(b"x" * 1000)) == b"x" * 1000
    assert io.StringIO("a\nb\n").readlines() == ["a\n", "b\n"]


# %% heavy_first_import: Heavy modules imported for the first time, in a coroutine.
async def main() -> None:
    import doctest
    import imaplib
    import mailbox
    import pydoc
    import xml.dom.minidom
    import xmlrpc.server

    assert all((doctest, imaplib, mailbox, pydoc, xml, xmlrpc))


# %% import_that_burns: A module that takes its time when it is first imported, in a coroutine.
FOLDER = fixtures.folder()
(FOLDER / "tables_of_numbers.py").write_text(
    "import time\nend = time.thread_time() + 0.3\nwhile time.thread_time() < end:\n    pass\n"
)
sys.path.insert(0, str(FOLDER))


async def main() -> None:
    import tables_of_numbers

    assert tables_of_numbers.end


# %% log_line: Log lines, one with a traceback, to a stream in memory.
log = logging.getLogger("shop")
log.propagate = False
log.addHandler(logging.StreamHandler(io.StringIO()))


async def main() -> None:
    log.warning("order %s is late", 7)
    try:
        raise ValueError("no such order")
    except ValueError:
        log.exception("order %s is lost", 8)


# %% log_to_a_file: Log lines to a file opened before the loop.
log = logging.getLogger("shop")
log.propagate = False
log.addHandler(logging.FileHandler(fixtures.folder() / "shop.log"))


async def main() -> None:
    for number in range(20):
        log.warning("order %s is late", number)
        await asyncio.sleep(0.005)


# %% lookalikes: Methods named like blocking calls that wait for nothing, or wait asynchronously.
class Clock:
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Requests:
    def get(self, url: str) -> str:
        return f"answer of {url}"


class File:
    def read_text(self) -> str:
        return "text"

    def open(self) -> "File":
        return self


async def main() -> None:
    time, requests = Clock(), Requests()
    await time.sleep(0.1)
    assert requests.get("http://up/")
    assert File().open().read_text()


# %% print_lines: Lines printed to a standard output that lives in memory.
async def main() -> None:
    sys.stdout = io.StringIO()
    for number in range(20):
        print("order", number, flush=True)
        await asyncio.sleep(0.002)
    sys.stdout = sys.__stdout__


# %% print_to_a_slow_reader: Lines printed to a standard output whose reader takes its time: every
# and: program prints, and who reads is not its choice.
def read_late(descriptor: int) -> None:
    time.sleep(0.2)
    while os.read(descriptor, 65536):
        pass


async def main() -> None:
    reading, writing = os.pipe()
    kept = os.dup(1)
    os.dup2(writing, 1)
    os.close(writing)
    reader = asyncio.create_task(asyncio.to_thread(read_late, reading))
    await asyncio.sleep(0)
    with os.fdopen(1, "w", closefd=False) as out:
        print("tea\n" * 100_000, file=out)
    os.dup2(kept, 1)
    await reader


# %% questions_to_the_system: Cheap questions to the system: stat, exists, the working folder, the
# and: environment.
async def main() -> None:
    path = fixtures.small_file()
    assert os.stat(path).st_size == 100
    assert os.path.exists(path)
    assert os.getcwd()
    assert os.environ.get("PATH")
    assert os.getpid() > 0


# %% resource_found: A package resource located, not read.
async def main() -> None:
    place = resources.files("certifi") / "cacert.pem"
    assert place.is_file()


# %% sleep_mocked_away: `time.sleep` replaced by a mock, as in a test: nobody sleeps.
def retry(attempts: int) -> int:
    for _ in range(attempts):
        time.sleep(30)
    return attempts


async def main() -> None:
    with mock.patch("time.sleep") as sleep:
        assert retry(3) == 3
    assert sleep.call_count == 3


# %% sleep_of_nothing: `time.sleep(0)`, which only offers the processor to others.
async def main() -> None:
    for _ in range(10):
        time.sleep(0)
        await asyncio.sleep(0)


# %% temporary_names: Names for temporary files that nobody opens.
FOLDER = fixtures.folder()


async def main() -> None:
    names = {tempfile.mktemp(dir=FOLDER) for _ in range(10)}
    assert len(names) == 10
    assert tempfile.gettempprefix()


# %% warning_and_traceback: A warning, and a traceback as text.
def parse(text: str) -> int:
    return int(text)


async def main() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("this will go away", stacklevel=1)
    assert len(caught) == 1
    try:
        parse("seven")
    except ValueError:
        assert 'parse("seven")' in traceback.format_exc()


# %% weakref_callbacks: Objects whose end calls a weak reference's callback.
class Session:
    pass


async def main() -> None:
    ended: list[int] = []
    sessions = [Session() for _ in range(100)]
    for number, session in enumerate(sessions):
        weakref.finalize(session, ended.append, number)
    await asyncio.sleep(0.05)
    del session
    sessions.clear()
    assert len(ended) == 100
