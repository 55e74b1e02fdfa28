"""What we measure ourselves with: `nox -s bench -- grade` and `nox -s bench -- flips`."""

from __future__ import annotations

import argparse
import sys

from tests.bench import flips, grade


def main() -> int:
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="BENCH")
    one = commands.add_parser("grade", help="where the time of a verdict goes")
    one.add_argument("what", nargs="*", metavar="KATA")
    one.add_argument("--rounds", type=int, default=5)
    one.set_defaults(run=lambda a: grade.measure(a.what, a.rounds))
    many = commands.add_parser("flips", help="do verdicts change on a busy machine?")
    many.add_argument("what", nargs="*", metavar="KATA")
    many.add_argument("--rounds", type=int, default=20)
    many.add_argument("--burners", type=int, default=2, help="busy processes beside it")
    many.set_defaults(run=lambda a: flips.measure(a.what, a.rounds, a.burners))
    arguments = parser.parse_args()
    return int(arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
