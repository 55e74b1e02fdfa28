"""`time.sleep` under another name, bound in a module that was imported before."""

import sys

from tests.bench.blocking import props

FAMILY = "sleep"
CALL = "clocks.pause"
PLACE = "coroutine"

# As if it had been imported long before: it has a `time.sleep` of its own.
MODULE = """
import importlib.util

spec = importlib.util.find_spec("time")
time = importlib.util.module_from_spec(spec)
spec.loader.exec_module(time)
pause = time.sleep
"""

(props.folder() / "clocks.py").write_text(MODULE)
sys.path.insert(0, str(props.folder()))
import clocks  # noqa: E402


async def main() -> None:
    clocks.pause(0.2)  # <-
