"""k410: a connection is closed by whoever opened it, however the work in between ends."""

import asyncio
import socket

import pytest

from graders.kit.author import Observe, draw

SCHEMA = """
    CREATE TABLE stock (id int PRIMARY KEY, name text, cents int, packs int);
    CREATE VIEW items AS SELECT id, name, cents / packs AS price FROM stock;
"""
"""Items are a view, so that a row of no packs makes any query for prices fail at the server."""

# --- scenarios: what is done to the submission, and watched -----------------------------


def stock(ids, names, price):
    """One row below the price, one at it, two above; the highest id comes first."""
    cents = [price + 1, price - 1, price, price * 2]
    rows = zip(sorted(ids, reverse=True), names, cents, strict=True)
    return [{"id": i, "name": name, "cents": c, "packs": 1} for i, name, c in rows]


async def ending(awaitable):
    """What it returned, or what it raised."""
    try:
        return {"returned": await awaitable}
    except NotImplementedError:
        raise  # still to be written: that is no way to end
    except Exception as error:
        return {"raised": error}


async def query_waits(database, call):
    """Returns when the call's query waits for the judge's lock, or the call has ended without."""
    waiting = asyncio.ensure_future(database.in_flight())
    await asyncio.wait([call, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def still_open(database):
    """How many connections are, once the loop has had a few turns to end them."""
    for _ in range(10):
        await asyncio.sleep(0)
    return await database.connections()


async def items_fetched(
    kata,
    database,
    ids=draw.wholes(4, 1, 999),
    names=draw.words(4),
    price=draw.whole(100_000, 999_999),
):
    """A plain call."""
    await database.fill("stock", stock(ids, names, price))
    items = await kata.fetch_items(database.dsn, price)
    return {"items": items, "open": await still_open(database)}


async def query_failed(kata, database, price=draw.whole(100_000, 999_999)):
    """The server divides by zero as soon as it looks at a price."""
    await database.fill("stock", [{"id": 1, "name": "air", "cents": price, "packs": 0}])
    call = await ending(kata.fetch_items(database.dsn, price))
    return {"call": call, "open": await still_open(database)}


async def query_waited(
    kata,
    database,
    ids=draw.wholes(4, 1, 999),
    names=draw.words(4),
    price=draw.whole(100_000, 999_999),
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


async def query_cancelled(kata, database, price=draw.whole(100_000, 999_999)):
    """Nobody is interested any more in the rows of a query that waits."""
    await database.lock("stock")
    call = asyncio.ensure_future(kata.fetch_items(database.dsn, price))
    await query_waits(database, call)
    call.cancel()
    await asyncio.wait([call])
    ended = {"was": "cancelled"} if call.cancelled() else await ending(call)
    return {"call": ended, "open": await still_open(database)}


async def nobody_listened(kata, price=draw.whole(100_000, 999_999)):
    """A port that is taken, so that nobody else listens there, and does not listen either."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dsn = f"postgresql://shop:secret@127.0.0.1:{taken.getsockname()[1]}/shop"
        return await ending(kata.fetch_items(dsn, price))


# --- checks: what must be true of what was seen -----------------------------------------


def told(ending):
    """An ending as a message says it: "returned []", "raised OSError: ...", "was cancelled"."""
    return " ".join(f"{how} {what}" for how, what in ending.items())


def left(seen):
    """What is left of the call's connections, in words; nothing, where all are closed."""
    leaks = [leak.call for leak in seen.leaks if leak.family == "connection"]
    if count := seen.result["open"]:
        return f"{count} connection{'s' if count > 1 else ''} open"
    return f"a connection that was dropped, and not closed ({leaks[0]})" if leaks else ""


@pytest.mark.points(2)
async def test_the_items_are_dicts_in_order(observe: Observe):
    """The items of that price or more come back as dicts, in the order of their ids.

    - What is `type(rows[0])` of the rows that you return, and who said in which order they come?
    - `fetch` gives Records: `dict(record)` makes a dict of one. Without ORDER BY a table's rows
      come in any order: magicstack.github.io/asyncpg/current/api/index.html#record-objects.
    - `[dict(row) for row in rows]`, of `... WHERE price >= $1 ORDER BY id`.
    """
    seen = await observe(items_fetched)

    inputs, items = seen.inputs, seen.result["items"]
    expected = [
        {"id": row["id"], "name": row["name"], "price": row["cents"]}
        for row in reversed(stock(inputs.ids, inputs.names, inputs.price))
        if row["cents"] >= inputs.price
    ]
    assert type(items) is list, f"`fetch_items` returned {items!r} where a list was due"
    others = [item for item in items if type(item) is not dict]
    assert not others, f"among the items is {others[0]}, where a plain dict was due"
    assert items == expected, f"`fetch_items` returned {items!r} where {expected!r} was due"


@pytest.mark.points(1)
async def test_it_closes_after_success(observe: Observe):
    """After the rows have come, the connection is closed.

    - Who closes what `asyncpg.connect` opened?
    - The server keeps a process for each open connection, and it has room for about a hundred;
      `close` ends one: magicstack.github.io/asyncpg/current/api/index.html#connection.
    - `await connection.close()`, in a `finally`.
    """
    seen = await observe(items_fetched)

    assert seen.extras["database"]["connections"], "`fetch_items` never connected to the database"
    assert not left(seen), f"`fetch_items` had returned, and left {left(seen)}"


@pytest.mark.points(2)
async def test_it_closes_after_an_error(observe: Observe):
    """When the query fails, the connection is closed, and the error comes out as it is.

    - Which line of yours runs next when `fetch` raises?
    - `finally` runs on every way out, and hands the exception on unless it returns itself:
      docs.python.org/3/tutorial/errors.html#defining-clean-up-actions.
    - `try:` around all that uses the connection, and only `await connection.close()` in
      `finally:`.
    """
    seen = await observe(query_failed)

    call, error = seen.result["call"], seen.result["call"].get("raised")
    assert error is not None, (
        f"the query failed with DivisionByZeroError, and `fetch_items` {told(call)}: "
        "nobody learns that it failed"
    )
    assert error.is_a("DivisionByZeroError"), (
        f"the query failed with DivisionByZeroError, and `fetch_items` raised {error}"
    )
    assert not left(seen), f"the query failed, and `fetch_items` left {left(seen)}"


@pytest.mark.points(2)
async def test_it_closes_when_it_is_cancelled(observe: Observe):
    """When it is cancelled while the query waits, the connection is closed and it ends cancelled.

    - Is a cancellation an `Exception`?
    - CancelledError is a BaseException: `except Exception` does not see it, `finally` does:
      docs.python.org/3/library/asyncio-task.html#task-cancellation.
    - Close in `finally`, and in nothing else.
    """
    seen = await observe(query_cancelled)

    call = seen.result["call"]
    assert call == {"was": "cancelled"}, (
        f"`fetch_items` was to be cancelled while its query waited, and {told(call)} instead"
    )
    assert not left(seen), (
        f"`fetch_items` was cancelled while its query waited, and left {left(seen)}"
    )


@pytest.mark.points(1)
async def test_the_price_is_a_parameter(observe: Observe):
    """`min_price` reaches the database as a parameter, apart from the SQL text.

    - What would your SQL text say if `min_price` were "0 OR true"?
    - `$1` in the text stands for the first argument after it; the server never reads it as SQL:
      magicstack.github.io/asyncpg/current/usage.html.
    - `connection.fetch("... WHERE price >= $1 ...", min_price)`.
    """
    seen = await observe(items_fetched)

    connections = seen.extras["database"]["connections"]
    sent = [one for c in connections for one in c["statements"] if not one["internal"]]
    spelled = [one["sql"] for one in sent if str(seen.inputs.price) in one["sql"]]
    assert not spelled, f"the price, {seen.inputs.price}, is part of the SQL text: {spelled[0]!r}"
    texts = [one["sql"] for one in sent]
    assert any(one["parameters"] for one in sent), (
        f"no query had a parameter that could carry the price; these were sent: {texts!r}"
    )


@pytest.mark.points(1)
async def test_a_failed_connect_says_so(observe: Observe):
    """When nobody listens at the address, the error of connecting comes out.

    - Which names have a value in `finally` when `asyncpg.connect` itself has raised?
    - A variable that was never assigned raises UnboundLocalError, which hides what went wrong:
      docs.python.org/3/reference/executionmodel.html#resolution-of-names.
    - Connect first, then `try:`.
    """
    seen = await observe(nobody_listened)

    error = seen.result.get("raised")
    assert error is not None, (
        f"nobody listened at the address, and `fetch_items` {told(seen.result)}"
    )
    assert error.is_a("OSError"), (
        f"nobody listened at the address, and `fetch_items` raised {error}: "
        "ConnectionRefusedError was due"
    )


@pytest.mark.points(1)
async def test_others_run_while_the_query_waits(observe: Observe):
    """While the database takes its time, the event loop is free for others.

    - Who can run while your code waits for the database?
    - `await` gives the loop away until the rows are there; `Future.result()`, `Thread.join()` and
      every driver that is not asynchronous keep it: docs.python.org/3/library/asyncio-dev.html.
    - `await` on asyncpg's own coroutines, with no thread and no loop of your own.
    """
    seen = await observe(query_waited)

    assert not seen.blocking, f"{seen.blocking[0].call} held the event loop while the query waited"
    assert not seen.result["ended_before"], (
        "the table was locked, and `fetch_items` ended without waiting for its rows"
    )
