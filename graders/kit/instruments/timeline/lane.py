"""The states of a lane; what a lane is stands in the record, which keeps it."""

from graders.kit.shared.record import Lane, Span

__all__ = ["READY", "RUNS", "WAITS", "Lane", "Span"]

RUNS, WAITS, READY = "runs", "waits", "ready"
"""It computes or blocks, and holds the loop. It waits, and lets others run. It could go on, but
another task or callback holds the loop."""
