"""The command line: `python -m graders grade`, as `nox -s grade` calls it."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from graders.commands import parser
from graders.kit.judge.katas import UsageError
from graders.kit.shared.faults import JudgeFault

ROOT = Path(__file__).parents[1]


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Runs one command; the exit status is 0 all passed, 1 some did not, 2 could not grade."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a submission is called or returns may hold signs that this terminal has not.
            stream.reconfigure(errors="backslashreplace")
    try:
        command, arguments = parser.parse(sys.argv[1:] if words is None else words, root)
        return command.run(arguments)
    except (UsageError, JudgeFault) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
