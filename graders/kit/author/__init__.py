"""What a grader may import of the kit: `draw`, and the types of what its checks are given.

Quick to import, and without pytest: the process that runs a submission loads the grader as well.
"""

from graders.kit.author import draw
from graders.kit.author.observe import Observe
from graders.kit.shared.plain import ExceptionData, Foreign
from graders.kit.shared.record import Calls, Finding, Record
from graders.kit.shared.values import (
    Answer,
    Cancelled,
    DatabaseView,
    Raised,
    Request,
    Response,
    Returned,
    Ticks,
    UpstreamView,
)

__all__ = [
    "Answer",
    "Calls",
    "Cancelled",
    "DatabaseView",
    "ExceptionData",
    "Finding",
    "Foreign",
    "Observe",
    "Raised",
    "Record",
    "Request",
    "Response",
    "Returned",
    "Ticks",
    "UpstreamView",
    "draw",
]
