"""A module that takes its time when it is first imported, in a coroutine."""

import sys

from tests.bench.blocking import props

FOLDER = props.folder()
(FOLDER / "tables_of_numbers.py").write_text(
    "import time\nend = time.thread_time() + 0.3\nwhile time.thread_time() < end:\n    pass\n"
)
sys.path.insert(0, str(FOLDER))


async def main() -> None:
    import tables_of_numbers

    assert tables_of_numbers.end
