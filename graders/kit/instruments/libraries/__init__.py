"""What the instruments know of one library is in one module here.

`httpx`: which clients the ledger tracks. `asyncpg`: what holds the virtual clock, and what the
ledger tracks. Executors and anyio's worker threads are part of how the clock counts threads,
and are in `clock.threads`.
"""
