"""The user of this machine that the server runs as."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.kit.postgres.unavailable import Unavailable

NOBODY = "nobody"


@dataclass(frozen=True)
class Account:
    """PostgreSQL refuses to run as root: there it runs as `nobody`, else as ourselves."""

    us: int
    """Our own number; 0 on Windows."""
    uid: int | None = None
    """The server's, where it is not ours."""
    gid: int | None = None

    @classmethod
    def current(cls) -> Account:
        """Raises `Unavailable`."""
        if sys.platform != "win32":
            us = os.geteuid()
            return cls(us) if us else cls(us, *_nobody())
        return cls(0)

    @property
    def mode(self) -> int:
        """Of the folder of all slots: the server has to get through, if it is somebody else."""
        return 0o700 if self.uid is None else 0o711

    def give(self, file: Path | int) -> None:
        """Makes the server the owner of a path or an open file."""
        if sys.platform != "win32" and self.uid is not None and self.gid is not None:
            os.chown(file, self.uid, self.gid)

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments of `subprocess.Popen` that start a process as this user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


if sys.platform != "win32":
    import pwd

    def _nobody() -> tuple[int, int]:
        try:
            entry = pwd.getpwnam(NOBODY)
        except KeyError:
            raise Unavailable(
                "PostgreSQL does not run as root, and there is no user `nobody`: "
                "run as another user, or name a server in DATABASE_URL"
            ) from None
        return entry.pw_uid, entry.pw_gid
