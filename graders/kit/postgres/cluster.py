"""The data of a server, and the surroundings that PostgreSQL's programs run in."""

from __future__ import annotations

import os
import re
import subprocess

from graders.kit.postgres.binaries import Binaries
from graders.kit.postgres.os_user import Account
from graders.kit.postgres.slot import Slot
from graders.kit.postgres.unavailable import ROOM, Unavailable

ROLE = "judge"
"""The superuser."""

PATIENCE = 300
"""Seconds that making the data may take; it is one second on an idle disk."""

FAULT = re.compile("FATAL|PANIC|error:")

KEPT = ("SYSTEMROOT", "TEMP", "TMP")
"""What Windows needs of our environment; nothing of it (`PGDATA`, `LANG`) may reach the server."""


def make(binaries: Binaries, slot: Slot, account: Account) -> None:
    """An empty cluster with one superuser. Takes a second. Raises OSError and `Unavailable`."""
    slot.clear()
    password = slot.hand_over(slot.password)
    try:
        _initdb(binaries, slot, account, f"--pwfile={password}")
    finally:
        password.unlink(missing_ok=True)
    slot.complete()


def _initdb(binaries: Binaries, slot: Slot, account: Account, *options: str) -> None:
    command = [
        *(binaries.program("initdb"), "-D", str(slot.data), "-U", ROLE, *options),
        *("--auth=scram-sha-256", "-c", "scram_iterations=1", "--no-sync"),
        *("--encoding=UTF8", "--locale=C", "--wal-segsize=1"),
    ]
    with open(slot.log, "wb") as log:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=slot.folder,
            env=environment(),
            timeout=PATIENCE,
            **account.popen,
        )
    if done.returncode:
        raise Unavailable(complaint(slot))


def environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}


def complaint(slot: Slot) -> str:
    """What a program that failed has written, as one line that says what to do."""
    lines = slot.log.read_text(errors="replace").splitlines() or ["it wrote nothing"]
    if any("No space left" in line or "Disk quota" in line for line in lines):
        return full(slot.folder.parent)
    if any("could not look up effective user" in line for line in lines):
        return "PostgreSQL needs a user with a name: run as one, or name a server in DATABASE_URL"
    worst = next((line for line in lines if FAULT.search(line)), lines[-1])
    return f"the embedded PostgreSQL failed ({worst.strip()[:200]}): see {slot.log}"


def full(folder: object) -> str:
    return f"the disk of {folder} is full: {ROOM}, or set TMPDIR to another folder"
