"""Small programs to watch: written to a folder of their own, loaded and run there."""

from __future__ import annotations

import asyncio
import importlib.util
import textwrap
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import Any

from graders.kit.instruments.source import Source

NAME = "program.py"


class Program:
    """A program's text as the only file of a watched folder. `# <-` marks its guilty line."""

    def __init__(self, folder: Path, text: str, **names: object) -> None:
        self.folder = folder
        self.source = Source(folder)
        self._names = names
        self._path = folder / NAME
        self._path.write_text(textwrap.dedent(text).strip() + "\n")

    @property
    def guilty(self) -> int:
        lines = self._path.read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if "# <-" in line)

    def load(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location("program", self._path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        vars(module).update(self._names)
        spec.loader.exec_module(module)
        return module

    def run(
        self,
        instrument: AbstractContextManager[Any],
        loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> Any:
        """The result of `main()`, loaded and run under the instrument."""
        with instrument, asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(self.load().main())
