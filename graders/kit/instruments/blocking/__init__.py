"""The blocking detector: what blocks the event loop, on which line and for how long.

Three packages for its three signals, and a few modules that they share:

- `calls` knows which calls block, and intercepts them;
- `cpu` counts the processor time of each step of the loop, and finds the line of a long one;
- `sleep` has a thread that notices when the thread of a loop sleeps inside a step;
- `detector` puts them together, `findings` collects what they found, `attribution` decides which
  line is responsible, `steps` and `stacks` describe what all of them look at.
"""

from graders.kit.instruments.blocking.detector import BlockingDetector

__all__ = ["BlockingDetector"]
