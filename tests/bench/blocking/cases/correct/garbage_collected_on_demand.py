"""`gc.collect` of two hundred thousand objects in cycles."""

import gc


class Node:
    def __init__(self) -> None:
        self.me = self


nodes = [Node() for _ in range(200_000)]


async def main() -> None:
    nodes.clear()
    assert gc.collect() >= 0
