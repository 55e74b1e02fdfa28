"""The virtual clock: waiting takes no time, and every duration is exact.

`clock` is the world as a whole, `schedule` who runs and whose turn is next, `actors` those
who take turns, `loop` the event loop, `threads`, `queries` and `connections` what
keeps time from running away, `stuck` the verdict when nobody can go on,
`time_dispatch` the functions of `time`.
"""

from graders.kit.instruments.clock.clock import Clock
from graders.kit.instruments.clock.loop import VirtualLoop
from graders.kit.instruments.clock.stuck import Stuck, Waiting
from graders.kit.instruments.clock.time_dispatch import TimeDispatch

__all__ = ["Clock", "Stuck", "TimeDispatch", "VirtualLoop", "Waiting"]
