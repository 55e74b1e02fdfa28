"""A gate at which work in a thread or in another process waits, until it is opened.

    with Gate() as gate:
        job = asyncio.create_task(shop.post(partial(job, gate)))   # which calls `gate.wait()`
        await gate.reached(unless=[job])       # it waits there now
        ...                                    # what has to be possible meanwhile
        gate.open()

So that something happened *while* another process was at work is certain, however fast either is.
A gate can be pickled: the copy knows where the gate is, and can only `wait`.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Self


class Gate:
    """A context manager; the gate opens at its end, if it has not been opened before."""

    def __init__(self) -> None:
        self._listener: socket.socket | None = None
        self._waiting: list[socket.socket] = []
        self._address: tuple[str, int] = ("127.0.0.1", 0)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(self._address)
        self._listener.setblocking(False)
        self._address = self._listener.getsockname()
        return self

    def __exit__(self, *_: object) -> None:
        self.open()

    def __getstate__(self) -> dict[str, Any]:
        return {"_listener": None, "_waiting": [], "_address": self._address}

    def wait(self) -> None:
        """Holds this thread until the gate is open. Callable from any process of this machine."""
        # Refused or reset: it is open, or was opened just now.
        with suppress(OSError), socket.create_connection(self._address) as connection:
            connection.recv(1)

    async def reached(self, *, unless: Iterable[asyncio.Future[Any]] = ()) -> bool:
        """Returns True when one more waits at the gate.

        Returns False as soon as one of the tasks `unless` has ended before.
        """
        if self._listener is None:
            raise RuntimeError("nobody waits at a gate that is open, or has not been entered")
        loop = asyncio.get_running_loop()
        coming = asyncio.ensure_future(loop.sock_accept(self._listener))
        await asyncio.wait([coming, *unless], return_when=asyncio.FIRST_COMPLETED)
        if not coming.done():
            coming.cancel()
            await asyncio.wait([coming])
            return False
        self._waiting.append(coming.result()[0])
        return True

    def open(self) -> None:
        """Lets all go on who wait, and whoever comes. May be called more than once."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        with suppress(OSError):  # BlockingIOError: nobody is left
            while True:
                self._waiting.append(listener.accept()[0])
        # A process that was forked has a copy of the listener: closing ours would not end it.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in self._waiting:
            connection.close()
