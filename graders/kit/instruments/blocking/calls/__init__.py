"""The first signal: known blocking calls.

`table` lists them, `predicates` say when one waits, `cost` says how much a minor one did,
`contention` lets short waits pass. `interception` wraps the functions of the table; `wrappers`,
`files` and `sqlite` are for what must be wrapped in other ways.
"""
