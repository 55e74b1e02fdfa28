"""The loop watch: what blocks the event loop, on which line, for how long.

`interception` notes known blocking calls (the table is `blocking_calls`), `steps` counts the
processor time of each turn of the loop, `sampler` finds the line of a long one (with
`checkpoints`), `lookout` finds what sleeps in one, `blame` knows what is excused.
"""

from graders.kit.instruments.watch.watch import Watch

__all__ = ["Watch"]
