"""`time.sleep` replaced by a mock, as in a test: nobody sleeps."""

import time
from unittest import mock


def retry(attempts: int) -> int:
    for _ in range(attempts):
        time.sleep(30)
    return attempts


async def main() -> None:
    with mock.patch("time.sleep") as sleep:
        assert retry(3) == 3
    assert sleep.call_count == 3
