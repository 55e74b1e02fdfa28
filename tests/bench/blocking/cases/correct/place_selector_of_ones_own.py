"""A loop in a thread with a selector that counts: to wait in there is the loop's own business."""

import asyncio
import selectors


class Counting(selectors.DefaultSelector):
    times = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.times += 1
        return super().select(timeout)


def elsewhere() -> int:
    counting = Counting()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(counting)) as runner:
        runner.run(asyncio.sleep(0.2))
    return counting.times


async def main() -> None:
    assert await asyncio.to_thread(elsewhere)
