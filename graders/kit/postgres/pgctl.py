"""The running server, for Windows: through `pg_ctl`, which drops an administrator's rights first.

Written after the manual and not tried on that system. The server of a run that was killed keeps
running until the next run acquires its data directory.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from graders.kit.postgres.cluster import failure, server_environment
from graders.kit.postgres.data_directory import DataDirectory
from graders.kit.postgres.unavailable import Unavailable

START_TIMEOUT = 60
"""Seconds."""


class PgCtl:
    """The same as `Postmaster`, on another system."""

    def __init__(self, program: str, command: list[str], directory: DataDirectory) -> None:
        self._directory = directory
        self._program = program
        options = subprocess.list2cmdline(command[1:])
        log = ("-l", str(directory.log))
        self._status = self._run("start", "-w", "-t", str(START_TIMEOUT), *log, "-o", options)

    def wait(self) -> None:
        """Returns when the server accepts connections. Raises `Unavailable` if it fails."""
        if self._status:
            raise Unavailable(failure(self._directory))

    def stop(self) -> None:
        """Ends the server, its connections included."""
        self._run("stop", "-m", "fast")

    def death(self) -> str | None:
        """Not known here: always None."""
        return None

    def _run(self, action: str, *options: str) -> int:
        # pg_ctl hands its output on to the server: a pipe would stay open as long as that runs.
        return subprocess.run(
            [self._program, action, "-D", str(self._directory.data), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=server_environment(),
            check=False,
        ).returncode


def end_leftover(program: str, data: Path) -> None:
    """Stops the server that a killed run has left behind in `data`, if there is one."""
    if (data / "postmaster.pid").exists():
        subprocess.run([program, "stop", "-D", str(data), "-m", "immediate"], check=False)
        (data / "postmaster.pid").unlink(missing_ok=True)
