"""The running server, for Windows: through `pg_ctl`, which drops an administrator's rights first.

Written after the manual and not tried on that system. A server whose run was
killed goes on until the next run takes its slot.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from graders.kit.postgres.cluster import complaint, environment
from graders.kit.postgres.slot import Slot
from graders.kit.postgres.unavailable import Unavailable

START = 60
"""Seconds."""


class PgCtl:
    """The same as `Postmaster`, on another system."""

    def __init__(self, program: str, command: list[str], slot: Slot) -> None:
        self._slot = slot
        self._program = program
        options = subprocess.list2cmdline(command[1:])
        log = ("-l", str(slot.log))
        self._status = self._run("start", "-w", "-t", str(START), *log, "-o", options)

    def wait(self) -> None:
        """Until it takes connections. Raises `Unavailable`."""
        if self._status:
            raise Unavailable(complaint(self._slot))

    def stop(self) -> None:
        self._run("stop", "-m", "fast")

    def _run(self, action: str, *options: str) -> int:
        # pg_ctl hands its output on to the server: a pipe would stay open as long as that runs.
        return subprocess.run(
            [self._program, action, "-D", str(self._slot.data), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            check=False,
        ).returncode


def end_leftover(program: str, data: Path) -> None:
    """Stops the server of a run that was killed."""
    if (data / "postmaster.pid").exists():
        subprocess.run([program, "stop", "-D", str(data), "-m", "immediate"], check=False)
        (data / "postmaster.pid").unlink(missing_ok=True)
