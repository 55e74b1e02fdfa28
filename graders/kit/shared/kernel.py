"""What the kernel says of a thread (Linux): what it has run, how long it queued, where it waits.

Source: `schedstat` and `syscall` in /proc/PID/task/TID, proc(5). A thread is on a
processor, or queues for one, or is asleep; processor time and queueing are counted by
the scheduler, to the nanosecond, so what is left of real time was sleep, however busy
the machine. Where there is no such file, or no leave to read it, there is no `Thread`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass

_NUMBERS: dict[str, dict[str, tuple[int, int | None]]] = {
    # family, then name: number on x86-64, number on ARM64 (None: it has no such call)
    "sleep": {"nanosleep": (35, 101), "clock_nanosleep": (230, 115), "restart_syscall": (219, 128)},
    "socket": {
        "connect": (42, 203),
        "accept": (43, 202),
        "accept4": (288, 242),
        "sendto": (44, 206),
        "recvfrom": (45, 207),
        "sendmsg": (46, 211),
        "recvmsg": (47, 212),
        "recvmmsg": (299, 243),
        "poll": (7, None),
        "ppoll": (271, 73),
        "select": (23, None),
        "pselect6": (270, 72),
        "epoll_wait": (232, None),
        "epoll_pwait": (281, 22),
        "epoll_pwait2": (441, 441),
    },
    "file": {
        "read": (0, 63),
        "write": (1, 64),
        "open": (2, None),
        "openat": (257, 56),
        "pread64": (17, 67),
        "pwrite64": (18, 68),
        "readv": (19, 65),
        "writev": (20, 66),
        "preadv": (295, 69),
        "pwritev": (296, 70),
        "sendfile": (40, 71),
        "copy_file_range": (326, 285),
        "fcntl": (72, 25),
        "flock": (73, 32),
        "fsync": (74, 82),
        "fdatasync": (75, 83),
        "sync": (162, 81),
        "msync": (26, 227),
        "getdents64": (217, 61),
    },
    "subprocess": {"wait4": (61, 260), "waitid": (247, 95)},
    "lock": {
        "futex": (202, 98),
        "semop": (65, 193),
        "semtimedop": (220, 192),
    },
    "other": {
        "pause": (34, None),
        "rt_sigsuspend": (130, 133),
        "rt_sigtimedwait": (128, 137),
        "msgrcv": (70, 188),
        "mq_timedreceive": (243, 183),
        "io_getevents": (208, 4),
    },
}

_COLUMN = {"x86_64": 0, "aarch64": 1, "arm64": 1}.get(platform.machine())

CALLS = {
    number: (family, name)
    for family, names in _NUMBERS.items()
    for name, numbers in names.items()
    if _COLUMN is not None and (number := numbers[_COLUMN]) is not None
}
"""Family and name of each system call in which a thread may wait for others, by number."""

SELECTORS = frozenset(["epoll_wait", "epoll_pwait", "epoll_pwait2"])
"""Where an event loop waits when it has nothing to do."""


@dataclass(frozen=True)
class Moment:
    """One look at a thread. Times in nanoseconds since the thread began."""

    ran: int
    queued: int
    turns: int
    """How often it was given a processor: unchanged between two looks, it did not run at all."""
    family: str = ""
    """Of the system call it waits in; empty while it runs, or waits for a page or a signal."""
    call: str = ""
    argument: int = 0
    """The first argument: a file descriptor, for most."""
    timed: bool = False
    """A futex with a time-out: a lock with one, or Python's own interpreter lock."""

    @property
    def waits(self) -> bool:
        return bool(self.call)

    def writes_to(self, descriptors: Container[int]) -> bool:
        """Does it wait for whoever reads one of these?"""
        return self.call in ("write", "writev") and self.argument in descriptors


if sys.platform == "linux":
    _pread = ctypes.PyDLL(None, use_errno=True).pread
    _pread.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_long]
    _pread.restype = ctypes.c_ssize_t


class File:
    """A file in which the kernel tells something, from memory and at once.

    `os.pread` gives the interpreter away meanwhile, and waits to have it back: what two
    files say would be of two moments, and each look cost two changes of threads.
    """

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._text = ctypes.create_string_buffer(512)

    def read(self) -> bytes:
        """What it says now; `ProcessLookupError` when whom it tells of has ended."""
        length: int = _pread(self._descriptor, self._text, len(self._text), 0)
        if length > 0:
            return self._text.raw[:length]
        code = ctypes.get_errno() if length else errno.ESRCH
        raise OSError(code, os.strerror(code))

    def close(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)


class Thread:
    """A thread of this process, or of one that we may look into. Close it after use.

    Raises `OSError` where the kernel does not tell: not Linux, no leave (another
    user's process, or a hardened machine), no accounting, a thread that has ended.
    """

    def __init__(self, thread: int, process: int | None = None) -> None:
        folder = f"/proc/{process or 'self'}/task/{thread}/"
        self._schedule = File(folder + "schedstat")
        try:
            self._call = File(folder + "syscall")
        except OSError:
            self._schedule.close()
            raise
        if self.look().turns == 0:
            self.close()
            raise OSError("the kernel does not count what threads run")

    def look(self) -> Moment:
        """Where it stands now; `OSError` when it has ended."""
        place = self._call.read()
        ran, queued, turns = map(int, self._schedule.read().split())
        return Moment(ran, queued, turns, *_place(place))

    def close(self) -> None:
        self._call.close()
        self._schedule.close()


def _place(text: bytes) -> tuple[str, str, int, bool]:
    words = text.split()
    # "running", or "-1" where it is stopped outside of any call
    if len(words) < 8 or (known := CALLS.get(int(words[0]))) is None:
        return "", "", 0, False
    family, call = known
    timed = call == "futex" and int(words[4], 16) != 0
    return family, call, int(words[1], 16), timed
