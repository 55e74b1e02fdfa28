"""One job in a process of its own: for platforms where forking is not sound.

The job is the first line of standard input, answers follow; the channel to
the judge is what was standard output, and prints go to standard error.
"""

from __future__ import annotations

import os
import sys

from graders.kit.child.channel import Channel
from graders.kit.child.instruments import Instruments
from graders.kit.child.runner import run
from graders.kit.instruments.clock import TimeDispatch
from graders.kit.shared import messages
from graders.kit.shared.messages import Job


def main() -> None:
    line = bytearray()
    while not line.endswith(b"\n"):  # no buffer: answers on the same line are not to be swallowed
        line += os.read(0, 1)
    records, answers = os.dup(1), os.dup(0)  # it writes to 3, as a forked one does
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    job = messages.to_fork_server(bytes(line))
    assert isinstance(job, Job)
    os.chdir(job.folder)
    sys.path[:] = [entry for entry in sys.path if entry]
    TimeDispatch.install()
    run(job, Channel(answers, records), Instruments())


if __name__ == "__main__":
    main()
