"""What a report is, and which there are. A new format is a module of its own and a line here."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from graders.kit.judge.katas import UsageError
from graders.kit.judge.score import Results


class Reporter(Protocol):
    """Tells somebody what a run came to."""

    def report(self, results: Results) -> None:
        """Called once, when all is graded. Raises `OSError`."""


class Renderer(Protocol):
    """The module of a format that is written to a file."""

    def render(self, results: Results) -> bytes:
        """The whole file."""


RENDERERS = {
    "json": "graders.kit.reports.json_report",
    "junit": "graders.kit.reports.junit",
}
"""Formats, and the modules that render them. Imported when asked for."""


class File:
    """A report in a file: written whole, or not at all."""

    def __init__(self, path: Path, module: str) -> None:
        """Makes sure that it can be written; raises `UsageError` with what is in the way."""
        self._path = path
        self._module = module
        if path.is_dir():
            raise UsageError(f"{path} cannot be written: it is a folder")
        if not path.resolve().parent.is_dir():
            raise UsageError(f"{path} cannot be written: there is no folder {path.parent}")
        probe(path.resolve().parent, f"{path} cannot be written")

    def report(self, results: Results) -> None:
        renderer: Renderer = importlib.import_module(self._module)
        data = renderer.render(results)
        path = self._path.resolve()
        descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.chmod(unfinished, 0o666 & ~_umask())
            os.replace(unfinished, path)
        except BaseException:
            os.unlink(unfinished)
            raise


def files(asked: Mapping[str, Path]) -> list[Reporter]:
    """A reporter for each file that was asked for, by format; raises `UsageError`."""
    return [File(path, RENDERERS[name]) for name, path in asked.items()]


def probe(folder: Path, complaint: str, *, make: bool = False) -> None:
    """Makes sure that files can be written into a folder, which it makes if it is told to.

    Raises `UsageError`: the complaint, and what is in the way.
    """
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"{complaint}: {error.strerror}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
