"""Many helpers below a coroutine, a lock on a file is taken."""

import fcntl
import threading

from tests.bench.blocking import props

FAMILY = "file"
CALL = "fcntl.flock"
PLACE = "helper"

name = props.folder() / "counter.lock"
theirs, ours = open(name, "w"), open(name, "w")
fcntl.flock(theirs, fcntl.LOCK_EX)


class Storage:
    def next_number(self) -> int:
        fcntl.flock(ours, fcntl.LOCK_EX)  # <-
        return 1


class Invoices:
    storage = Storage()

    def number(self) -> str:
        return f"2024-{self.storage.next_number():04}"

    def new(self, amount: float) -> dict[str, object]:
        return {"number": self.number(), "amount": amount}


async def checkout(invoices: Invoices) -> dict[str, object]:
    return invoices.new(12.5)


async def main() -> None:
    threading.Timer(0.3, fcntl.flock, args=[theirs, fcntl.LOCK_UN]).start()
    assert (await checkout(Invoices()))["number"] == "2024-0001"
