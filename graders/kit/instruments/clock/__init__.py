"""The virtual clock: waiting takes no time, and every duration is exact.

`clock` is the context manager, `schedule` decides when the clock moves and who goes on,
`participants` are the threads and jobs it counts, `loop` is the event loop. `threads`,
`processes` and `connections` say what keeps the clock from moving, `stuck` is the error when
nothing can go on, `time_dispatch` has the functions of `time`.
"""

from graders.kit.instruments.clock.clock import Clock, VirtualLoop
from graders.kit.instruments.clock.stuck import Stuck, Waiting
from graders.kit.instruments.clock.time_dispatch import TimeDispatch

__all__ = ["Clock", "Stuck", "TimeDispatch", "VirtualLoop", "Waiting"]
