"""The timeline: task by task, what ran, what waited, and what was held up.

`timeline` records, `lane` is what it records, `drawing` shows it as text.
"""

from graders.kit.instruments.timeline.lane import Lane, Span
from graders.kit.instruments.timeline.timeline import Timeline

__all__ = ["Lane", "Span", "Timeline"]
