"""The timeline: task by task, what ran, what waited, and what was held up.

`timeline` records lanes, `drawing` shows them as text.
"""

from graders.kit.instruments.timeline.timeline import Timeline
from graders.kit.shared.record import Lane, Span

__all__ = ["Lane", "Span", "Timeline"]
