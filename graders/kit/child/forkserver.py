"""The fork server: imports what the katas need once, then forks a child for each scenario.

It holds nothing worth stealing, no checks, no answers, no drawn values, runs no threads, and
speaks to the judge over its standard input, a UNIX socket: each message is one packet, and a job
comes with two descriptors (the child's channel and its output).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import NoReturn

from graders.kit.child.channel import Channel
from graders.kit.child.preload import Prepared, preload
from graders.kit.child.runner import bare_record, run
from graders.kit.instruments.clock import TimeDispatch
from graders.kit.shared import messages
from graders.kit.shared.messages import Boot, Exited, Hello, Job, Kill, Message, NotForked

LONGEST_JOB = 200 * 1024
"""Bytes of one job, which is one packet: the drawn inputs are a few hundred."""


class ForkServer:
    """Forks a child for each job, and says on the child's own channel how it ended."""

    def __init__(self, control: socket.socket, prepared: Prepared) -> None:
        self._control = control
        self._prepared = prepared
        self._running: dict[int, int] = {}
        """Process ids and, for each, the descriptor of its channel."""

    def serve(self) -> None:
        """Until the judge closes the socket, or dies."""
        wake, woken = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken)
        waiting = selectors.DefaultSelector()
        waiting.register(self._control, selectors.EVENT_READ)
        waiting.register(wake, selectors.EVENT_READ)
        try:
            while True:
                ready = {key.fileobj for key, _ in waiting.select()}
                if wake in ready:
                    os.read(wake, 4096)
                    self._reap()
                if self._control in ready and not self._take():
                    return
        finally:
            for pid in self._running:
                _kill(pid)

    def _take(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._control, LONGEST_JOB, 2)
        if not data:
            return False
        message = messages.to_fork_server(data)
        if isinstance(message, Kill) and message.pid in self._running:
            _kill(message.pid)
        if not isinstance(message, Job):
            return True
        if len(descriptors) < 2:  # there was no room for them in the table of this process
            for descriptor in descriptors:
                os.close(descriptor)
            return True
        channel, output = descriptors
        try:
            pid = os.fork()
        except OSError as error:
            _tell(channel, NotForked(f"{error.strerror}"))
            os.close(channel)
            os.close(output)
            return True
        if pid == 0:
            self._child(message, channel, output)
        os.close(output)
        self._running[pid] = channel
        return True

    def _child(self, job: Job, channel: int, output: int) -> NoReturn:
        try:
            os.setsid()
            # First of all, and not by the parent: a submission is never heard before it.
            _tell(channel, Hello(os.getpid()))
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _only(channel, output)
            os.chdir(job.folder)
            prepared = self._prepared
            grader = prepared.graders.get(job.grader)
            run(job, Channel(3, 3), prepared.instruments, grader)
        except BaseException as error:  # ours: what a submission raises ends in its record
            _tell(3, bare_record(job.scenario, "fault", f"{type(error).__name__}: {error}"))
        finally:
            os._exit(70)

    def _reap(self) -> None:
        for pid in list(self._running):
            # Look before reaping: while the leader is a zombie its group's number is not reused.
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            _kill(pid)
            _, status = os.waitpid(pid, 0)
            channel = self._running.pop(pid)
            self._sweep()
            _tell(channel, Exited(os.waitstatus_to_exitcode(status)))
            os.close(channel)

    def _sweep(self) -> None:
        """Ends what left its group and lost its parent: such orphans have become ours."""
        with contextlib.suppress(OSError):
            children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
            for pid in {int(word) for word in children.split()} - self._running.keys():
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _adopt_orphans() -> None:
    """Makes this process the parent of every descendant that loses its own (Linux)."""
    set_child_subreaper = 36
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _only(channel: int, output: int) -> None:
    """Leaves the child nothing but its own channel as 3, and its output as 1 and 2."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor, number in ((nothing, 0), (output, 1), (output, 2), (channel, 3)):
        os.dup2(descriptor, number, inheritable=number != 3)
    os.closerange(4, 65536)


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _tell(channel: int, message: Message) -> None:
    # The judge may have hung up, which is its answer to an endless child.
    with contextlib.suppress(OSError):
        os.write(channel, messages.encode(message))


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    boot = messages.to_fork_server(control.recv(LONGEST_JOB))
    assert isinstance(boot, Boot)
    # The package's own folder last, so that nothing beside it hides a library.
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())] + [os.getcwd()]
    TimeDispatch.install()
    _adopt_orphans()
    ForkServer(control, preload(boot)).serve()


if __name__ == "__main__":
    main()
