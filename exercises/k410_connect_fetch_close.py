"""Connect, fetch, close

A shop keeps what it sells in PostgreSQL, in `items (id, name, price)`: three
columns, of which `price` is a whole number of cents. A report asks for all
items from a certain price upwards.

- `await fetch_items(dsn, min_price)` returns all items that cost `min_price` or
  more (0 is a price, too), as they are now, ordered by `id`: a list of dicts
  like {"id": 1, "name": "tea", "price": 450}, or an empty list.
- The database picks the rows and sends no others: `min_price` reaches it as a
  parameter of the query, and is never part of the SQL text.
- Each call opens a connection of its own, and has closed all that it opened
  when it ends: after an error and after a cancellation, too.
- Errors come out as they are: those of connecting, and what the server says of
  the query.
- A call that is cancelled, while it connects or while its query waits, ends
  cancelled. Cancelled again while it cleans up, it still closes, now or soon.
- While the database takes its time, the rest of the program runs on, and so do
  other calls of `fetch_items`; no call disturbs another one.

    nox -s grade -- k410
"""


# TODO: the items that cost `min_price` or more; no connection outlives the call.
async def fetch_items(dsn: str, min_price: int) -> list[dict]:
    raise NotImplementedError
