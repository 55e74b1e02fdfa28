"""The timeline: who ran, who waited and who was held up, task by task.

`timeline` records, `lane` is what it records, `swimlanes` draws it as text.
"""

from graders.kit.instruments.timeline.lane import Lane, Span
from graders.kit.instruments.timeline.timeline import Timeline

__all__ = ["Lane", "Span", "Timeline"]
