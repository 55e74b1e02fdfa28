"""The ledger: what the watched code started and never ended.

`books` has tasks, threads and processes, `services` clients and connections, `unseen`
coroutines and exceptions that nobody looked at, `entries` what is written down.
"""

from graders.kit.instruments.ledger.ledger import Ledger

__all__ = ["Ledger"]
