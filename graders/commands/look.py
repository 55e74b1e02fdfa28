"""Show what a scenario sees of a submission."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from graders.commands import options as common
from graders.kit.judge.katas import Submission, UsageError


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kata", metavar="WHAT", help="an id, or a name")
    parser.add_argument("scenario", metavar="SCENARIO", nargs="?", help="a function of the grader")
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="default: the reference")
    common.add_seed(parser)


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from graders.conftest import read
    from graders.kit.judge.judge import Judge, Run
    from graders.kit.reports.look import show

    kata = common.one_kata(arguments.root, arguments.kata)
    rubric = read([kata])[kata.name]
    if rubric.fault:
        raise UsageError(rubric.fault)
    names = {scenario.__name__: scenario for scenario in (*rubric.scenarios, *rubric.others)}
    if arguments.scenario not in names:
        asked = f"there is no scenario {arguments.scenario!r}; " if arguments.scenario else ""
        raise UsageError(f"{asked}{kata.name} has {', '.join(names)}")
    submission = Submission(kata, (arguments.file or kata.solution).resolve())

    async def observed() -> int:
        seed = Run(()).seed if arguments.seed is None else arguments.seed
        async with Judge([kata], jobs=1, url=os.environ.get("DATABASE_URL")) as judge:
            record = await judge.observer.observe(submission, names[arguments.scenario], seed)
        show(record, seed)
        return 0 if record.outcome == "done" else 1

    return asyncio.run(observed())
