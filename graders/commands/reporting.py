"""Where results go, for the commands that have some: the terminal, and files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from graders.kit.judge.katas import Kata, UsageError
from graders.kit.judge.score import Results
from graders.kit.reports.reporter import Reporter, files, probe


def reporters(arguments: argparse.Namespace) -> list[Reporter]:
    """Those that were asked for, each sure that it can write; raises `UsageError`."""
    asked = {"json": arguments.json, "junit": arguments.junit}
    return files({name: path for name, path in asked.items() if path is not None})


def report(results: Results, chosen: Sequence[Kata], reporters: Sequence[Reporter]) -> int:
    """Shows the results and writes the files; the exit status."""
    from graders.kit.reports.terminal import Terminal

    for reporter in [Terminal({kata.name: kata for kata in chosen}), *reporters]:
        reporter.report(results)
    return results.status


def keep_records(folder: Path) -> None:
    """Makes the folder, and makes sure that records can be kept there; raises `UsageError`."""
    from graders.kit.judge.store import SUFFIX

    probe(folder, f"{folder} cannot keep records", make=True)
    if any(folder.glob(f"*{SUFFIX}")):
        raise UsageError(f"{folder} holds records already: choose another folder")
