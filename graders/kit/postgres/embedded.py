"""Our own PostgreSQL: made once a machine, started for one run, gone however the run ends."""

from __future__ import annotations

import atexit
import errno
import os
import socket
import subprocess
import sys
import tempfile

import asyncpg

from graders.kit.postgres import cluster, pgctl, postmaster, slot
from graders.kit.postgres.binaries import Binaries, locate
from graders.kit.postgres.os_user import Account
from graders.kit.postgres.unavailable import Unavailable

PORTS = 3
"""How many ports are tried: somebody may take a free one before the server does."""

SETTINGS = {
    # Nothing here has to survive the machine.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    # Work of its own would make one run differ from the next.
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
    """Blocking: call it from a thread. `url` is its superuser's address, once it is started."""

    def __init__(self) -> None:
        self.url = ""
        self._slot: slot.Slot | None = None
        self._running: postmaster.Postmaster | pgctl.PgCtl | None = None

    def start(self) -> None:
        """Tens of milliseconds; a second longer the first time. Raises `Unavailable`."""
        account, binaries = Account.current(), locate()
        atexit.register(self._leave, os.getpid())
        try:
            base = slot.base(binaries.key, account)
            if account.uid is not None and not binaries.reachable:
                binaries = binaries.copied(base)
            self._slot = slot.Slot.take(base, account)
            self._start(binaries, self._slot, account)
        except (OSError, subprocess.SubprocessError) as error:
            self.stop()
            raise Unavailable(_reason(error)) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server and frees its slot. As often as you like."""
        atexit.unregister(self._leave)
        running, self._running = self._running, None
        held, self._slot = self._slot, None
        try:
            if running is not None:
                running.stop()
        finally:
            if held is not None:
                held.free()

    def _leave(self, pid: int) -> None:
        """For a run that ends without `stop`; a fork of it has nothing to end."""
        if pid == os.getpid():
            self.stop()

    def complaint(self, error: Exception) -> str:
        """Why it failed while it ran: its log knows more than the connection that broke."""
        if isinstance(error, asyncpg.DiskFullError):
            return cluster.full(tempfile.gettempdir())
        if self._slot is None or not isinstance(error, (OSError, asyncpg.PostgresConnectionError)):
            return f"the embedded PostgreSQL failed ({error}): try again"
        return cluster.complaint(self._slot)

    def _start(self, binaries: Binaries, held: slot.Slot, account: Account) -> None:
        _end_leftover(binaries, held)
        if held.ready:
            try:
                return self._launch(binaries, held, account)
            except Unavailable:
                # Without fsync, a crash of the machine leaves data that nobody can use.
                _end_leftover(binaries, held)
        try:
            cluster.make(binaries, held, account)
            return self._launch(binaries, held, account)
        except BaseException:
            held.discard()
            raise

    def _launch(self, binaries: Binaries, held: slot.Slot, account: Account) -> None:
        for left in reversed(range(PORTS)):
            port = _free_port()
            settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
            place = ["-D", str(held.data), "-p", str(port)]
            command = [binaries.program("postgres"), *place, *settings]
            if sys.platform == "win32":
                self._running = pgctl.PgCtl(binaries.program("pg_ctl"), command, held)
            else:
                self._running = postmaster.Postmaster(command, held, account)
            try:
                self._running.wait()
                break
            except Unavailable as error:
                self._running.stop()
                if not left or "could not bind" not in str(error):
                    raise
        login = f"{cluster.ROLE}:{held.password}"
        self.url = f"postgresql://{login}@127.0.0.1:{port}/postgres?sslmode=disable"


def _end_leftover(binaries: Binaries, held: slot.Slot) -> None:
    if sys.platform == "win32":
        pgctl.end_leftover(binaries.program("pg_ctl"), held.data)
    else:
        postmaster.end_leftover(held.data)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return cluster.full(error.filename or tempfile.gettempdir())
    return (
        f"the embedded PostgreSQL cannot be set up ({error}):"
        " set TMPDIR to another folder, or name a server in DATABASE_URL"
    )
