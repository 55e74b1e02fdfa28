"""Our own PostgreSQL: its data is made once, it runs for one run and ends however that ends."""

from __future__ import annotations

import atexit
import errno
import os
import socket
import subprocess
import sys
import tempfile

import asyncpg

from graders.kit.postgres import cluster, data_directory, pgctl, postmaster
from graders.kit.postgres.binaries import Binaries, locate
from graders.kit.postgres.os_user import OsUser
from graders.kit.postgres.unavailable import Unavailable

PORTS = 3
"""How many ports are tried: another process may take a free one before the server does."""

SETTINGS = {
    # Nothing in here has to survive a crash of the machine.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    # What the server does by itself would make one run differ from the next.
    "autovacuum": "off",
    "jit": "off",
    "io_method": "sync",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    # The passwords are random; more rounds would only make connections slower.
    "scram_iterations": "1",
    # A learner's errors belong in the report, not in a file that grows.
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}


class Embedded:
    """A server of our own. Its methods block: call them from a thread.

    `url` is the address for its superuser, once it is started.
    """

    def __init__(self) -> None:
        self.url = ""
        self._directory: data_directory.DataDirectory | None = None
        self._running: postmaster.Postmaster | pgctl.PgCtl | None = None

    def start(self) -> None:
        """Starts it in tens of milliseconds; the first time takes a second longer.

        Raises `Unavailable` if it cannot be started here.
        """
        os_user, binaries = OsUser.current(), locate()
        atexit.register(self._stop_at_exit, os.getpid())
        try:
            base = data_directory.base_folder(binaries.key, os_user)
            if os_user.server_uid is not None and not binaries.open_to_all:
                binaries = binaries.copied(base)
            self._directory = data_directory.DataDirectory.acquire(base, os_user)
            self._start(binaries, self._directory, os_user)
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            raise Unavailable(_set_up_failure(error)) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server and releases its data directory. May be called more than once."""
        atexit.unregister(self._stop_at_exit)
        running, self._running = self._running, None
        directory, self._directory = self._directory, None
        try:
            if running is not None:
                running.stop()
        finally:
            if directory is not None:
                directory.release()

    def _stop_at_exit(self, pid: int) -> None:
        """For a run that ends without `stop`; a fork of it has nothing to end."""
        if pid == os.getpid():
            self.stop()

    def explain(self, error: Exception) -> str:
        """Why it failed while it ran: its log knows more than the connection that broke."""
        if isinstance(error, asyncpg.DiskFullError):
            return cluster.disk_full(tempfile.gettempdir())
        if self._directory is None or self._running is None:
            return "the embedded PostgreSQL was stopped: start another one"
        if death := self._running.death():
            return f"the embedded PostgreSQL was ended {death}: try again"
        if isinstance(error, (OSError, asyncpg.PostgresConnectionError)):
            return cluster.failure(self._directory)
        return f"the embedded PostgreSQL failed ({error}): try again"

    def _start(
        self, binaries: Binaries, directory: data_directory.DataDirectory, os_user: OsUser
    ) -> None:
        _end_leftover(binaries, directory)
        if directory.complete:
            try:
                return self._launch(binaries, directory, os_user)
            except Unavailable:
                # Without fsync, a crash of the machine leaves data that no server can use.
                _end_leftover(binaries, directory)
        try:
            cluster.initialize(binaries, directory, os_user)
            return self._launch(binaries, directory, os_user)
        except BaseException:
            directory.discard()
            raise

    def _launch(
        self, binaries: Binaries, directory: data_directory.DataDirectory, os_user: OsUser
    ) -> None:
        for left in reversed(range(PORTS)):
            port = _free_port()
            settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
            place = ["-D", str(directory.data), "-p", str(port)]
            command = [binaries.program("postgres"), *place, *settings]
            if sys.platform == "win32":
                self._running = pgctl.PgCtl(binaries.program("pg_ctl"), command, directory)
            else:
                self._running = postmaster.Postmaster(command, directory, os_user)
            try:
                self._running.wait()
                break
            except Unavailable as error:
                self._running.stop()
                if not left or "could not bind" not in str(error):
                    raise
        login = f"{cluster.SUPERUSER}:{directory.password}"
        self.url = f"postgresql://{login}@127.0.0.1:{port}/postgres?sslmode=disable"


def _end_leftover(binaries: Binaries, directory: data_directory.DataDirectory) -> None:
    if sys.platform == "win32":
        pgctl.end_leftover(binaries.program("pg_ctl"), directory.data)
    else:
        postmaster.end_leftover(directory.data)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _set_up_failure(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return cluster.disk_full(error.filename or tempfile.gettempdir())
    return (
        f"the embedded PostgreSQL cannot be set up ({error}):"
        " set TMPDIR to another folder, or name a server in DATABASE_URL"
    )
