"""Connections of a virtual loop: bytes that are under way although nothing can run.

Between two ends in this process the kernel nearly always delivers at once. To another
process a byte takes real time that nobody can know, so the clock waits a little for it.
PostgreSQL's connections are the exception: asyncpg's operations are external work.
"""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable, Iterable
from selectors import SelectorKey
from typing import Any

from graders.kit.instruments.libraries.asyncpg import counts_operations

if sys.platform == "linux":
    import fcntl

GRACE = 0.05
"""Real seconds that another process gets before each move of the clock."""
LAST_GRACE = 0.5
"""Real seconds before `Stuck`, while another process might still send something."""
ROUNDS = 250
"""Milliseconds to wait for our own bytes; then we believe that the kernel has lost them."""
UNACKNOWLEDGED, UNSENT = 0x5411, 0x894B
"""`SIOCOUTQ` and `SIOCOUTQNSD` of tcp(7). Unsent is what the other end has no room for."""

Events = list[tuple[SelectorKey, int]]


class Connections:
    """The open connections of one loop.

    `wait` waits at the loop's selector for so many real seconds; `mine` gives the loop's
    transports, `all_here` those of every loop on the same clock.
    """

    def __init__(
        self,
        wait: Callable[[float], Events],
        mine: Callable[[], list[Any]],
        all_here: Callable[[], Iterable[Any]],
    ) -> None:
        self._wait = wait
        self._mine = mine
        self._all_here = all_here

    def settle(self) -> Events:
        """What arrives of the bytes that are under way. Waits for them in real time."""
        if not self._mine():
            return []
        own, foreign = self._sorted()
        for _ in range(ROUNDS):
            if not any(_under_way(one.get_extra_info("socket")) for one in own):
                break
            if events := self._wait(0.001):
                return events
        if all(counts_operations(one.get_protocol()) for one in foreign):
            return []
        return self._wait(GRACE)

    def last_chance(self) -> Events:
        """What arrives from another process although nobody here waits for a deadline."""
        _, foreign = self._sorted()
        return self._wait(LAST_GRACE) if foreign else []

    def _sorted(self) -> tuple[list[Any], list[Any]]:
        """Open connections within this process, and those that leave it."""
        here = {one.get_extra_info("sockname") for one in self._all_here()}
        own: list[Any] = []
        foreign: list[Any] = []
        for one in self._mine():
            peer = one.get_extra_info("peername")
            if peer and not one.is_closing():
                (own if peer in here else foreign).append(one)
        return own, foreign


def _under_way(one: Any) -> bool:
    """Has the kernel sent bytes that have not reached the other end's queue yet?"""
    if sys.platform != "linux" or one.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    try:
        return _ioctl(one, UNACKNOWLEDGED) > _ioctl(one, UNSENT)
    except (OSError, ValueError):  # closed meanwhile
        return False


def _ioctl(one: Any, request: int) -> int:
    answer = fcntl.ioctl(one.fileno(), request, struct.pack("i", 0))
    return int(struct.unpack("i", answer)[0])
