"""Blockers that work on files."""

import ctypes
import fcntl
import gzip
import io
import json
import mmap
import os
import pickle
import random
import shelve
import shutil
import tarfile
import tempfile
import threading
import time
import zipfile
from dbm import dumb
from pathlib import Path
from typing import Any

from tests.bench.blocking import fixtures

libc = ctypes.CDLL(None)


def another_lock(name: str) -> tuple[io.TextIOWrapper, io.TextIOWrapper]:
    """A file opened twice: the first holds its `flock`, the second may ask for it."""
    path = fixtures.folder() / name
    held, wanted = open(path, "w"), open(path, "w")
    fcntl.flock(held, fcntl.LOCK_EX)
    return held, wanted


# %% file_flock: `fcntl.flock` of a file that is locked for a while
# blocks: file, fcntl.flock
# in: deep_helper, future_done_callback, partial_callback
held, wanted = another_lock("counter.lock")


def block() -> None:
    threading.Timer(0.25, fcntl.flock, args=[held, fcntl.LOCK_UN]).start()
    fcntl.flock(wanted, fcntl.LOCK_EX)  # <-


# %% file_flock_of_a_process: `fcntl.flock` of a file that another process has locked
# blocks: file, fcntl.flock
# in: coroutine
state = (fixtures.folder() / "state").open("a")
holder = fixtures.lock_elsewhere("flock", state.name)


def block() -> None:
    threading.Timer(0.25, holder.kill).start()
    fcntl.flock(state, fcntl.LOCK_EX)  # <-


# %% file_flock_by_ctypes: the C library's `flock` of a file that is locked for a while
# blocks: file, libc.flock
# in: aenter
held, wanted = another_lock("inventory.lock")


def block() -> None:
    threading.Timer(0.25, fcntl.flock, args=[held, fcntl.LOCK_UN]).start()
    libc.flock(wanted.fileno(), fcntl.LOCK_EX)  # <-


# %% file_lockf: `fcntl.lockf` of a file that another process has locked
# blocks: file, fcntl.lockf
# in: coroutine, property
ledger = (fixtures.folder() / "ledger.csv").open("a")
holder = fixtures.lock_elsewhere("lockf", ledger.name)


def block() -> None:
    threading.Timer(0.25, holder.kill).start()
    fcntl.lockf(ledger, fcntl.LOCK_EX)  # <-


# %% file_eventfd: `os.eventfd_read` of an event that a thread makes
# blocks: file, os.eventfd_read
# in: async_iterator
eventfd = os.eventfd(0)


def block() -> None:
    threading.Timer(0.25, os.eventfd_write, args=[eventfd, 3]).start()
    assert os.eventfd_read(eventfd) == 3  # <-


# %% file_open_of_a_fifo: `open` of a named pipe that has no writer yet
# blocks: file, open
# in: coroutine
fifo = fixtures.folder() / "commands"
os.mkfifo(fifo)


def block() -> None:
    threading.Timer(0.25, fifo.write_text, args=["stop"]).start()
    open(fifo).close()  # <-


# %% file_os_read_of_a_pipe: `os.read` of a pipe that nobody has written to yet
# blocks: file, os.read
# in: task
reading, writing = os.pipe()


def block() -> None:
    threading.Timer(0.25, os.write, args=[writing, b"ready"]).start()
    assert os.read(reading, 100) == b"ready"  # <-


# %% file_os_read_bound_elsewhere: `os.read` of a pipe, by a name that another module bound
# blocks: file, pipework.take
# in: call_soon
pipework = fixtures.module("pipework", "import posix\n\ntake = posix.read\n")
reading, writing = os.pipe()


def block() -> None:
    threading.Timer(0.25, os.write, args=[writing, b"hello"]).start()
    assert pipework.take(reading, 100) == b"hello"  # <-


# %% file_os_write_to_a_full_pipe: `os.write` of more than a pipe holds
# blocks: file, os.write
# in: helper
reading, writing = os.pipe()


def drain(size: int) -> None:
    while size:
        size -= len(os.read(reading, size))


def block() -> None:
    threading.Timer(0.25, drain, args=[1024**2]).start()
    os.write(writing, bytes(1024**2))  # <-


# %% file_fsync: `os.fsync` of a heartbeat, for a fifth of a second
# blocks: file, os.fsync
# in: helper
heartbeat = os.open(fixtures.disk() / "heartbeat", os.O_CREAT | os.O_WRONLY)


def block() -> None:
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        os.utime(heartbeat)
        os.fsync(heartbeat)  # <-


# %% file_mmap_flush: a mapped file that is flushed to the disk after every number
# blocks: file, mmap.mmap.flush
# in: helper
path = fixtures.disk() / "counter"
path.write_bytes(bytes(mmap.PAGESIZE))
mapped = path.open("r+b")
counter = mmap.mmap(mapped.fileno(), mmap.PAGESIZE)


def block() -> None:
    end = time.monotonic() + 0.25
    number = 0
    while time.monotonic() < end:
        number += 1
        counter[:8] = number.to_bytes(8, "big")
        counter.flush()  # <-


# %% file_chunks: a big file in slices, for a quarter of a second
# blocks: file, file.read
# in: helper
big = fixtures.big_file().open("rb")


def block() -> None:
    end = time.monotonic() + 0.25
    while time.monotonic() < end:
        chunk = big.read(256 * 1024)  # <-
        if not chunk:
            big.seek(0)


# %% file_copy_file_range: `os.copy_file_range`, for a fifth of a second
# blocks: file, os.copy_file_range
# in: helper
source = os.open(fixtures.big_file(), os.O_RDONLY)
target = os.open(fixtures.folder() / "copy", os.O_CREAT | os.O_WRONLY)


def block() -> None:
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        os.copy_file_range(source, target, 1024**2, 0, 0)  # <-


# %% file_copy: `shutil.copy` of big files
# blocks: file, shutil.copy
# in: helper
ledger = fixtures.folder() / "ledger.bin"
ledger.write_bytes(bytes(16 * 1024**2))


def block() -> None:
    for number in range(7):
        copy = ledger.with_name(f"{number}.backup")
        shutil.copy(ledger, copy)  # <-
        copy.unlink()


# %% file_copyfileobj: `shutil.copyfileobj` of a body into a file, for each of its slots
# blocks: file, shutil.copyfileobj
# in: route
body = bytes(12 * 1024**2)


def block() -> None:
    with (fixtures.folder() / "upload.bin").open("wb") as output:
        for _ in range(50):
            output.seek(0)
            shutil.copyfileobj(io.BytesIO(body), output)  # <-


# %% file_gzip: logs packed with `gzip.open` and `shutil.copyfileobj`
# blocks: file, shutil.copyfileobj
# in: call_later
def block() -> None:
    for name in ("access", "error", "audit"):
        with fixtures.big_file().open("rb") as log:
            with gzip.open(fixtures.folder() / f"{name}.gz", "wb", compresslevel=6) as archive:
                shutil.copyfileobj(log, archive)  # <-


# %% file_copytree: a template project copied with `shutil.copytree`
# blocks: file, shutil.copytree
# in: route
def block() -> None:
    project = fixtures.folder() / "project"
    shutil.copytree(fixtures.tree(), project, ignore=shutil.ignore_patterns("3*"))  # <-


# %% file_make_archive: `shutil.make_archive` of a tree, in several formats
# blocks: file, shutil.make_archive
# in: helper
def block() -> None:
    for kind in ("tar", "gztar", "zip"):
        shutil.make_archive(str(fixtures.folder() / "tree"), kind, fixtures.tree())  # <-


# %% file_rmtree: a folder of thousands removed with `shutil.rmtree`
# blocks: file, shutil.rmtree
# in: dependency_after_yield
scratch = fixtures.folder() / "scratch"
scratch.mkdir()
for number in range(8_000):
    os.close(os.open(scratch / str(number), os.O_CREAT))


def block() -> None:
    shutil.rmtree(scratch)  # <-


# %% file_open_and_read: big files, by `open` and `read`
# blocks: file, file.read
# in: route
def block() -> None:
    for _ in range(8):
        with open(fixtures.big_file(), "rb") as file:
            file.read()  # <-


# %% file_lines: a big file, line by line, several times
# blocks: file, file.read
# in: async_generator
def block() -> None:
    with fixtures.big_file().open("rb") as file:
        for _ in range(4):
            file.seek(0)
            sum(1 for _line in file)  # <-


# %% file_readlines: the lines of a big log, by `readlines`
# blocks: file, file.read
# in: coroutine
def block() -> None:
    for _ in range(2):
        with fixtures.big_file().open(encoding="ascii") as log:
            log.readlines()  # <-


# %% file_json_load: `json.load` of documents that are mostly attachments
# blocks: file, file.read
# in: coroutine
path = fixtures.folder() / "mail.json"
path.write_text(json.dumps({"subject": "photos", "attachment": "x" * 32 * 1024**2}))
mail = path.open(encoding="ascii")


def block() -> None:
    for _ in range(4):
        mail.seek(0)
        assert json.load(mail)["subject"] == "photos"  # <-


# %% file_pickle_load: `pickle.load` of a cache, for each of its users
# blocks: file, file.read
# in: lifespan
cache = fixtures.folder() / "cache.pickle"
cache.write_bytes(pickle.dumps([bytes([n]) * 1024**2 for n in range(48)]))


def block() -> None:
    for _ in range(14):
        with cache.open("rb") as file:
            pickle.load(file)  # <-


# %% file_tar_member: members of a tar archive
# blocks: file, file.read
# in: coroutine
backup = fixtures.folder() / "backup.tar"
with tarfile.open(backup, "w") as packed:
    packed.add(fixtures.big_file(), "big.txt")


def block() -> None:
    with tarfile.open(backup) as archive:
        for _ in range(10):
            member = archive.extractfile("big.txt")
            assert member is not None
            member.read()  # <-


# %% file_read_and_write_mode: all of a big file that is open for reading and writing
# blocks: file, file.read
# in: method
path = fixtures.folder() / "index"
path.write_bytes(bytes(96 * 1024**2))
index = path.open("r+b")


def block() -> None:
    index.read().count(b"\n")  # <-


# %% file_os_read: `os.read` of a big file, again and again
# blocks: file, os.read
# in: coroutine
descriptor = os.open(fixtures.big_file(), os.O_RDONLY)


def block() -> None:
    for _ in range(14):
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.read(descriptor, fixtures.BIG)  # <-


# %% file_os_pread: `os.pread` at random offsets of a big file, for a quarter of a second
# blocks: file, os.pread
# in: coroutine
descriptor = os.open(fixtures.big_file(), os.O_RDONLY)
dice = random.Random(7)


def block() -> None:
    end = time.monotonic() + 0.25
    while time.monotonic() < end:
        offset = dice.randrange(fixtures.BIG // 2)
        os.pread(descriptor, fixtures.BIG // 2, offset)  # <-


# %% file_read_bytes: `Path.read_bytes` of big files
# blocks: file, pathlib.Path.read_bytes
# in: dependency
def block() -> None:
    for _ in range(14):
        fixtures.big_file().read_bytes()  # <-


# %% file_read_text: `Path.read_text` of big files
# blocks: file, pathlib.Path.read_text
# in: coroutine
def block() -> None:
    for _ in range(8):
        fixtures.big_file().read_text()  # <-


# %% file_thousand_small_ones: every small file of a tree, in one step of the loop
# blocks: file, pathlib.Path.read_text
# in: coroutine
paths = sorted(fixtures.tree().rglob("*.txt")) * 8


def block() -> None:
    for path in paths:
        path.read_text()  # <-


# %% file_touch_of_many: `open` of thousands of small files, to see whether they can be written
# blocks: file, open
# in: helper
paths = sorted(fixtures.tree().rglob("*.txt")) * 12


def block() -> None:
    for path in paths:
        open(path, "ab").close()  # <-


# %% file_listdir: `os.listdir` of a spool folder, for a fifth of a second
# blocks: file, os.listdir
# in: coroutine
spool = fixtures.tree() / "7"


def block() -> None:
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        assert "payload.json" not in os.listdir(spool)  # <-


# %% file_rglob: `Path.rglob` over a tree, again and again
# blocks: file, os.scandir
# in: async_iterator
def block() -> None:
    for _ in range(30):
        sum(1 for _path in fixtures.tree().rglob("*.txt"))  # <-


# %% file_walk: `os.walk` over a tree, once for each customer
# blocks: file, os.scandir
# in: helper
def block() -> None:
    for _customer in range(80):
        sum(len(names) for _, _, names in os.walk(fixtures.tree()))  # <-


# %% file_sendfile: `os.sendfile` from one file into another
# blocks: file, os.sendfile
# in: coroutine
source = os.open(fixtures.big_file(), os.O_RDONLY)
target = os.open(fixtures.folder() / "copy", os.O_CREAT | os.O_WRONLY)


def block() -> None:
    for _ in range(20):
        os.lseek(target, 0, os.SEEK_SET)
        os.sendfile(target, source, 0, fixtures.BIG)  # <-


# %% file_write: an export, by `open` and `write`
# blocks: file, file.write
# in: background_task
page = b"one line of an export\n" * 500_000


def block() -> None:
    with open(fixtures.folder() / "export.txt", "wb") as file:
        for _customer in range(80):
            file.seek(0)
            file.write(page)  # <-


# %% file_writelines: pages of a spool, with `writelines` and without a buffer
# blocks: file, file.write
# in: aexit
pages = [bytes(16 * 1024**2)] * 14


def block() -> None:
    with open(fixtures.folder() / "spool.bin", "wb", buffering=0) as file:
        file.writelines(pages)  # <-


# %% file_write_of_an_old_one: writes to an unbuffered file that was opened at import
# blocks: file, file.write
# in: done_callback
state = (fixtures.folder() / "state.bin").open("wb", buffering=0)
snapshot = bytes(32 * 1024**2)


def block() -> None:
    for _ in range(24):
        state.seek(0)
        state.write(snapshot)  # <-


# %% file_named_temporary: thumbnails in a `tempfile.NamedTemporaryFile`
# blocks: file, file.write
# in: helper
picture = bytes(16 * 1024**2)


def block() -> None:
    with tempfile.NamedTemporaryFile(dir=fixtures.folder(), suffix=".png") as file:
        for _ in range(80):
            file.seek(0)
            file.write(picture)  # <-


# %% file_temporary: pages in a `tempfile.TemporaryFile`
# blocks: file, file.write
# in: route
page = bytes(8 * 1024**2)


def block() -> None:
    with tempfile.TemporaryFile(dir=fixtures.folder()) as spool:
        for _ in range(280):
            spool.seek(0)
            spool.write(page)  # <-


# %% file_shelve: sessions in a `shelve`
# blocks: file, file.write
# in: asgi_middleware
sessions: "shelve.Shelf[Any]" = shelve.Shelf(dumb.open(str(fixtures.folder() / "sessions"), "n"))
cart = bytes(24 * 1024**2)


def block() -> None:
    for _ in range(12):
        sessions["ann"] = cart  # <-


# %% file_zip: pages in archives, with `ZipFile.writestr`
# blocks: file, file.write
# in: streaming_generator
page = bytes(32 * 1024**2)


def block() -> None:
    for _volume in range(14):
        with zipfile.ZipFile(fixtures.folder() / "pages.zip", "w") as pages:
            pages.writestr("page", page)  # <-


# %% file_write_bytes: an upload kept in several stores, with `Path.write_bytes`
# blocks: file, pathlib.Path.write_bytes
# in: route
stores: list[Path] = [fixtures.folder() / f"store-{number}" for number in range(128)]
film = bytes(1024**2)


def block() -> None:
    for store in stores:
        store.write_bytes(film)  # <-


# %% file_write_text: big reports, with `Path.write_text`
# blocks: file, pathlib.Path.write_text
# in: coroutine
report_text = "some words of a report\n" * 2_000_000


def block() -> None:
    for _month in range(6):
        (fixtures.folder() / "report.txt").write_text(report_text)  # <-
