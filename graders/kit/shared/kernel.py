"""What the kernel knows of a thread (Linux): how long it ran and queued, and where it waits.

Source: `schedstat` and `syscall` in /proc/PID/task/TID, see proc(5). At any time a thread is on a
processor, or queues for one, or is asleep. The scheduler counts the first two to the nanosecond, so
what is left of real time was sleep, however busy the machine is.

Where these files are missing, or permission to read them is denied, making a `Thread` raises
`OSError`.
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

SYSCALLS = {
    number: (family, name)
    for family, names in _NUMBERS.items()
    for name, numbers in names.items()
    if _COLUMN is not None and (number := numbers[_COLUMN]) is not None
}
"""Family and name of each system call in which a thread may wait for others, by its number on this
machine; empty on an architecture that we do not know."""

SELECTORS = frozenset(["epoll_wait", "epoll_pwait", "epoll_pwait2"])
"""System calls in which an event loop waits when it has nothing to do."""


@dataclass(frozen=True)
class ThreadState:
    """What a thread did up to now, and does. Times in nanoseconds since the thread began."""

    ran: int
    """Time on a processor."""
    queued: int
    """Time ready to run, without a processor."""
    timeslices: int
    """How often it was given a processor. If this has not changed, it did not run in between."""
    family: str = ""
    """Of the system call that it waits in; empty while it runs, or waits for a page or a signal."""
    call: str = ""
    """Name of that system call, empty likewise."""
    argument: int = 0
    """First argument of that system call: for most, a file descriptor."""
    timed: bool = False
    """Whether it waits for a futex with a time-out: Python's GIL, or a lock with a time-out."""

    @property
    def waits(self) -> bool:
        """Whether it waits in a system call that we know."""
        return bool(self.call)

    def writes_to(self, descriptors: Container[int]) -> bool:
        """Whether it waits for the reader of one of these descriptors."""
        return self.call in ("write", "writev") and self.argument in descriptors


if sys.platform == "linux":
    _pread = ctypes.PyDLL(None, use_errno=True).pread
    _pread.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_long]
    _pread.restype = ctypes.c_ssize_t


class ProcFile:
    """A file below /proc, read without releasing the GIL. Raises `OSError` if it cannot be opened.

    `os.pread` releases the GIL during the system call and then waits to get it back. Other threads
    would run in between, so the contents of two files would be of two different times, and each
    sample would cost the program two switches of threads. Functions of a `PyDLL` hold the GIL. That
    is right here because these files are answered from memory: reading them never waits.
    """

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._text = ctypes.create_string_buffer(512)

    def read(self) -> bytes:
        """Its contents now, at most 512 bytes.

        Raises `ProcessLookupError` if the thread that it belongs to has ended.
        """
        length: int = _pread(self._descriptor, self._text, len(self._text), 0)
        if length > 0:
            return self._text.raw[:length]
        code = ctypes.get_errno() if length else errno.ESRCH
        raise OSError(code, os.strerror(code))

    def close(self) -> None:
        """Close the descriptor; never raises."""
        with suppress(OSError):
            os.close(self._descriptor)


class Thread:
    """A thread of this process, or of another one that we are allowed to observe.

    Close it after use. Making one raises `OSError` where the kernel does not tell: not Linux,
    permission denied (another user's process, or a hardened machine), scheduler statistics
    switched off, a thread that has ended.
    """

    def __init__(self, thread: int, process: int | None = None) -> None:
        folder = f"/proc/{process or 'self'}/task/{thread}/"
        self._schedstat = ProcFile(folder + "schedstat")
        try:
            self._syscall = ProcFile(folder + "syscall")
        except OSError:
            self._schedstat.close()
            raise
        if self.look().timeslices == 0:
            self.close()
            raise OSError("the kernel does not count what threads run")

    def look(self) -> ThreadState:
        """Its state now. Raises `OSError` if it has ended."""
        syscall = self._syscall.read()
        ran, queued, timeslices = map(int, self._schedstat.read().split())
        return ThreadState(ran, queued, timeslices, *_waiting_in(syscall))

    def close(self) -> None:
        """Close its files; never raises."""
        self._syscall.close()
        self._schedstat.close()


def _waiting_in(syscall: bytes) -> tuple[str, str, int, bool]:
    """Family, call, argument and whether it is timed, from the contents of a `syscall` file."""
    words = syscall.split()
    # "running", or "-1" for a thread that was stopped outside of any system call.
    if len(words) < 8 or (known := SYSCALLS.get(int(words[0]))) is None:
        return "", "", 0, False
    family, call = known
    timed = call == "futex" and int(words[4], 16) != 0
    return family, call, int(words[1], 16), timed
