"""The detectors that are compared: what each is called, and what it runs in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LOCKS = Path(__file__).parent / "locks"


@dataclass(frozen=True)
class Detector:
    """`name` is its module in `detectors/`; `package` is None where ours is the environment."""

    name: str
    title: str
    package: str | None = None
    ours: bool = False
    guesses: bool = False
    """Is the family of a call it does not know its guess?"""
    runs: bool = True
    """Does it run the program, and so cost it something?"""

    @property
    def lock(self) -> Path | None:
        return LOCKS / f"{self.package}.lock" if self.package else None

    @property
    def version(self) -> str:
        if self.lock is None:
            return ""
        found = re.search(rf"^{self.package}==(\S+)", self.lock.read_text(), re.MULTILINE)
        return found[1] if found else ""


DETECTORS = (
    Detector("watch", "our watch", ours=True),
    Detector("watch_portable", "our watch, portable signals", ours=True, guesses=True),
    Detector("watch_bare", "our watch, nor timers (Windows)"),
    Detector("blockbuster", "blockbuster {}", "blockbuster"),
    Detector("pyleak", "pyleak {}, 100 ms", "pyleak"),
    Detector("pyleak_50", "pyleak {}, 50 ms", "pyleak"),
    Detector("aiocop", "aiocop {}, 30 ms", "aiocop"),
    Detector("aiocop_any", "aiocop {}, any event", "aiocop"),
    Detector("loopguard", "fastapi-loopguard {}", "fastapi-loopguard"),
    Detector("debug", "asyncio's debug mode"),
    Detector("ruff", "ruff {}, ASYNC2", "ruff", runs=False),
)


def select(names: list[str], signals: str | None) -> list[Detector]:
    """Those of these names (all, if none is given); of ours only with these signals."""
    all_of_ours = {"watch", "watch_portable", "watch_bare"}
    wanted = {"best": {"watch"}, "portable": {"watch_portable"}}.get(signals or "", all_of_ours)
    chosen = [d for d in DETECTORS if not names or d.name in names]
    return [d for d in chosen if d.name not in all_of_ours - wanted]
