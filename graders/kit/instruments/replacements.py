"""The former names of `patching`, for `instruments/watch` alone until that is replaced."""

from __future__ import annotations

from typing import Any

from graders.kit.instruments.patching import Make, Patches
from graders.kit.instruments.patching import wrap as stand_in

__all__ = ["Replacements", "stand_in"]


class Replacements(Patches):
    """`Patches` with its former method names; `replace` passes over a name that is gone."""

    finally_ = Patches.on_undo

    def replace(self, owner: Any, name: str, make: Make, *, optional: bool = True) -> None:
        super().replace(owner, name, make, optional=optional)

    def replace_path(self, module: str, path: str, make: Make, *, optional: bool = True) -> None:
        super().replace_path(module, path, make, optional=optional)
