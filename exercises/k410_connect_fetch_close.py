"""Connect, fetch, close

A shop keeps what it sells in PostgreSQL, in `items (id, name, price)`: three
columns, of which `price` is a whole number of cents. A report asks for all
items from a certain price upwards.

- `await fetch_items(dsn, min_price)` returns the items that cost `min_price`
  or more, ordered by `id`, as a list of dicts: {"id": 1, "name": "tea", ...}.
- The database picks the rows: `min_price` reaches it as a parameter of the
  query, and is never part of the SQL text.
- Each call opens a connection of its own and has closed it when it ends:
  after an error and after a cancellation too.
- Errors come out as they are: those of the query, and those of connecting.
- While the database takes its time, the rest of the program runs on, and a
  call that is cancelled meanwhile ends cancelled.

    nox -s grade -- k410
"""


# TODO: the items that cost `min_price` or more; no connection outlives the call.
async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    raise NotImplementedError
