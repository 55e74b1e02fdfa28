"""k410: the code that opens a connection closes it, however the work in between ends."""

import asyncio
import socket
from itertools import zip_longest
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest

from graders.kit.author import Cancelled, Observe, Returned, draw

SCHEMA = """
    CREATE TABLE stock (id int PRIMARY KEY, name text, cents int, packs int);
    CREATE VIEW items AS SELECT id, name, cents / packs AS price FROM stock;
"""
"""Items are a view, so that a row of no packs makes any query for prices fail at the server."""

PRICE = draw.whole(100_000, 999_999)
NAMES = draw.words(5)
DEAREST = 2_000_000_000

# --- scenarios: what is done to the submission, and watched -----------------------------


def stock(names, price, count=1_201):
    """The highest id, which costs the price, comes first. The others cost it as well, a cent more
    or less, or what has another place in the order as text; names and prices come again."""
    cents = [price - 1, price, price + 1, 0, 9, DEAREST]
    return [
        {"id": n, "name": names[n % len(names)], "cents": cents[n % len(cents)], "packs": 1}
        for n in range(count, 0, -1)
    ]


async def counted(call, left):
    """Awaits a call, and notes in `left` how many of its connections are open at its very end:
    nothing that it has left to others runs before that."""
    import asyncpg

    made, init = [], asyncpg.Connection.__init__

    def noted(connection, *args, **kwargs):
        init(connection, *args, **kwargs)
        made.append(connection)

    with patch.object(asyncpg.Connection, "__init__", noted):
        try:
            return await call
        finally:
            left.append(sum(not connection.is_closed() for connection in made))


async def items_fetched(kata, database, ending, names=NAMES, price=PRICE):
    """Four calls, one after the other; before the second there is one item more."""
    left, rows = [], stock(names, price)

    async def fetch(least):
        return await ending(counted(kata.fetch_items(database.dsn, least), left))

    await database.fill("stock", rows[1:])
    first = await fetch(price)
    await database.fill("stock", rows[:1])
    calls = [first, await fetch(price), await fetch(0), await fetch(DEAREST + 1)]
    await asyncio.sleep(1.0)  # what a call has left to others is over before time goes on
    return {"fetched": calls, "open": left}


async def query_failed(kata, database, ending, price=PRICE):
    """The server divides by zero as soon as it looks at a price."""
    await database.fill("stock", [{"id": 1, "name": "air", "cents": price, "packs": 0}])
    left = []
    call = await ending(counted(kata.fetch_items(database.dsn, price), left), then=1.0)
    return {"call": call, "open": left}


async def queries_waited(kata, database, ending, names=NAMES, price=PRICE):
    """While the judge holds the table, a call waits for it, and then four others; when all five do,
    the first is cancelled, and the others may go on."""
    await database.fill("stock", stock(names, price, 13))
    alone = await ending(kata.fetch_items(database.dsn, price))
    await database.lock("stock")
    others, waited = [], []

    async def all_wait():
        await database.in_flight()
        for _ in range(4):
            others.append(asyncio.ensure_future(ending(kata.fetch_items(database.dsn, price))))
        waited.append(await database.in_flight(5))

    await ending(kata.fetch_items(database.dsn, price), cancel_when=all_wait())
    await database.unlock()
    together = [await other for other in others]
    return {"alone": alone, "all_waited": bool(waited), "together": together}


async def connecting_cancelled(kata, ending, price=PRICE):
    """The caller gives up on a server that accepts the connection and says nothing."""
    came, left = asyncio.Event(), asyncio.Event()

    class Silent(asyncio.Protocol):
        def connection_made(self, _):
            came.set()

        def connection_lost(self, _):
            left.set()

    server = await asyncio.get_running_loop().create_server(Silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    dsn = f"postgresql://shop:secret@127.0.0.1:{port}/shop?sslmode=disable"
    call = await ending(kata.fetch_items(dsn, price), cancel_when=came.wait())
    hung_up = await ending(asyncio.wait_for(left.wait(), 1.0))
    server.close()
    return {"call": call, "hung_up": hung_up}


async def query_cancelled(kata, database, ending, price=PRICE):
    """The caller gives up while the query waits."""
    await database.lock("stock")
    left = []
    fetch = counted(kata.fetch_items(database.dsn, price), left)
    call = await ending(fetch, cancel_when=database.in_flight(), then=1.0)
    return {"call": call, "open": left}


async def cancelled_again(kata, database, ending, price=PRICE):
    """The caller gives up, and gives up once more while the call cleans up after the query."""
    await database.lock("stock")
    left = []
    call = asyncio.ensure_future(counted(kata.fetch_items(database.dsn, price), left))

    async def cancelled_once():
        await database.in_flight()
        call.cancel()
        for _ in range(3):
            await asyncio.sleep(0)

    ended = await ending(call, cancel_when=cancelled_once(), then=1.0)
    return {"call": ended, "open": left}


async def nobody_served(kata, database, ending, price=PRICE):
    """A port where nothing listens, since it is taken; and a server without that database."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        refused = await ending(
            kata.fetch_items(f"postgresql://shop:secret@127.0.0.1:{port}/shop", price)
        )
    unknown = urlsplit(database.dsn)._replace(path="/nowhere").geturl()
    no_database = await ending(kata.fetch_items(unknown, price))
    return {"port": port, "refused": refused, "no_database": no_database}


# --- checks: what must be true of what was seen -----------------------------------------


def assert_closed(seen, how):
    """Every connection of each call was closed when the call ended."""
    leaks = [leak.call for leak in seen.leaks if leak.family == "connection"]
    for number in seen.open:
        assert not number, (
            f"`fetch_items` {how}, and when it ended {number} connection of "
            f"`{next(iter(leaks), 'asyncpg.connect')}` was still open"
        )


def assert_cancelled(seen, moment):
    """The call ended cancelled; if not, what blocked the loop meanwhile is the cause."""
    if seen.call != Cancelled():
        seen.assert_free()
    assert seen.call == Cancelled(), (
        f"`fetch_items` was to be cancelled {moment}, and {seen.call} instead"
    )


def items_of(rows, price):
    """What is due, for the rows of the stock."""
    items = [{"id": row["id"], "name": row["name"], "price": row["cents"]} for row in rows]
    return sorted((one for one in items if one["price"] >= price), key=lambda one: one["id"])


def difference(call, due):
    """What tells a call from one that returned what was due, in words; nothing if all is well."""
    if not isinstance(call, Returned) or type(call.value) is not list:
        return f"{call} instead of a list"
    items = call.value
    for item in items:
        if type(item) is not dict:
            return f"returned a list with {item}, which is no plain dict"
    told = (
        "returned a list in which "
        if len(items) == len(due)
        else (f"returned {len(items)} items where {len(due)} were due: ")
    )
    for place, (item, other) in enumerate(zip_longest(items, due), 1):
        if item is None:
            return f"{told}item {place}, {other}, is missing"
        if other is None:
            return f"{told}item {place}, {item}, is too many"
        # As text, because 7 equals 7.0.
        if repr(sorted(item.items())) != repr(sorted(other.items())):
            return f"{told}item {place} is {item} instead of {other}"
    return ""


@pytest.mark.points(2)
async def test_the_items_are_dicts_in_order(observe: Observe):
    """The items of that price or more come back as dicts, all of them, in the order of their ids.

    - What is `type(rows[0])` of the rows that you return, and who said in which order they come?
    - `fetch` gives Records: `dict(record)` makes a dict of one. Without ORDER BY a table's rows
      come in any order: magicstack.github.io/asyncpg/current/api/index.html#record-objects.
    - `[dict(row) for row in rows]`, of `... WHERE price >= $1 ORDER BY id`.
    """
    seen = await observe(items_fetched)

    price = seen.inputs.price
    rows = stock(seen.inputs.names, price)
    due = [(price, rows[1:]), (price, rows), (0, rows), (DEAREST + 1, rows)]
    for call, (least, there) in zip(seen.fetched, due, strict=True):
        wrong = difference(call, items_of(there, least))
        assert not wrong, f"`fetch_items(dsn, {least})` {wrong}"


@pytest.mark.points(1)
async def test_it_closes_after_success(observe: Observe):
    """When the rows have come, the connection is closed before the call returns.

    - Who closes what `asyncpg.connect` opened, and when?
    - The server keeps a process for each open connection, and it has room for about a hundred;
      `close` ends one: magicstack.github.io/asyncpg/current/api/index.html#connection.
    - `await connection.close()`, in a `finally`.
    """
    seen = await observe(items_fetched)

    assert_closed(seen, "had its rows")


@pytest.mark.points(2)
async def test_it_closes_after_an_error(observe: Observe):
    """When the query fails, the connection is closed, and the error comes out as it is.

    - Which line of yours runs next when `fetch` raises?
    - `finally` runs on every way out, and lets the exception go on unless it returns itself:
      docs.python.org/3/tutorial/errors.html#defining-clean-up-actions.
    - `try:` around all that uses the connection, and only `await connection.close()` in
      `finally:`.
    """
    seen, due = await observe(query_failed), await observe.reference(query_failed)

    assert str(seen.call) == str(due.call), (
        f"the query {due.call}, and `fetch_items` {seen.call} instead"
    )
    assert_closed(seen, "raised the error of its query")


@pytest.mark.points(2)
async def test_it_closes_when_it_is_cancelled(observe: Observe):
    """When it is cancelled while the query waits, the connection is closed and it ends cancelled.

    - Is a cancellation an `Exception`?
    - CancelledError is a BaseException: `except Exception` does not see it, `finally` does:
      docs.python.org/3/library/asyncio-task.html#task-cancellation.
    - Close in `finally`, before anything else that it awaits, and in nothing else.
    """
    for scenario, moment in (
        (query_cancelled, "while its query waited"),
        (cancelled_again, "while its query waited, and once more while it cleaned up"),
    ):
        seen = await observe(scenario)
        assert_cancelled(seen, moment)
        assert_closed(seen, f"was cancelled {moment}")


@pytest.mark.points(1)
async def test_the_price_is_a_parameter(observe: Observe):
    """The database picks the rows, by a `min_price` that is a parameter apart from the SQL text.

    - What would your SQL text say if `min_price` were "0 OR true"?
    - `$1` in the text stands for the first argument after it; the server never reads it as SQL:
      magicstack.github.io/asyncpg/current/usage.html.
    - `connection.fetch("... WHERE price >= $1 ...", min_price)`.
    """
    seen = await observe(queries_waited)

    sent, price = seen.database.statements, seen.inputs.price
    spelled = [one.sql for one in sent if str(price) in one.sql or str(price - 1) in one.sql]
    assert not spelled, f"the price, {price}, is part of the SQL text: {spelled[0]!r}"
    assert any(one.parameters for one in sent), (
        f"no query had a parameter that could carry the price: {[one.sql for one in sent]!r}"
    )
    rows = stock(seen.inputs.names, price, 13)
    most, due = max(sent, key=lambda one: one.rows), len(items_of(rows, price))
    assert most.rows <= due, (
        f"of {len(rows)} items, {due} cost {price} or more, and the database sent {most.rows} rows "
        f"for {most.sql!r}"
    )


@pytest.mark.points(1)
async def test_a_failed_connect_says_so(observe: Observe):
    """When connecting fails or is cancelled, exactly that comes out, and nothing stays open.

    - Which names have a value in `finally` when `asyncpg.connect` itself has raised?
    - A variable that was never assigned raises UnboundLocalError, which hides what went wrong:
      docs.python.org/3/reference/executionmodel.html#resolution-of-names.
    - Connect first, then `try:`.
    """
    seen, due = await observe(nobody_served), await observe.reference(nobody_served)

    for why, name in (
        ("nothing listened at the address", "refused"),
        ("the server had no such database", "no_database"),
    ):
        told = [str(one.result[name]).replace(str(one.port), "…") for one in (due, seen)]
        assert told[0] == told[1], (
            f"{why}: connecting {told[0]}, and `fetch_items` {told[1]} instead"
        )

    seen = await observe(connecting_cancelled)

    assert_cancelled(seen, "while it connected")
    assert seen.hung_up == Returned(True), (
        "`fetch_items` was cancelled while it connected, and went on connecting"
    )


@pytest.mark.points(1)
async def test_others_run_while_the_query_waits(observe: Observe):
    """While the database takes its time, the event loop is free for others, other calls too.

    - Who can run while your code waits for the database? Do two calls share anything?
    - `await` lets others run until the rows are there; `Future.result()`, `Thread.join()` and
      every driver that is not asynchronous keep it: docs.python.org/3/library/asyncio-dev.html.
    - `await` on asyncpg's own coroutines, with no thread, no lock and nothing global.
    """
    seen = await observe(queries_waited)

    seen.assert_free()
    assert seen.all_waited, (
        "while a call waited for its rows, four others did not all come to ask for them"
    )
    for other in seen.together:
        assert str(other) == str(seen.alone), (
            f"of five calls that waited one was cancelled, and another {other} "
            "instead of what it returns alone"
        )
