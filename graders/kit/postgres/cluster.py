"""Making the data of a server (a cluster, as PostgreSQL calls it), and reading its log."""

from __future__ import annotations

import os
import re
import subprocess

from graders.kit.postgres.binaries import Binaries
from graders.kit.postgres.data_directory import DataDirectory
from graders.kit.postgres.os_user import OsUser
from graders.kit.postgres.unavailable import FREE_SPACE, Unavailable

SUPERUSER = "judge"
"""The role that the judge logs in as on its own server."""

INITDB_TIMEOUT = 300
"""Seconds that making the data may take; it is one second on an idle disk."""

WORST_LINE = re.compile("FATAL|PANIC|error:")

INHERITED = ("SYSTEMROOT", "TEMP", "TMP")
"""Variables that Windows needs; no other of ours (`PGDATA`, `LANG`) may reach the server."""


def initialize(binaries: Binaries, directory: DataDirectory, os_user: OsUser) -> None:
    """Makes an empty cluster with one superuser, in about a second.

    Raises `Unavailable` if `initdb` fails, and OSError.
    """
    directory.clear()
    password = directory.password_file()
    command = [
        *(binaries.program("initdb"), "-D", str(directory.data), "-U", SUPERUSER),
        *(f"--pwfile={password}", "--auth=scram-sha-256", "-c", "scram_iterations=1"),
        *("--no-sync", "--encoding=UTF8", "--locale=C", "--wal-segsize=1"),
    ]
    try:
        with open(directory.log, "wb") as log:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=directory.folder,
                env=server_environment(),
                timeout=INITDB_TIMEOUT,
                **os_user.popen_arguments,
            )
    finally:
        password.unlink(missing_ok=True)
    if done.returncode:
        raise Unavailable(failure(directory))
    directory.mark_complete()


def server_environment() -> dict[str, str]:
    """The environment variables that PostgreSQL's programs run with."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**inherited, "LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}


def failure(directory: DataDirectory) -> str:
    """What the log says about a program that failed, as one line that says what to do."""
    lines = directory.log.read_text(errors="replace").splitlines() or ["it wrote nothing"]
    if any("No space left" in line or "Disk quota" in line for line in lines):
        return disk_full(directory.folder.parent)
    if any("could not look up effective user" in line for line in lines):
        return "PostgreSQL needs a user with a name: run as one, or name a server in DATABASE_URL"
    worst = next((line for line in lines if WORST_LINE.search(line)), lines[-1])
    return f"the embedded PostgreSQL failed ({worst.strip()[:200]}): see {directory.log}"


def disk_full(folder: object) -> str:
    """The line that says that the disk of `folder` is full."""
    return f"the disk of {folder} is full: {FREE_SPACE}, or set TMPDIR to another folder"
