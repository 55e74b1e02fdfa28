"""The user of the operating system that the server runs as."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.kit.postgres.unavailable import Unavailable

NOBODY = "nobody"


@dataclass(frozen=True)
class OsUser:
    """PostgreSQL refuses to run as root: there it runs as `nobody`, else as ourselves."""

    own_uid: int
    """The number of the user that we run as; 0 on Windows."""
    server_uid: int | None = None
    """The number of the user that the server runs as; None if it is ours."""
    server_gid: int | None = None

    @classmethod
    def current(cls) -> OsUser:
        """Raises `Unavailable` if we are root and there is no user `nobody`."""
        if sys.platform != "win32":
            own_uid = os.geteuid()
            return cls(own_uid) if own_uid else cls(own_uid, *_nobody())
        return cls(0)

    @property
    def folder_mode(self) -> int:
        """The mode of the folder of all data directories: another user must get through it."""
        return 0o700 if self.server_uid is None else 0o711

    def own(self, file: Path | int) -> None:
        """Makes the server the owner of a path or an open file. Raises OSError."""
        if sys.platform != "win32" and self.server_uid is not None and self.server_gid is not None:
            os.chown(file, self.server_uid, self.server_gid)

    @property
    def popen_arguments(self) -> dict[str, Any]:
        """Arguments of `subprocess.Popen` that start a process as this user."""
        if self.server_uid is None:
            return {}
        return {"user": self.server_uid, "group": self.server_gid, "extra_groups": []}


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
