"""What we measure ourselves with: `nox -s bench -- grade`, `flips` or `blocking`."""

from __future__ import annotations

import argparse
import sys

from tests.bench import flips, grade
from tests.bench.blocking import measure as blocking
from tests.bench.blocking import pairs
from tests.bench.blocking.roster import DETECTORS


def main() -> int:
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="BENCH")
    one = commands.add_parser("grade", help="where the time of a verdict goes")
    one.add_argument("what", nargs="*", metavar="KATA")
    one.add_argument("--rounds", type=int, default=5)
    one.set_defaults(run=lambda a: grade.measure(a.what, a.rounds))
    many = commands.add_parser("flips", help="do verdicts change, whatever the machine does?")
    many.add_argument("what", nargs="*", metavar="KATA")
    many.add_argument("--rounds", type=int, default=20)
    many.add_argument("--burners", type=int, default=2, help="busy processes beside it")
    many.add_argument("--seeds", type=int, metavar="N", help="N rounds, with the seeds 1 to N")
    many.add_argument("--stops", action="store_true", help="stop and continue what grades (Linux)")
    many.set_defaults(run=lambda a: flips.measure(a.what, a.rounds, a.burners, a.seeds, a.stops))
    peers = commands.add_parser(
        "blocking", help="what the blocking detector finds, beside its peers"
    )
    peers.add_argument("--only", nargs="+", default=[], choices=[d.name for d in DETECTORS])
    peers.add_argument("--cases", nargs="+", default=[], metavar="PART", help="of their names")
    peers.add_argument("--rounds", type=int, default=3, help="rounds on a busy machine")
    peers.add_argument("--burners", type=int, default=2, help="busy processes beside it")
    peers.add_argument("--signals", choices=["best", "portable"], help="of ours; both, if not said")
    peers.add_argument("-j", type=int, default=2, metavar="N", help="cases at a time")
    peers.add_argument("--show", action="store_true", help="print the programs, run nothing")
    peers.add_argument("--coverage", action="store_true", help="print what is covered, run nothing")
    peers.set_defaults(run=_blocking)
    arguments = parser.parse_args()
    return int(arguments.run(arguments))


def _blocking(a: argparse.Namespace) -> int:
    if a.coverage:
        print(pairs.coverage())
        return 0
    if a.show:
        return blocking.show(a.cases)
    return blocking.measure(a.only, a.cases, a.rounds, a.burners, a.signals, a.j)


if __name__ == "__main__":
    sys.exit(main())
