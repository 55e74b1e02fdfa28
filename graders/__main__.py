"""The command line: `python -m graders grade`, as `nox -s grade` calls it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from graders.kit.judge import katas
from graders.kit.judge.grading import Grading, exercises

ROOT = Path(__file__).parents[1]

WHAT = """what to grade: an id (k110), a name, part of one, or a concept
(coroutines routes middleware database external offloading errors); everything if left out"""


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status is 0 all passed, 1 some did not, 2 could not grade."""
    arguments = _parser().parse_args(words)
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

    solutions = commands.add_parser("solutions", help="prove that the graders catch what they claim")
    solutions.add_argument("what", nargs="*", metavar="WHAT", help=WHAT)
    solutions.add_argument("-j", "--jobs", type=_at_least_one, default=os.cpu_count() or 1)
    solutions.set_defaults(run=_solutions)
    return parser


def _at_least_one(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of children, 1 or more")
    return int(word)


def _grade(arguments: argparse.Namespace) -> int:
    folder: Path = ROOT / arguments.of
    if not folder.is_dir():
        raise katas.UsageError(f"there is no folder {str(arguments.of)!r} to grade")
    chosen = katas.select(katas.find(ROOT), arguments.what)
    grading = Grading(ROOT, exercises(chosen, folder), jobs=arguments.jobs)
    if arguments.seed is not None:
        grading.seed = arguments.seed
    run(grading)

    from graders.kit.judge.terminal import Terminal

    score = grading.score()
    if arguments.json:
        arguments.json.write_text(json.dumps(score.plain(), indent=2) + "\n")
    Terminal().show(score, {kata.name: kata for kata in chosen})
    return score.status


def _solutions(arguments: argparse.Namespace) -> int:
    from graders.kit.judge import laws
    from graders.kit.judge.proofs import Proofs

    chosen = katas.select(katas.find(ROOT), arguments.what)
    trial = Grading(ROOT, laws.trial(chosen[0]), jobs=arguments.jobs)
    run(trial)
    fault = laws.untrustworthy(trial.score())
    if fault:
        raise katas.UsageError(fault)
    grading = Grading(ROOT, [s for kata in chosen for s in laws.submissions(kata)])
    grading.jobs = arguments.jobs
    run(grading)
    score = grading.score()
    by_kata = {kata: {p: s for (name, p), s in grading.scores.items() if name == kata.name} for kata in chosen}
    proofs = [laws.prove(kata, scores) for kata, scores in by_kata.items()]
    return Proofs(proofs, [*laws.strays(ROOT)], score).show()


def run(grading: Grading) -> None:
    """Has pytest run the checks of the grading's katas; the scores end up in the grading."""
    # Importing pytest takes as long as importing what the katas need: do both at once.
    grading.warm_up()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest

    files = dict.fromkeys(str(s.kata.grader) for s in grading.submissions)
    options = ["-p", "pytest_asyncio.plugin", "-p", "pytest_timeout", "-p", "no:cacheprovider", "-qq"]
    options += ["--no-header", "--no-summary", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        status = pytest.main([*options, *files], plugins=[grading])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        grading.faults.append(f"the graders do not run ({status.name.lower()}): try `pytest graders`")


if __name__ == "__main__":
    sys.exit(main())
