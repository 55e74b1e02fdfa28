"""The instruments that every scenario has."""

from __future__ import annotations

from pathlib import Path

from graders.kit.child import limits
from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.clock import Clock
from graders.kit.instruments.source import Source

NOTHING = Path(__file__).with_name("there_is_no_such_file.py")
"""What a fork server watches, until its child knows the submission."""


class Instruments:
    """A clock and a blocking detector that watch the same source: aim it at the submission.

    A fork server makes them and patches what they patch (`install`), once. A child enters them.
    """

    def __init__(self) -> None:
        self.source = Source(NOTHING)
        self.clock = Clock(source=self.source)
        self.detector = BlockingDetector(self.source, max_iterations=limits.STEP)

    def install(self) -> None:
        """In the order in which they are entered: the detector sees calls before the clock."""
        self.clock.install()
        self.detector.install()
