"""What a grader may import of the kit: `draw`, and the types of what its checks are given.

Quick to import, and without pytest: the process that runs a submission loads the grader as well.
"""

from graders.kit.author import draw
from graders.kit.author.observe import Observe
from graders.kit.shared.calls import Calls
from graders.kit.shared.http import Answer, Request, Response, SocketMessage
from graders.kit.shared.plain import ExceptionData, Foreign
from graders.kit.shared.record import Finding, Record
from graders.kit.shared.values import Cancelled, Logged, Raised, Returned, Ticks, Use
from graders.kit.shared.views import DatabaseView, LogsView, ResourcesView, UpstreamView

__all__ = [
    "Answer",
    "Calls",
    "Cancelled",
    "DatabaseView",
    "ExceptionData",
    "Finding",
    "Foreign",
    "Logged",
    "LogsView",
    "Observe",
    "Raised",
    "Record",
    "Request",
    "ResourcesView",
    "Response",
    "Returned",
    "SocketMessage",
    "Ticks",
    "UpstreamView",
    "Use",
    "draw",
]
