"""A numbered place on this machine for the data of one server, locked by one run at a time."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import IO

from graders.kit.postgres.binaries import open_to_all
from graders.kit.postgres.os_user import OsUser
from graders.kit.postgres.unavailable import Unavailable

MAX_SERVERS = 64
"""Servers at the same time for one user of this machine."""


class DataDirectory:
    """Where one server keeps its data, with the lock that makes it ours.

    `folder` belongs to the server. Beside it lie the lock, the log, the password and a file that
    says that the data is complete; these belong to us. The lock is the operating system's, so
    it is released however a run ends. The data outlives the run, since making it takes a second.
    """

    def __init__(self, base: Path, number: int, lock: IO[bytes], os_user: OsUser) -> None:
        self.folder = base / f"server{number}"
        self.data = self.folder / "data"
        self.log = base / f"server{number}.log"
        self.lock = lock
        self._complete = base / f"server{number}.complete"
        self._password = base / f"server{number}.password"
        self._os_user = os_user

    @classmethod
    def acquire(cls, base: Path, os_user: OsUser) -> DataDirectory:
        """The first one below `base` that nobody has locked, locked.

        Raises `Unavailable` if all of them are in use, and OSError.
        """
        for number in range(MAX_SERVERS):
            lock = open(base / f"server{number}.lock", "ab")  # noqa: SIM115 -- until `release`
            if _locked(lock):
                return cls(base, number, lock, os_user)
            lock.close()
        raise Unavailable(
            f"{MAX_SERVERS} servers are running already: wait until some grading runs end"
        )

    def release(self) -> None:
        """Unlocks it. May be called more than once."""
        self.lock.close()

    @property
    def complete(self) -> bool:
        """Whether the data was made to the end, by this run or an earlier one."""
        return self._complete.is_file() and self._password.is_file()

    @property
    def password(self) -> str:
        """The superuser's password. Raises FileNotFoundError before `clear`."""
        return self._password.read_text()

    def clear(self) -> None:
        """Leaves an empty folder and a new password, for data about to be made. Raises OSError."""
        self.discard()
        self.folder.mkdir(mode=0o700)
        self._os_user.own(self.folder)
        with open(self._password, "x", opener=_private) as file:
            file.write(secrets.token_urlsafe(24))

    def mark_complete(self) -> None:
        """Says that the data was made to the end: see `complete`."""
        self._complete.touch()

    def discard(self) -> None:
        """Removes the data, and with it the password."""
        for file in (self._complete, self._password):
            file.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def password_file(self) -> Path:
        """A new file with the password in the server's folder, which only the server can read."""
        path = self.folder / "password"
        with open(path, "x", opener=_private) as file:
            file.write(self.password)
            self._os_user.own(file.fileno())
        return path


def base_folder(key: str, os_user: OsUser) -> Path:
    """The folder of all data directories, made if need be. Raises OSError and `Unavailable`.

    It lies in the folder for temporary files, since another user cannot enter our home. Its
    name can be guessed, so we check that it is ours and that nobody else can write there.
    """
    path = Path(tempfile.gettempdir()).resolve() / f"katapg-{os_user.own_uid}-{key}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if sys.platform != "win32" and not (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os_user.own_uid
        and not stat.S_IMODE(found.st_mode) & ~os_user.folder_mode
    ):
        raise Unavailable(f"{path} is not only ours: remove it, or set TMPDIR to another folder")
    path.chmod(os_user.folder_mode)
    if os_user.server_uid is not None and not all(open_to_all(parent) for parent in path.parents):
        raise Unavailable(f"{path} cannot be entered by the server: set TMPDIR to another folder")
    return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


if sys.platform == "win32":
    import msvcrt

    def _locked(lock: IO[bytes]) -> bool:
        try:
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(lock: IO[bytes]) -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
