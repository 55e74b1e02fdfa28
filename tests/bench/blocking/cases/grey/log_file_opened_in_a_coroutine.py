"""A log file opened in a coroutine for a single line: set-up, or a file?"""

import logging

from tests.bench.blocking import props

PATH = props.folder() / "jobs.log"


async def main() -> None:
    log = logging.getLogger("jobs")
    log.propagate = False
    handler = logging.FileHandler(PATH)
    log.addHandler(handler)
    log.warning("job %s started", 7)
    log.removeHandler(handler)
    handler.close()
