"""Small questions to a file system."""

import asyncio
import datetime
import json
import logging
import os
import shutil
import sys
import tempfile
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.bench.blocking import fixtures


# %% disk_usage: `shutil.disk_usage`: a question to the file system itself.
async def main() -> None:
    assert shutil.disk_usage("/").total > 0


# %% file_a_small_folder_is_removed: Works in a temporary folder with a few small files, which
# and: goes when the work is done.
async def main() -> None:
    with tempfile.TemporaryDirectory(dir=fixtures.folder()) as name:
        for number in range(5):
            os.close(os.open(f"{name}/{number}", os.O_CREAT))
        await asyncio.sleep(0.01)


# %% first_use_of_a_time_zone: A time zone loaded for the first time: a file read once in a
# and: process's life.
async def main() -> None:
    now = datetime.datetime.now(ZoneInfo("Europe/Lisbon"))
    assert now.tzinfo


# %% folder_made_renamed_removed: A folder made, a file renamed and removed: metadata only, but it
# and: changes the disk.
FOLDER = fixtures.folder()
(FOLDER / "draft.txt").touch()


async def main() -> None:
    os.mkdir(FOLDER / "sent")
    os.rename(FOLDER / "draft.txt", FOLDER / "sent" / "letter.txt")
    os.unlink(FOLDER / "sent" / "letter.txt")


# %% hundred_stats: A hundred calls of `os.stat`: one cheap system call, often.
async def main() -> None:
    path = fixtures.small_file()
    assert sum(os.stat(path).st_size for _ in range(100)) == 10_000


# %% json_of_a_tiny_file: Settings of 20 bytes loaded from a local file: too small to wait for?
SETTINGS = fixtures.folder() / "settings.json"
SETTINGS.write_text('{"debug": false}')


async def main() -> None:
    with SETTINGS.open() as file:
        assert json.load(file) == {"debug": False}


# %% listdir_of_three_entries: `os.listdir` of a folder with three entries: too small to wait for?
FOLDER = fixtures.folder()
for name in "abc":
    (FOLDER / name).touch()


async def main() -> None:
    assert sorted(os.listdir(FOLDER)) == ["a", "b", "c"]


# %% log_file_opened_in_a_coroutine: A log file opened in a coroutine for a single line: set-up,
# and: or a file?
PATH = fixtures.folder() / "jobs.log"


async def main() -> None:
    log = logging.getLogger("jobs")
    log.propagate = False
    handler = logging.FileHandler(PATH)
    log.addHandler(handler)
    log.warning("job %s started", 7)
    log.removeHandler(handler)
    handler.close()


# %% open_of_a_small_file: A local file of 100 bytes opened and read: is a read the page cache
# and: answers blocking?
async def main() -> None:
    with open(fixtures.small_file()) as file:
        assert len(file.read()) == 100


# %% open_of_the_null_device: `open` of the null device: a file only by name?
async def main() -> None:
    with open(os.devnull, "w") as nowhere:
        nowhere.write("x")


# %% path_exists: `Path.exists`: a question to the file system, on a disk that may be far away.
async def main() -> None:
    assert fixtures.small_file().exists()
    assert not (fixtures.tree() / "none").exists()


# %% print_to_a_file: Lines printed to a file that was opened before the loop: a log, or writes to
# and: a disk?
OUT = (fixtures.folder() / "out.txt").open("w")


async def main() -> None:
    for number in range(20):
        print("order", number, file=OUT, flush=True)
        await asyncio.sleep(0.002)


# %% read_of_proc_status: `/proc/self/status` read: a file that no disk holds.
async def main() -> None:
    status = Path("/proc/self/status").read_text()
    assert "VmRSS" in status


# %% read_text_of_a_small_file: `Path.read_text` of 100 local bytes: is a read the page cache
# and: answers blocking?
async def main() -> None:
    assert len(fixtures.small_file().read_text()) == 100


# %% resource_read: A small text read from a package: part of the program, but a file.
async def main() -> None:
    assert resources.files("certifi").joinpath("py.typed").read_text() == ""


# %% stdin_isatty: `sys.stdin.isatty`: a system call on a terminal, not a read of it.
async def main() -> None:
    assert sys.stdin.isatty() in (True, False)
    assert os.isatty(0) in (True, False)


# %% temporary_file_of_a_few_bytes: A temporary file of a few bytes, which never leaves the page
# and: cache.
async def main() -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x" * 10)
        file.flush()


# %% which: `shutil.which`: a few questions to the file system, one for each folder of the path.
async def main() -> None:
    assert shutil.which("sh")


# %% write_text_of_a_small_file: `Path.write_text` of 100 bytes: is a write the page cache takes
# and: blocking?
PATH = fixtures.folder() / "note.txt"


async def main() -> None:
    PATH.write_text("x" * 100)
