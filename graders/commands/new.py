"""Write a new kata, or a new answer to one."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from graders.commands import options as common
from graders.kit.judge.katas import Kata, UsageError
from graders.kit.scaffold import names, write

NEXT = """
This is a small example that runs. Next:

  1. Put your own kata in its place: brief and stub, reference, scenarios and checks.
  2. nox -s solutions -- {number}         what is still to be done
  3. nox -s new -- {number} --wrong NAME  another wrong answer; --right NAME: another right one
  4. When every rule holds: a row in README.md, an entry in CHANGELOG.md, `python -m tests.golden`.

"Add a kata in an hour" in CONTRIBUTING.md says more."""

NEXT_WRONG = """
It is the reference still. Next: make the mistake, say what is wrong in the first line, and after
`Fails:` which of these checks must see it:

{checks}

Then: nox -s solutions -- {number}"""

NEXT_RIGHT = """
It is the reference still. Next: solve the kata in another way, and say in the first line in which.
Then: nox -s solutions -- {number}"""


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kata", metavar="NAME", nargs="?", help="k125_deadlines; k110 with --wrong")
    answers = parser.add_mutually_exclusive_group()
    answers.add_argument("--wrong", metavar="NAME", help="write a wrong answer to that kata")
    answers.add_argument("--right", metavar="NAME", help="write a right answer to that kata")


def run(arguments: argparse.Namespace) -> int:
    root: Path = arguments.root
    if arguments.kata is None:
        raise UsageError("say what to write: `nox -s new -- k125_deadlines` makes a kata")
    if arguments.wrong is None and arguments.right is None:
        kata = names.new_kata(arguments.kata, root)
        for path in write.kata(kata):
            print(path.relative_to(root).as_posix())
        print(NEXT.format(number=kata.number))
        return 0
    kata = common.one_kata(root, arguments.kata)
    wrong = arguments.wrong is not None
    path = names.new_answer(
        arguments.wrong if wrong else arguments.right, kata, "wrong" if wrong else "right"
    )
    write.answer(kata, path)
    print(path.relative_to(root).as_posix())
    hint = NEXT_WRONG if wrong else NEXT_RIGHT
    print(hint.format(number=kata.number, checks=_checks(kata)))
    return 0


def _checks(kata: Kata) -> str:
    """The names of its checks, one a line."""
    found = re.findall(r"^async def (test_\w+)", kata.grader.read_text("utf-8"), re.MULTILINE)
    return "\n".join(f"  {name}" for name in found)
