"""The running server, for systems with signals: it ends when we end, whatever ends us."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from graders.kit.postgres.cluster import complaint, environment
from graders.kit.postgres.os_user import Account
from graders.kit.postgres.slot import Slot
from graders.kit.postgres.unavailable import Unavailable

GUARD = """
exec 3<&0
"$@" </dev/null >&2 3<&- &
server=$!
{ read -r how; kill -"${how:-QUIT}" $server; } <&3 >/dev/null 2>&1 &
guard=$!
wait $server
status=$?
kill $guard 2>/dev/null
exit $status
"""
"""Runs the server, and stops it when a line says how, or when nobody is left who could write one.

Its standard input is our pipe, its standard error the log. Its standard output
is the slot's lock, held as long as the guard lives, and not by the server: a
server without a guard is a leftover, and the next run to lock the slot ends it.
"""

START, STOP = 60.0, 10.0
"""Seconds, where it takes 0.03 and 0.01."""

TICK = 0.002


class Postmaster:
    """A server that was launched; `wait` before you use it."""

    def __init__(self, command: list[str], slot: Slot, account: Account) -> None:
        self._slot = slot
        with open(slot.log, "wb") as log:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "guard", *command],
                stdin=subprocess.PIPE,
                stdout=slot.lock,
                stderr=log,
                cwd=slot.folder,
                env=environment(),
                umask=0o077,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in our own time.
                **account.popen,
            )

    def wait(self) -> None:
        """Until it takes connections. Raises `Unavailable`."""
        deadline = time.monotonic() + START
        while not _ready(self._slot.data):
            if self._guard.poll() is not None:
                raise Unavailable(complaint(self._slot))
            if time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL does not start in {START:.0f} seconds: try again")
            time.sleep(TICK)

    def stop(self) -> None:
        """Ends it, its connections included."""
        with suppress(subprocess.TimeoutExpired):
            self._guard.communicate(b"INT\n", timeout=STOP)
        if self._guard.poll() is None:
            end_leftover(self._slot.data)
            self._guard.wait(STOP)


def end_leftover(data: Path) -> None:
    """Stops the server of a run that was killed together with its guard."""
    mark = data / "postmaster.pid"
    try:
        pid = int(mark.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    for how in ("SIGQUIT", "SIGKILL"):
        deadline = time.monotonic() + STOP
        while _runs(pid, data) and time.monotonic() < deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.Signals[how])
            time.sleep(TICK)
    mark.unlink(missing_ok=True)


def _ready(data: Path) -> bool:
    """The eighth line of the server's mark is its state."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (FileNotFoundError, IndexError):
        return False


def _runs(pid: int, data: Path) -> bool:
    """Is that process the server of `data`? Its number may have gone to a stranger since."""
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    command = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
    )
    return str(data).encode() in command.stdout
