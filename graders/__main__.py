"""The command line: `python -m graders grade`, as `nox -s grade` calls it."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from graders.kit.judge import katas
from graders.kit.judge.grading import Grading, exercises
from graders.kit.judge.judge import Submission
from graders.kit.judge.score import Score

ROOT = Path(__file__).parents[1]

WHAT = """what to grade: an id (k110), a name, part of one, or a concept
(coroutines routes middleware database external offloading errors); everything if left out"""


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Runs one command; the exit status is 0 all passed, 1 some did not, 2 could not grade."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a submission is called or returns may hold signs that this terminal has not.
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(words, argparse.Namespace(root=root))
    try:
        return int(arguments.run(arguments))
    except katas.UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m graders", description=main.__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    grade = commands.add_parser("grade", help="grade exercises/, or another folder")
    grade.add_argument("what", nargs="*", metavar="WHAT", help=WHAT)
    grade.add_argument("--of", type=Path, default=Path("exercises"), metavar="DIR")
    grade.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    grade.add_argument("--junit", type=Path, metavar="FILE", help="write the report as JUnit XML")
    grade.add_argument("-j", "--jobs", type=_at_least_one, default=os.cpu_count() or 1)
    grade.add_argument("--seed", type=int, help="draw the inputs of an earlier run again")
    grade.set_defaults(run=_grade)

    solutions = commands.add_parser(
        "solutions", help="prove that the graders catch what they claim"
    )
    solutions.add_argument("what", nargs="*", metavar="WHAT", help=WHAT)
    solutions.add_argument("-j", "--jobs", type=_at_least_one, default=os.cpu_count() or 1)
    solutions.add_argument("--seed", type=int, help="draw the inputs of an earlier run again")
    solutions.set_defaults(run=_solutions)
    return parser


def _at_least_one(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of children, 1 or more")
    return int(word)


def _grade(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.root / arguments.of
    if not folder.is_dir():
        raise katas.UsageError(f"there is no folder {str(arguments.of)!r} to grade")
    for file in filter(None, (arguments.json, arguments.junit)):
        if not file.resolve().parent.is_dir():
            raise katas.UsageError(f"{file} cannot be written: there is no folder {file.parent}")
    chosen = katas.select(katas.find(arguments.root), arguments.what)
    score = _shown(_grading(arguments, exercises(chosen, folder)))

    from graders.kit.reports.terminal import Terminal

    if arguments.json:
        from graders.kit.reports import json_report

        json_report.write(score, arguments.json)
    if arguments.junit:
        from graders.kit.reports import junit

        junit.write(score, arguments.junit)
    Terminal().show(score, {kata.name: kata for kata in chosen})
    return score.status


def _solutions(arguments: argparse.Namespace) -> int:
    from graders.kit.judge import rules
    from graders.kit.reports.rules_report import Proofs

    found = katas.select(katas.find(arguments.root), arguments.what)
    breaches = [f"{kata.name}: {breach}" for kata in found for breach in rules.missing(kata)]
    chosen = [kata for kata in found if not rules.missing(kata)]
    if not chosen:
        raise katas.UsageError("; ".join(breaches))
    fault = rules.untrustworthy(run(_grading(arguments, rules.trial(chosen[0]))))
    if fault:
        raise katas.UsageError(fault)
    grading = _grading(arguments, [s for kata in chosen for s in rules.submissions(kata)])
    score = _shown(grading)
    if score.fault:
        raise katas.UsageError(score.fault)
    proofs = [rules.prove(kata, grading.scores) for kata in chosen]
    return Proofs(proofs, [*breaches, *rules.strays(arguments.root)], score).show()


def _grading(arguments: argparse.Namespace, submissions: list[Submission]) -> Grading:
    grading = Grading(submissions, jobs=arguments.jobs, url=os.environ.get("DATABASE_URL"))
    if arguments.seed is not None:
        grading.seed = arguments.seed
    return grading


def _shown(grading: Grading) -> Score:
    """Runs, with a line that moves where somebody watches."""
    if not sys.stderr.isatty():
        return run(grading)
    # Importing rich takes a while too: the warm parent uses it.
    grading.warm_up()
    from graders.kit.reports.progress import moving

    with moving(grading):
        return run(grading)


def run(grading: Grading) -> Score:
    """Has pytest run the checks; one that breaks down is tried on the reference too."""
    _pytest(grading)
    if not grading.faults and grading.doubtful():
        references = Grading(grading.doubtful(), seed=grading.seed, url=grading.url)
        _pytest(references)
        grading.arbitrate(references)
    return grading.score()


def _pytest(grading: Grading) -> None:
    # Importing pytest takes as long as importing what the katas need: do both at once.
    grading.warm_up()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest

    grading.lap("pytest import")
    files = dict.fromkeys(str(s.kata.grader) for s in grading.submissions)
    plugins = ("pytest_asyncio.plugin", "pytest_timeout", "graders.conftest", "no:cacheprovider")
    options = [
        *(f"-p{name}" for name in plugins),
        "--noconftest",
        "-c",
        str(ROOT / "pyproject.toml"),
    ]
    options += ["-q", "--continue-on-collection-errors"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            status = pytest.main([*options, *files], plugins=[grading])
        except Exception as error:  # pytest itself broke down: no verdict, and no traceback
            grading.faults.append(f"the graders broke down ({type(error).__name__}: {error})")
            return
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not grading.faults:
        last = next((line for line in reversed(said.getvalue().splitlines()) if line.strip()), "")
        grading.faults.append(
            f"the graders do not run ({last.strip() or status}): try `pytest graders`"
        )


if __name__ == "__main__":
    sys.exit(main())
