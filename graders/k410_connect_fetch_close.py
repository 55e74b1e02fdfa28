"""k410: the code that opens a connection closes it, however the work in between ends."""

import asyncio
import socket

import pytest

from graders.kit.author import Cancelled, Observe, draw

SCHEMA = """
    CREATE TABLE stock (id int PRIMARY KEY, name text, cents int, packs int);
    CREATE VIEW items AS SELECT id, name, cents / packs AS price FROM stock;
"""
"""Items are a view, so that a row of no packs makes any query for prices fail at the server."""

PRICE = draw.whole(100_000, 999_999)

# --- scenarios: what is done to the submission, and watched -----------------------------


def stock(ids, names, price):
    """One row below the price, one at it, two above; the highest id comes first."""
    cents = [price + 1, price - 1, price, price * 2]
    rows = zip(sorted(ids, reverse=True), names, cents, strict=True)
    return [{"id": i, "name": name, "cents": c, "packs": 1} for i, name, c in rows]


async def query_waits(database, call):
    """Returns when the call's query waits for the judge's lock, or the call has ended without."""
    waiting = asyncio.ensure_future(database.in_flight())
    await asyncio.wait([call, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def still_open(database):
    """How many connections are, once the loop has had a few iterations to end them."""
    for _ in range(10):
        await asyncio.sleep(0)
    return await database.connections()


async def items_fetched(
    kata, database, ids=draw.wholes(4, 1, 999), names=draw.words(4), price=PRICE
):
    """A plain call."""
    await database.fill("stock", stock(ids, names, price))
    items = await kata.fetch_items(database.dsn, price)
    return {"items": items, "open": await still_open(database)}


async def query_failed(kata, database, ending, price=PRICE):
    """The server divides by zero as soon as it looks at a price."""
    await database.fill("stock", [{"id": 1, "name": "air", "cents": price, "packs": 0}])
    call = await ending(kata.fetch_items(database.dsn, price))
    return {"call": call, "open": await still_open(database)}


async def query_waited(
    kata, database, ids=draw.wholes(4, 1, 999), names=draw.words(4), price=PRICE
):
    """The judge holds the table until the query waits for it; then the query goes on."""
    await database.fill("stock", stock(ids, names, price))
    await database.lock("stock")
    call = asyncio.ensure_future(kata.fetch_items(database.dsn, price))
    await query_waits(database, call)
    ended_before = call.done()
    await database.unlock()
    await call
    return {"ended_before": ended_before}


async def query_cancelled(kata, database, ending, price=PRICE):
    """The caller gives up while the query waits."""
    await database.lock("stock")
    call = await ending(kata.fetch_items(database.dsn, price), cancel_when=database.in_flight())
    return {"call": call, "open": await still_open(database)}


async def nothing_listened(kata, ending, price=PRICE):
    """A port that is taken, so that nothing else listens there, and does not listen either."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dsn = f"postgresql://shop:secret@127.0.0.1:{taken.getsockname()[1]}/shop"
        return await ending(kata.fetch_items(dsn, price))


# --- checks: what must be true of what was seen -----------------------------------------


def assert_closed(seen):
    """Every connection of the call is closed, none only dropped."""
    assert not seen.open, f"when `fetch_items` had ended, {seen.open} of its connections were open"
    seen.assert_nothing_left("connection")


@pytest.mark.points(2)
async def test_the_items_are_dicts_in_order(observe: Observe):
    """The items of that price or more come back as dicts, in the order of their ids.

    - What is `type(rows[0])` of the rows that you return, and who said in which order they come?
    - `fetch` gives Records: `dict(record)` makes a dict of one. Without ORDER BY a table's rows
      come in any order: magicstack.github.io/asyncpg/current/api/index.html#record-objects.
    - `[dict(row) for row in rows]`, of `... WHERE price >= $1 ORDER BY id`.
    """
    seen = await observe(items_fetched)

    inputs, items = seen.inputs, seen.items
    expected = [
        {"id": row["id"], "name": row["name"], "price": row["cents"]}
        for row in reversed(stock(inputs.ids, inputs.names, inputs.price))
        if row["cents"] >= inputs.price
    ]
    assert type(items) is list, f"`fetch_items` returned {items!r}, which is no list"
    others = [item for item in items if type(item) is not dict]
    assert not others, f"among the items is {others[0]}, which is no plain dict"
    assert items == expected, f"`fetch_items` returned {items!r} instead of {expected!r}"


@pytest.mark.points(1)
async def test_it_closes_after_success(observe: Observe):
    """After the rows have come, the connection is closed.

    - Who closes what `asyncpg.connect` opened?
    - The server keeps a process for each open connection, and it has room for about a hundred;
      `close` ends one: magicstack.github.io/asyncpg/current/api/index.html#connection.
    - `await connection.close()`, in a `finally`.
    """
    seen = await observe(items_fetched)

    assert seen.database.connections, "`fetch_items` never connected to the database"
    assert_closed(seen)


@pytest.mark.points(2)
async def test_it_closes_after_an_error(observe: Observe):
    """When the query fails, the connection is closed, and the error comes out as it is.

    - Which line of yours runs next when `fetch` raises?
    - `finally` runs on every way out, and lets the exception go on unless it returns itself:
      docs.python.org/3/tutorial/errors.html#defining-clean-up-actions.
    - `try:` around all that uses the connection, and only `await connection.close()` in
      `finally:`.
    """
    seen = await observe(query_failed)

    assert seen.call.is_a("DivisionByZeroError"), (
        f"the query failed with DivisionByZeroError, and `fetch_items` {seen.call}"
    )
    assert_closed(seen)


@pytest.mark.points(2)
async def test_it_closes_when_it_is_cancelled(observe: Observe):
    """When it is cancelled while the query waits, the connection is closed and it ends cancelled.

    - Is a cancellation an `Exception`?
    - CancelledError is a BaseException: `except Exception` does not see it, `finally` does:
      docs.python.org/3/library/asyncio-task.html#task-cancellation.
    - Close in `finally`, and in nothing else.
    """
    seen = await observe(query_cancelled)

    assert seen.call == Cancelled(), (
        f"`fetch_items` was to be cancelled while its query waited, and {seen.call} instead"
    )
    assert_closed(seen)


@pytest.mark.points(1)
async def test_the_price_is_a_parameter(observe: Observe):
    """`min_price` reaches the database as a parameter, apart from the SQL text.

    - What would your SQL text say if `min_price` were "0 OR true"?
    - `$1` in the text stands for the first argument after it; the server never reads it as SQL:
      magicstack.github.io/asyncpg/current/usage.html.
    - `connection.fetch("... WHERE price >= $1 ...", min_price)`.
    """
    seen = await observe(items_fetched)

    sent, price = seen.database.statements, str(seen.inputs.price)
    spelled = [statement.sql for statement in sent if price in statement.sql]
    assert not spelled, f"the price, {price}, is part of the SQL text: {spelled[0]!r}"
    assert any(statement.parameters for statement in sent), (
        f"no query had a parameter that could carry the price: {[one.sql for one in sent]!r}"
    )


@pytest.mark.points(1)
async def test_a_failed_connect_says_so(observe: Observe):
    """When nothing listens at the address, the error of connecting comes out.

    - Which names have a value in `finally` when `asyncpg.connect` itself has raised?
    - A variable that was never assigned raises UnboundLocalError, which hides what went wrong:
      docs.python.org/3/reference/executionmodel.html#resolution-of-names.
    - Connect first, then `try:`.
    """
    seen = await observe(nothing_listened)

    assert seen.result.is_a("OSError"), (
        f"nothing listened at the address, and `fetch_items` {seen.result} "
        "instead of raising ConnectionRefusedError"
    )


@pytest.mark.points(1)
async def test_others_run_while_the_query_waits(observe: Observe):
    """While the database takes its time, the event loop is free for others.

    - Who can run while your code waits for the database?
    - `await` lets others run until the rows are there; `Future.result()`, `Thread.join()` and
      every driver that is not asynchronous keep it: docs.python.org/3/library/asyncio-dev.html.
    - `await` on asyncpg's own coroutines, with no thread and no loop of your own.
    """
    seen = await observe(query_waited)

    seen.assert_free()
    assert not seen.ended_before, (
        "the table was locked, and `fetch_items` ended without waiting for its rows"
    )
