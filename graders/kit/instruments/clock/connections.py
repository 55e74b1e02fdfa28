"""Connections of a virtual loop: bytes that are on their way although nothing can run.

Between two ends in this process the kernel delivers at once, all but always. To
a foreign process a byte takes real time that nobody can know, so the clock waits
a moment for it. PostgreSQL's connections are not foreign: their queries are counted.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING, Any

if sys.platform == "linux":
    import fcntl

if TYPE_CHECKING:
    from graders.kit.instruments.clock.loop import Events, VirtualLoop

GRACE = 0.05
"""Real seconds for a foreign process, before each move of the clock."""
LAST_GRACE = 0.5
"""Real seconds before `Stuck`, while anybody outside might still send something."""
ROUNDS = 250
"""Milliseconds to wait for our own bytes; then we believe that the kernel has lost them."""
UNACKNOWLEDGED, UNSENT = 0x5411, 0x894B
"""`SIOCOUTQ` and `SIOCOUTQNSD` of tcp(7). Unsent is what the other end has no room for."""


class Connections:
    """The open connections of one loop."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def settle(self) -> Events:
        """What arrives of that which is on its way. Waits for it, really."""
        if not self._loop._transports:
            return []
        own, foreign = self._sorted()
        for _ in range(ROUNDS):
            if not any(_travelling(one.get_extra_info("socket")) for one in own):
                break
            if events := self._loop._sockets.wait(0.001):
                return events
        if all(_counts_itself(one) for one in foreign):
            return []
        return self._loop._sockets.wait(GRACE)

    def last_words(self) -> Events:
        """What arrives from outside although nobody here waits for a moment of time."""
        _, foreign = self._sorted()
        return self._loop._sockets.wait(LAST_GRACE) if foreign else []

    def _sorted(self) -> tuple[list[Any], list[Any]]:
        """Open connections within this process, and those that leave it."""
        here = {
            one.get_extra_info("sockname")
            for loop in list(self._loop.clock.loops)
            for one in list(loop._transports.values())
        }
        own: list[Any] = []
        foreign: list[Any] = []
        for one in list(self._loop._transports.values()):
            peer = one.get_extra_info("peername")
            if peer and not one.is_closing():
                (own if peer in here else foreign).append(one)
        return own, foreign


def _counts_itself(transport: Any) -> bool:
    return type(transport.get_protocol()).__module__.startswith("asyncpg.")


def _travelling(one: Any) -> bool:
    """Has the kernel sent bytes that the other end's queue has not got yet?"""
    if sys.platform != "linux" or one.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    try:
        return _asked(one, UNACKNOWLEDGED) > _asked(one, UNSENT)
    except (OSError, ValueError):  # closed meanwhile
        return False


def _asked(one: Any, question: int) -> int:
    answer = fcntl.ioctl(one.fileno(), question, struct.pack("i", 0))
    return int(struct.unpack("i", answer)[0])
