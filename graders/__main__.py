"""The command line: `python -m graders grade`, as `nox -s grade` calls it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from graders.kit.judge import katas
from graders.kit.judge.judge import Judge, Run
from graders.kit.judge.katas import Kata, Submission, UsageError
from graders.kit.judge.score import KataResult, Results
from graders.kit.reports.reporter import Reporter
from graders.kit.shared.faults import JudgeFault

ROOT = Path(__file__).parents[1]

WHAT = """what to grade: an id (k110), a name, part of one, or a concept
(coroutines routes middleware database external offloading errors); everything if left out"""


SEEDS = "prove it N times, with a seed of its own each time; all must hold"
DIFF = "only show how the wrong or right answer NAME differs from the reference"


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Runs one command; the exit status is 0 all passed, 1 some did not, 2 could not grade."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a submission is called or returns may hold signs that this terminal has not.
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(words, argparse.Namespace(root=root))
    try:
        return int(arguments.run(arguments))
    except (UsageError, JudgeFault) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m graders", description=main.__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    grade = commands.add_parser("grade", help="grade exercises/, or another folder")
    _add_what(grade)
    grade.add_argument("--of", type=Path, default=Path("exercises"), metavar="DIR")
    _add_reports(grade)
    grade.add_argument("--records", type=Path, metavar="DIR", help="keep what was seen")
    grade.set_defaults(run=_grade)

    regrade = commands.add_parser("regrade", help="check records again, without running anything")
    regrade.add_argument("folder", type=Path, metavar="DIR", help="where --records put them")
    _add_reports(regrade)
    regrade.set_defaults(run=_regrade)

    solutions = commands.add_parser(
        "solutions", help="prove that the graders catch what they claim"
    )
    _add_what(solutions)
    solutions.add_argument("--seeds", type=_number_of("seeds"), default=1, metavar="N", help=SEEDS)
    solutions.add_argument("--diff", metavar="NAME", help=DIFF)
    solutions.set_defaults(run=_solutions)

    look = commands.add_parser("look", help="show what a scenario sees of a submission")
    look.add_argument("kata", metavar="WHAT", help="an id, or a name")
    look.add_argument("scenario", metavar="SCENARIO", nargs="?", help="a function of the grader")
    look.add_argument("file", type=Path, metavar="FILE", nargs="?", help="default: the reference")
    look.add_argument("--seed", type=int, help="draw the inputs of an earlier run again")
    look.set_defaults(run=_look, jobs=1)
    return parser


def _add_what(command: argparse.ArgumentParser) -> None:
    command.add_argument("what", nargs="*", metavar="WHAT", help=WHAT)
    command.add_argument("-j", "--jobs", type=_number_of("children"), default=os.cpu_count() or 1)
    command.add_argument("--seed", type=int, help="draw the inputs of an earlier run again")


def _add_reports(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    command.add_argument("--junit", type=Path, metavar="FILE", help="write it as JUnit XML")


def _number_of(noun: str) -> Callable[[str], int]:
    def number(word: str) -> int:
        if not word.isdecimal() or int(word) < 1:
            raise argparse.ArgumentTypeError(f"{word!r} is not a number of {noun}, 1 or more")
        return int(word)

    return number


def _grade(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.root / arguments.of
    if not folder.is_dir():
        raise UsageError(f"there is no folder {str(arguments.of)!r} to grade")
    reporters = _reporters(arguments)
    if arguments.records is not None:
        _empty(arguments.records)
    chosen = katas.select(katas.find(arguments.root), arguments.what)
    results = run(
        katas.answers(chosen, folder),
        seed=arguments.seed,
        jobs=arguments.jobs,
        records=arguments.records,
    )
    results.notes += katas.hiding(folder)
    return _report(results, chosen, reporters)


def _regrade(arguments: argparse.Namespace) -> int:
    from graders.kit.judge.regrade import regrade

    if not arguments.folder.is_dir():
        raise UsageError(f"there is no folder {str(arguments.folder)!r} with records")
    reporters = _reporters(arguments)
    known = {kata.name: kata for kata in katas.find(arguments.root)}

    from graders.conftest import read

    results = asyncio.run(regrade(arguments.folder, known, read))
    return _report(results, list(known.values()), reporters)


def _solutions(arguments: argparse.Namespace) -> int:
    from graders.kit.judge import rules
    from graders.kit.reports.rules_report import RulesReport

    found = katas.select(katas.find(arguments.root), arguments.what)
    if arguments.diff is not None:
        print(rules.difference(found, arguments.diff))
        return 0
    violations = [f"{kata.name}: {missing}" for kata in found for missing in rules.missing(kata)]
    chosen = [kata for kata in found if not rules.missing(kata)]
    if not chosen:
        raise UsageError("; ".join(violations))
    with _judging(chosen, arguments.jobs) as grade:
        if fault := rules.cannot_judge(grade(rules.self_check(chosen[0]), arguments.seed)):
            raise UsageError(fault)
        submissions = [s for kata in chosen for s in rules.submissions(kata)]
        runs: dict[int, list[rules.Proof]] = {}
        for _ in range(arguments.seeds):
            results = grade(submissions, max(runs) + 1 if runs else arguments.seed)
            if results.fault:
                raise UsageError(results.fault)
            runs[results.seed] = [rules.prove(kata, results) for kata in chosen]
    violations += rules.orphans(arguments.root)
    return RulesReport(runs, violations).show()


def _look(arguments: argparse.Namespace) -> int:
    from graders.conftest import read
    from graders.kit.reports.look import show

    [kata, *more] = katas.select(katas.find(arguments.root), [arguments.kata])
    if more:
        raise UsageError(f"{arguments.kata!r} names more than one kata; name one")
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


# --- running ---------------------------------------------------------------------------


def run(
    submissions: Sequence[Submission],
    *,
    seed: int | None = None,
    jobs: int | None = None,
    records: Path | None = None,
) -> Results:
    """Grades submissions once, with a line that moves if there is a terminal."""
    chosen = list(dict.fromkeys(submission.kata for submission in submissions))
    with _judging(chosen, jobs) as grade:
        return grade(submissions, seed, records)


@contextlib.contextmanager
def _judging(chosen: Sequence[Kata], jobs: int | None) -> Iterator[Callable[..., Results]]:
    """A judge for these katas, and a function that has it grade submissions of theirs."""
    judge = Judge(chosen, jobs=jobs, url=os.environ.get("DATABASE_URL"))
    with asyncio.Runner() as loop:
        loop.run(judge.__aenter__())
        try:
            # Imports pytest: meanwhile the judge's fork server is at work.
            from graders.conftest import read

            rubrics = read(chosen)

            async def graded(what: Run, records: Path | None) -> Results:
                with _progress(len(what.submissions)) as done:
                    return await judge.results(what, rubrics, records, done)

            def grade(
                submissions: Sequence[Submission], seed: int | None, records: Path | None = None
            ) -> Results:
                what = Run(tuple(submissions)) if seed is None else Run(tuple(submissions), seed)
                return loop.run(graded(what, records))

            yield grade
        finally:
            loop.run(judge.__aexit__(None, None, None))


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[KataResult], None]]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from graders.kit.reports.progress import moving

    with moving(total) as done:
        yield done


# --- reporting ---------------------------------------------------------------------------


def _reporters(arguments: argparse.Namespace) -> list[Reporter]:
    """Those that were asked for, each sure that it can write."""
    from graders.kit.reports.reporter import files

    asked = {"json": arguments.json, "junit": arguments.junit}
    return files({name: path for name, path in asked.items() if path is not None})


def _report(results: Results, chosen: Sequence[Kata], reporters: Sequence[Reporter]) -> int:
    from graders.kit.reports.terminal import Terminal

    for reporter in [Terminal({kata.name: kata for kata in chosen}), *reporters]:
        reporter.report(results)
    return results.status


def _empty(folder: Path) -> None:
    """Makes sure that records can be kept there."""
    from graders.kit.judge.store import SUFFIX

    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.glob(f"*{SUFFIX}")):
            raise UsageError(f"{folder} holds records already: choose another folder")
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"{folder} cannot keep records: {error.strerror}") from None


if __name__ == "__main__":
    sys.exit(main())
