"""Check records again, without running anything."""

from __future__ import annotations

import argparse
from pathlib import Path

from graders.commands import options as common
from graders.kit.judge import katas
from graders.kit.judge.katas import UsageError


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="where --records put them")
    common.add_reports(parser)


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from graders.commands import reporting
    from graders.kit.judge.regrade import regrade

    if not arguments.folder.is_dir():
        raise UsageError(f"there is no folder {str(arguments.folder)!r} with records")
    reporters = reporting.reporters(arguments)
    known = {kata.name: kata for kata in katas.find(arguments.root)}

    from graders.conftest import read

    results = asyncio.run(regrade(arguments.folder, known, read))
    return reporting.report(results, list(known.values()), reporters)
