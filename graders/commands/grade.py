"""Grade exercises/, or another folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from graders.commands import options as common
from graders.kit.judge import katas
from graders.kit.judge.katas import UsageError


def options(parser: argparse.ArgumentParser) -> None:
    common.add_what(parser)
    parser.add_argument(
        "--of", type=Path, default=Path("exercises"), metavar="DIR", help="the folder to grade"
    )
    common.add_run(parser)
    common.add_reports(parser)
    parser.add_argument("--records", type=Path, metavar="DIR", help="keep what was seen")


def run(arguments: argparse.Namespace) -> int:
    from graders.commands import reporting, running

    folder: Path = arguments.root / arguments.of
    if not folder.is_dir():
        raise UsageError(f"there is no folder {str(arguments.of)!r} to grade")
    reporters = reporting.reporters(arguments)
    if arguments.records is not None:
        reporting.keep_records(arguments.records)
    chosen = katas.select(katas.find(arguments.root), arguments.what)
    results = running.run(
        katas.answers(chosen, folder),
        seed=arguments.seed,
        jobs=arguments.jobs,
        records=arguments.records,
    )
    results.notes += katas.hiding(folder)
    return reporting.report(results, chosen, reporters)
