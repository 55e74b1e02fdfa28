"""A kata's database belongs to the judge, and the learner may use its rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import asyncpg
import pytest
import pytest_asyncio

from graders.kit.postgres import PostgresDatabase, PostgresServer

SCHEMA = """
CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE items (
    id serial PRIMARY KEY, name text NOT NULL DEFAULT 'thing', price numeric(9, 2), day date,
    doc jsonb, raw bytea, tags text[], state state, at timestamptz
);
CREATE TABLE "Odd ""name" ("a b" int GENERATED ALWAYS AS IDENTITY, j json);
CREATE TABLE parts (id bigint PRIMARY KEY, item int REFERENCES items);
CREATE VIEW names AS SELECT name FROM items;
"""


@pytest_asyncio.fixture(scope="module")
async def server() -> AsyncIterator[PostgresServer]:
    server = await PostgresServer.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="module")
async def made(server: PostgresServer) -> PostgresDatabase:
    return await server.database("k400_laws", SCHEMA)


@pytest_asyncio.fixture
async def database(made: PostgresDatabase) -> PostgresDatabase:
    await made.reset()
    return made


async def test_rows_are_plain_data(database: PostgresDatabase):
    """What was filled in comes back as plain data, converted by the server."""
    row = {
        "id": 7,
        "name": "ä'\"\\",
        "price": "9.5",
        "day": "2026-01-31",
        "doc": {"a": [1, None]},
        "raw": b"\0\1",
        "tags": ["x", "y"],
        "state": "done",
        "at": "2026-01-31T12:00:00+01:00",
    }
    await database.fill("items", [row])

    expected = {**row, "price": "9.50", "at": "2026-01-31T11:00:00+00:00"}
    assert await database.rows("items") == [expected]


async def test_objects_may_be_filled_in_too(database: PostgresDatabase):
    """The judge's own dates and decimals are converted like their texts."""
    await database.fill("items", [{"price": Decimal("1.25"), "day": date(2026, 1, 31)}])

    [row] = await database.rows("items")
    assert (row["price"], row["day"], row["name"]) == ("1.25", "2026-01-31", "thing")


async def test_rows_are_ordered_by_all_columns(database: PostgresDatabase):
    """The order is the columns' own, from the left: numbers by value, text by code point."""
    await database.fill("parts", [{"id": n} for n in (10, 9, 100)])
    await database.fill("items", [{"id": n, "name": name} for n, name in ((2, "b"), (1, "é"))])

    assert [row["id"] for row in await database.rows("parts")] == [9, 10, 100]
    assert [row["id"] for row in await database.rows("items")] == [1, 2]


async def test_names_are_quoted(database: PostgresDatabase):
    """A table and a column may be called anything; JSON without an order sorts by its text."""
    await database.fill('Odd "name', [{"a b": 2, "j": {"x": 1}}, {"a b": 1, "j": [3]}])

    found = await database.rows('Odd "name')
    assert found == [{"a b": 1, "j": [3]}, {"a b": 2, "j": {"x": 1}}]


async def test_sequences_go_on_after_what_was_filled_in(database: PostgresDatabase):
    """A key that the judge filled in is not used again."""
    await database.fill("items", [{"id": 40}])
    await database.fill("items", [{"name": "next"}])

    assert [row["id"] for row in await database.rows("items")] == [40, 41]


async def test_a_failed_fill_leaves_nothing(database: PostgresDatabase):
    """Rows go in all or none, and the database can be used afterwards."""
    with pytest.raises(asyncpg.UniqueViolationError):
        await database.fill("items", [{"id": 1}, {"id": 1, "name": "other"}])

    assert await database.rows("items") == []


async def test_reset_empties_everything(database: PostgresDatabase):
    """After a reset there are no rows, and sequences start where they did at first."""
    await database.fill("items", [{"name": "a"}, {"name": "b"}])
    await database.fill("parts", [{"id": 1, "item": 1}])
    await database.reset()

    assert await database.rows("items") == await database.rows("parts") == []
    await database.fill("items", [{"name": "c"}])
    assert [row["id"] for row in await database.rows("items")] == [1]


async def test_reset_ends_the_learners_connections(database: PostgresDatabase):
    """An open transaction of the learner's code does not hold up the next scenario."""
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        await connection.execute("BEGIN; INSERT INTO items (id) VALUES (1); LOCK TABLE items")
        await database.reset()
        assert await database.rows("items") == []
        connection.terminate()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER ROLE CURRENT_USER SET search_path = nowhere",
        "ALTER ROLE CURRENT_USER IN DATABASE {0} SET default_transaction_read_only = on",
        "ALTER ROLE CURRENT_USER PASSWORD 'mine'",
        "SELECT lo_create(4711)",
    ],
)
async def test_reset_takes_back_what_a_role_may_do_to_itself(
    database: PostgresDatabase, statement: str
):
    """Nothing that one scenario leaves behind reaches the next."""
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        await connection.execute(statement.format(database.name))
        await connection.close()
        await database.reset()
        connection = await asyncpg.connect(proxy.dsn)
        await connection.execute("INSERT INTO items DEFAULT VALUES; SELECT lo_create(4711)")
        await connection.close()


async def test_a_lock_holds_readers_until_it_is_released(database: PostgresDatabase):
    """A reader of a locked table waits, and then sees what the judge did meanwhile."""
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        await database.lock("items")
        reading = asyncio.create_task(connection.fetchval("SELECT count(*) FROM items"))
        await proxy.in_flight(1)
        assert not reading.done()
        await database.fill("items", [{"name": "a"}])
        await database.unlock()

        assert await reading == 1
        await connection.close()


async def test_a_lock_that_is_not_acquired_is_an_error(database: PostgresDatabase, monkeypatch):
    """A transaction that never ends does not stop the judge forever."""
    monkeypatch.setattr("graders.kit.postgres.sql.LOCK_TIMEOUT", 1)
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        await connection.execute("BEGIN; SELECT FROM items")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await database.lock("items")
        assert await database.rows("items") == [], "the judge's connection is free again"
        connection.terminate()


@pytest.mark.parametrize(
    "statement", ["SELECT name FROM names", "INSERT INTO items DEFAULT VALUES"]
)
async def test_the_learner_may_use_rows(database: PostgresDatabase, statement: str):
    """Reading, through a view too, and writing with a sequence are allowed."""
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        await connection.execute(statement)
        await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "CREATE TEMPORARY TABLE mine ()",
        "CREATE SCHEMA mine",
        "TRUNCATE items",
        "DROP TABLE items",
        "ALTER TABLE items ADD x int",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "COPY items TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT setval('items_id_seq', 99)",
        "SET session_replication_role = replica",
        "SET ROLE judge",
    ],
)
async def test_the_learner_may_do_nothing_else(database: PostgresDatabase, statement: str):
    """Whatever is not rows is refused."""
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
        await connection.close()


@pytest.mark.parametrize("other", ["postgres", "template1", "neighbour"])
async def test_the_learner_enters_no_other_database(
    server: PostgresServer, database: PostgresDatabase, other: str
):
    """No other database lets the learner's role in."""
    neighbour = await server.database("k401_neighbour", "CREATE TABLE t ()")
    name = neighbour.name if other == "neighbour" else other
    async with database.observed() as proxy:
        with pytest.raises(
            asyncpg.InsufficientPrivilegeError, match="permission denied for database"
        ):
            await asyncpg.connect(proxy.dsn, database=name)


async def test_a_password_is_needed(database: PostgresDatabase):
    """Without the password of the run, no process on this machine can log in."""
    async with database.observed() as proxy:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(proxy.dsn, password="guess")


async def test_a_name_can_be_used_again(server: PostgresServer):
    """A second database of one name takes the place of the first, and is empty."""
    schema = "CREATE TABLE a (n int); INSERT INTO a VALUES (1)"
    for _ in range(2):
        database = await server.database("k402_again", schema)
        assert await database.rows("a") == []
        await database.fill("a", [{"n": 2}])


async def test_a_schema_that_fails_is_the_graders_fault(server: PostgresServer):
    """A mistake in the schema is a ValueError with PostgreSQL's own words."""
    with pytest.raises(ValueError, match=r"the schema of kata_.*_k403_bad fails: syntax error"):
        await server.database("k403_bad", "CREATE TABEL a ()")
