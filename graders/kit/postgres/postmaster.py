"""The running server, for systems with signals: it ends when we end, whatever ends us."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from graders.kit.postgres.cluster import failure, server_environment
from graders.kit.postgres.data_directory import DataDirectory
from graders.kit.postgres.os_user import OsUser
from graders.kit.postgres.unavailable import Unavailable

SUPERVISOR = """
exec 3<&0
"$@" </dev/null >&2 3<&- &
server=$!
{ read -r how; kill -"${how:-QUIT}" $server; } <&3 >/dev/null 2>&1 &
reader=$!
wait $server
status=$?
kill $reader 2>/dev/null
exit $status
"""
"""A shell script that runs the server. It sends the server the signal that a line on its standard
input names; when that ends because nobody is left who could write a line, it sends SIGQUIT.

Its standard input is our pipe, its standard error the log. Its standard output is the lock of the
data directory. So the supervisor holds the lock as long as it lives, and the server does not: a
server without a supervisor is a leftover, and the next run that acquires the lock ends it.
"""

START_TIMEOUT, STOP_TIMEOUT = 60.0, 10.0
"""Seconds, where it takes 0.03 and 0.01."""

DEATH_TIMEOUT = 0.2
"""Seconds that the supervisor may take to notice that the server has ended."""

POLL = 0.002
"""Seconds between two looks at the server's state."""


class Postmaster:
    """A server that was launched; call `wait` before you use it."""

    def __init__(self, command: list[str], directory: DataDirectory, os_user: OsUser) -> None:
        """Starts the server. Raises OSError."""
        self._directory = directory
        with open(directory.log, "wb") as log:
            self._supervisor = subprocess.Popen(
                ["/bin/sh", "-c", SUPERVISOR, "supervisor", *command],
                stdin=subprocess.PIPE,
                stdout=directory.lock,
                stderr=log,
                cwd=directory.folder,
                env=server_environment(),
                umask=0o077,
                start_new_session=True,  # Ctrl-C reaches only us, and we stop it when we are ready.
                **os_user.popen_arguments,
            )

    def wait(self) -> None:
        """Returns when the server accepts connections.

        Raises `Unavailable` if it ends, or does not get there within `START_TIMEOUT` seconds.
        """
        deadline = time.monotonic() + START_TIMEOUT
        while not _ready(self._directory.data):
            if self._supervisor.poll() is not None:
                raise Unavailable(failure(self._directory))
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"PostgreSQL does not start in {START_TIMEOUT:.0f} seconds: try again"
                )
            time.sleep(POLL)

    def stop(self) -> None:
        """Ends the server, its connections included."""
        with suppress(subprocess.TimeoutExpired):
            self._supervisor.communicate(b"INT\n", timeout=STOP_TIMEOUT)
        if self._supervisor.poll() is None:
            end_leftover(self._directory.data)
            self._supervisor.wait(STOP_TIMEOUT)

    def death(self) -> str | None:
        """How the server ended, "by signal 9" for example; None while it runs.

        A connection may break before the supervisor has seen the end: waits a moment for it.
        """
        try:
            status = self._supervisor.wait(DEATH_TIMEOUT)
        except subprocess.TimeoutExpired:
            return None
        # A shell says 128 + n for a child that signal n ended.
        return f"by signal {status - 128}" if status > 128 else f"with status {status}"


def end_leftover(data: Path) -> None:
    """Stops the server in `data` that was left behind by a run killed with its supervisor."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    for name in ("SIGQUIT", "SIGKILL"):
        deadline = time.monotonic() + STOP_TIMEOUT
        while _runs(pid, data) and time.monotonic() < deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.Signals[name])
            time.sleep(POLL)
    pid_file.unlink(missing_ok=True)


def _ready(data: Path) -> bool:
    """Whether the server's state, the eighth line of its pid file, is `ready`."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (FileNotFoundError, IndexError):
        return False


def _runs(pid: int, data: Path) -> bool:
    """Whether that process is the server of `data`: by now, another may have its number."""
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    command = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
    )
    return str(data).encode() in command.stdout
