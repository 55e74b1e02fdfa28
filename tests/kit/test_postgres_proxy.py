"""The proxy sees what the learner's code sends, whatever driver it uses."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from graders.kit.postgres import PostgresDatabase, PostgresServer, Proxy
from graders.kit.postgres.address import Address

SCHEMA = """
CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE items (id serial PRIMARY KEY, name text, price numeric(9, 2), state state);
"""


@pytest_asyncio.fixture(scope="module")
async def database() -> AsyncIterator[PostgresDatabase]:
    server = await PostgresServer.start()
    yield await server.database("k400_proxy", SCHEMA)
    await server.stop()


@pytest_asyncio.fixture
async def proxy(database: PostgresDatabase) -> AsyncIterator[Proxy]:
    await database.reset()
    async with database.observed() as proxy:
        yield proxy


def texts(proxy: Proxy) -> list[str]:
    return [statement.sql for statement in proxy.statements]


async def test_parameters_are_seen_with_their_values(proxy: Proxy):
    """A statement's parameters arrive as text, whatever their types."""
    connection = await asyncpg.connect(proxy.dsn)
    await connection.fetch(
        "SELECT $1::int, $2::text, $3::numeric, $4::int[], $5::float8, $6::bool, $7::state",
        *(7, "it's", 9.5, [1, 2], 0.25, None, "done"),
    )
    await connection.close()

    [statement] = proxy.statements
    assert statement.parameters == 7
    assert statement.values == ["7", "it's", "9.5", "{1,2}", "0.25", None, "done"]
    assert not statement.simple


async def test_the_simple_protocol_is_distinguished(proxy: Proxy):
    """`execute` without arguments is the simple protocol, `fetch` a statement of no parameters."""
    connection = await asyncpg.connect(proxy.dsn)
    await connection.execute("SELECT 1")
    await connection.fetch("SELECT 2")
    await connection.close()

    assert [(one.simple, one.parameters) for one in proxy.statements] == [(True, 0), (False, 0)]


async def test_the_drivers_own_statements_are_internal(proxy: Proxy):
    """A pool's reset and a look-up of types are not the learner's."""
    async with asyncpg.create_pool(proxy.dsn, min_size=1, max_size=1) as pool:
        for _ in range(2):
            await pool.fetch("SELECT $1::state", "open")

    [connection] = proxy.connections
    assert texts(proxy) == ["SELECT $1::state"] * 2
    assert sum(one.internal for one in connection.statements) >= 4


async def test_transactions_are_seen(proxy: Proxy):
    """Its limits are statements, and a connection left inside one shows it."""
    connection = await asyncpg.connect(proxy.dsn)
    async with connection.transaction():
        await connection.execute("INSERT INTO items (name) VALUES ($1)", "a")
    await connection.execute("BEGIN")
    connection.terminate()
    await proxy.settle()

    assert texts(proxy) == [
        "BEGIN;",
        "INSERT INTO items (name) VALUES ($1)",
        "COMMIT;",
        "BEGIN",
    ]
    assert proxy.connections[0].status == "T"


async def test_errors_are_seen(proxy: Proxy):
    """A statement that failed has its SQLSTATE, whether in parsing or in running."""
    connection = await asyncpg.connect(proxy.dsn)
    for wrong in ("SELEC 1", "SELECT 1 / 0"):
        with pytest.raises(asyncpg.PostgresError):
            await connection.fetch(wrong)
    with pytest.raises(asyncpg.UndefinedTableError):
        await connection.execute("TABLE nowhere")
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()

    assert [one.error for one in proxy.statements] == ["42601", "22012", "42P01", None]


async def test_many_executions_count_one_by_one(proxy: Proxy):
    """`executemany` is as many statements as it has rows."""
    connection = await asyncpg.connect(proxy.dsn)
    await connection.executemany(
        "INSERT INTO items (name) VALUES ($1)", [(str(n),) for n in range(100)]
    )
    await connection.close()

    assert [one.values for one in proxy.statements] == [[str(n)] for n in range(100)]


async def test_a_cursor_shows_how_often_it_fetched(proxy: Proxy):
    """Rows that are asked for in portions are one statement with several fetches."""
    connection = await asyncpg.connect(proxy.dsn)
    async with connection.transaction():
        rows = connection.cursor("SELECT generate_series(1, 10)", prefetch=3)
        assert [row[0] async for row in rows] == list(range(1, 11))
    await connection.close()

    [statement] = [one for one in proxy.statements if "series" in one.sql]
    assert statement.fetches == 4


async def test_large_messages_pass(proxy: Proxy):
    """A parameter and an answer of several megabytes arrive unchanged."""
    connection = await asyncpg.connect(proxy.dsn)
    text = "ä" * 3_000_000
    assert await connection.fetchval("SELECT $1::text", text) == text
    await connection.close()

    assert [one.parameters for one in proxy.statements] == [1]


async def test_copy_passes(proxy: Proxy, database: PostgresDatabase):
    """COPY in both directions works, and what follows is still understood."""
    connection = await asyncpg.connect(proxy.dsn)
    records = [(n, str(n)) for n in range(2_000)]
    await connection.copy_records_to_table("items", records=records, columns=["id", "name"])
    pieces: list[bytes] = []

    async def keep(data: bytes) -> None:
        pieces.append(data)

    await connection.copy_from_query("SELECT id FROM items ORDER BY id", output=keep)
    await connection.fetch("SELECT 'after'")
    await connection.close()

    assert b"".join(pieces).split() == [str(n).encode() for n in range(2_000)]
    assert texts(proxy)[-1] == "SELECT 'after'"
    assert len(await database.rows("items")) == 2_000


async def test_a_cancelled_query_is_cancelled_at_the_server(
    proxy: Proxy, database: PostgresDatabase
):
    """A cancellation reaches the server on a connection of its own, which counts as none."""
    connection = await asyncpg.connect(proxy.dsn)
    query = asyncio.create_task(connection.fetch("SELECT pg_sleep(600)"))
    sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    async with asyncio.timeout(60):
        while not await database._admin.fetchval(sleeping):
            await asyncio.sleep(0.01)
    query.cancel()
    with pytest.raises(asyncio.CancelledError):
        await query
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()

    assert [one.error for one in proxy.statements] == ["57014", None]
    assert (proxy.cancels, len(proxy.connections)) == (1, 1)


async def test_a_query_that_times_out_is_cancelled_too(proxy: Proxy):
    """asyncpg sends the same request when its own timeout ends a query."""
    connection = await asyncpg.connect(proxy.dsn)
    with pytest.raises(TimeoutError):
        await connection.fetch("SELECT pg_sleep(600)", timeout=0.1)
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()

    assert (proxy.cancels, len(proxy.connections)) == (1, 1)


@pytest.mark.parametrize("end", ["close", "terminate", "vanish"])
async def test_a_closed_connection_is_closed_at_once(proxy: Proxy, end: str):
    """However a client ends, it is gone at the next question; a Terminate is distinguished."""
    for _ in range(10):
        connection = await asyncpg.connect(proxy.dsn)
        assert await proxy.open_connections() == 1
        if end == "close":
            await connection.close()
        elif end == "terminate":
            connection.terminate()
        else:
            connection._transport.abort()
        assert await proxy.open_connections() == 0

    assert {one.terminated for one in proxy.connections} == {end != "vanish"}
    assert not any(one.dropped for one in proxy.connections)


async def test_what_is_left_open_stays_open_in_the_facts(database: PostgresDatabase):
    """A connection that only the end of the scenario closes was not closed by the client."""
    async with database.observed() as proxy:
        left, closed = [await asyncpg.connect(proxy.dsn) for _ in range(2)]
        await closed.close()
        await proxy.settle()
    left.terminate()

    facts = proxy.facts()
    assert [one["closed"] for one in facts["connections"]] == [False, True]
    assert (facts["open_at_end"], facts["most_open"]) == (1, 2)
    assert json.loads(json.dumps(facts)) == facts


async def test_the_server_may_close_first(proxy: Proxy, database: PostgresDatabase):
    """If the server ends a connection, the client is notified, and the facts say who ended it."""
    connection = await asyncpg.connect(proxy.dsn)
    gone = asyncio.Event()
    connection.add_termination_listener(lambda _: gone.set())
    await database.reset()
    async with asyncio.timeout(30):
        await gone.wait()

    assert await proxy.open_connections() == 0
    assert [one.dropped for one in proxy.connections] == [True]


async def test_statements_at_a_lock_are_in_flight_together(
    proxy: Proxy, database: PostgresDatabase
):
    """With the table locked, as many statements wait at the server as were sent at once."""
    async with asyncpg.create_pool(proxy.dsn, min_size=4, max_size=4) as pool:
        await database.lock("items")
        reading = [asyncio.create_task(pool.fetch("SELECT FROM items")) for _ in range(6)]
        await proxy.in_flight(4)
        assert proxy.most_in_flight == 4
        await database.unlock()
        await asyncio.gather(*reading)

    assert proxy.most_in_flight == 4, "the pool has no fifth connection"
    assert len(proxy.statements) == 6


async def test_one_after_the_other_is_never_two(proxy: Proxy, database: PostgresDatabase):
    """Statements that wait for each other never come to two in flight."""
    async with asyncpg.create_pool(proxy.dsn, min_size=4, max_size=4) as pool:
        await database.lock("items")

        async def in_line() -> None:
            for _ in range(3):
                await pool.fetch("SELECT FROM items")

        reading = asyncio.create_task(in_line())
        await proxy.in_flight(1)
        both = asyncio.create_task(proxy.in_flight(2))
        await database.unlock()
        await reading
        assert not both.done()
        both.cancel()

    assert proxy.most_in_flight == 1


async def test_encryption_is_declined(proxy: Proxy):
    """A client that asks for encryption is refused it, and continues in plain text."""
    dsn = proxy.dsn.replace("sslmode=disable", "sslmode=prefer")
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


@pytest.mark.parametrize(
    "words",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        struct.pack("!ii", 8, 80877104) + struct.pack("!ii", 4, 0),
        struct.pack("!ii", 1 << 30, 196608),
        b"\0",
    ],
)
async def test_what_is_not_the_protocol_is_disconnected(proxy: Proxy, words: bytes):
    """A client that does not speak the protocol is not a connection, and disturbs no other."""
    reader, writer = await asyncio.open_connection(*address(proxy))
    writer.write(words)
    writer.write_eof()
    async with asyncio.timeout(30):
        assert await reader.read() in (b"", b"N")
    writer.close()

    connection = await asyncpg.connect(proxy.dsn)
    await connection.close()
    assert len(proxy.connections) == 1


async def test_a_broken_connection_ends_on_both_sides(proxy: Proxy):
    """What is not the protocol after the log-in is left to the server, which closes."""
    connection = await asyncpg.connect(proxy.dsn)
    connection._transport.write(b"Q\0\0\0\1")
    gone = asyncio.Event()
    connection.add_termination_listener(lambda _: gone.set())
    async with asyncio.timeout(30):
        await gone.wait()

    assert await proxy.open_connections() == 0


async def test_a_server_that_is_down_closes_the_client():
    """Without a server behind it the proxy closes the connection at once."""

    async def none() -> None:
        return None

    proxy = Proxy(Address("127.0.0.1", 1), none)
    port = await proxy.start()
    with pytest.raises((OSError, asyncpg.PostgresError)):
        await asyncpg.connect(host="127.0.0.1", port=port, user="x", database="x", ssl=False)
    await proxy.close()

    assert proxy.facts()["open_at_end"] == 0


def address(proxy: Proxy) -> tuple[str, int]:
    where = Address.parse(proxy.dsn)
    return where.host, where.port
