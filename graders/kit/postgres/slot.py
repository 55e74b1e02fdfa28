"""A place for one server on this machine, held by one run at a time."""

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
from graders.kit.postgres.os_user import Account
from graders.kit.postgres.unavailable import Unavailable

SLOTS = 64
"""Servers at once for one user of this machine."""


class Slot:
    """`folder` belongs to the server; its lock, log, password and mark of completion belong to us.

    The lock is the operating system's: whatever ends a run frees its slot.
    A slot's data outlives the run, since making it takes a second.
    """

    def __init__(self, base: Path, number: int, lock: IO[bytes], account: Account) -> None:
        self.folder = base / f"slot{number}"
        self.data = self.folder / "data"
        self.log = base / f"slot{number}.log"
        self.lock = lock
        self._complete = base / f"slot{number}.complete"
        self._password = base / f"slot{number}.password"
        self._account = account

    @classmethod
    def take(cls, base: Path, account: Account) -> Slot:
        """The first free one below `base`. Raises OSError and `Unavailable`."""
        for number in range(SLOTS):
            lock = open(base / f"slot{number}.lock", "ab")  # noqa: SIM115 -- held until `free`
            if _locked(lock):
                return cls(base, number, lock, account)
            lock.close()
        raise Unavailable(f"{SLOTS} servers are running already: wait until some grading runs end")

    def free(self) -> None:
        self.lock.close()

    @property
    def ready(self) -> bool:
        """Was its data made completely?"""
        return self._complete.is_file() and self._password.is_file()

    @property
    def password(self) -> str:
        return self._password.read_text()

    def clear(self) -> None:
        """An empty folder and a new password, for data about to be made."""
        self.discard()
        self.folder.mkdir(mode=0o700)
        self._account.give(self.folder)
        _write_private(self._password, secrets.token_urlsafe(24))

    def complete(self) -> None:
        """The data is made."""
        self._complete.touch()

    def discard(self) -> None:
        """Gives the disk space back."""
        for file in (self._complete, self._password):
            file.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def hand_over(self, secret: str) -> Path:
        """A file in the server's folder that only the server can read."""
        path = self.folder / "password"
        with open(path, "x", opener=_private) as file:
            file.write(secret)
            self._account.give(file.fileno())
        return path


def base(key: str, account: Account) -> Path:
    """The folder of all slots, made if need be. Raises OSError and `Unavailable`.

    It lies in the folder for temporary files, since another account cannot
    enter our home. Its name can be guessed, so whose it is gets checked.
    """
    path = Path(tempfile.gettempdir()).resolve() / f"katapg-{account.us}-{key}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if sys.platform != "win32" and not (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == account.us
        and not stat.S_IMODE(found.st_mode) & ~account.mode
    ):
        raise Unavailable(f"{path} is not only ours: remove it, or set TMPDIR to another folder")
    path.chmod(account.mode)
    if account.uid is not None and not all(open_to_all(parent) for parent in path.parents):
        raise Unavailable(f"{path} cannot be entered by the server: set TMPDIR to another folder")
    return path


def _write_private(path: Path, text: str) -> None:
    with open(path, "x", opener=_private) as file:
        file.write(text)


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
