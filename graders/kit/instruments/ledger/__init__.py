"""The ledger: what the watched code started and never ended.

`tasks`, `threads` and `processes` track one kind of thing each, `lost` coroutines and
exceptions; clients and connections are tracked in `libraries`. What they share is `tracking`.
"""

from graders.kit.instruments.ledger.ledger import Ledger

__all__ = ["Ledger"]
