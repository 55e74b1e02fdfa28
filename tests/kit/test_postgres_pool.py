"""Several databases of one kata, and statements that the judge runs itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from graders.kit.postgres import DatabasePool, PostgresDatabase, PostgresServer, Unavailable
from graders.kit.postgres.embedded import Embedded

SCHEMA = """
CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE items (id serial PRIMARY KEY, n int, state state, doc jsonb);
CREATE TABLE parts (id bigint PRIMARY KEY, item int REFERENCES items);
"""

TIMEOUT = 60
"""Seconds for what takes milliseconds on an idle machine."""


@pytest_asyncio.fixture(scope="module")
async def server() -> AsyncIterator[PostgresServer]:
    server = await PostgresServer.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def pool(server: PostgresServer) -> DatabasePool:
    return DatabasePool(server, "k400_pool", SCHEMA, size=3)


@pytest_asyncio.fixture
async def database(pool: DatabasePool) -> AsyncIterator[PostgresDatabase]:
    async with pool.database() as database:
        yield database


async def insert(database: PostgresDatabase, n: int) -> None:
    """What a learner's code does, through a proxy."""
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        await connection.execute("INSERT INTO items (n, state) VALUES ($1, 'open')", n)
        await connection.close()


# --- the pool ----------------------------------------------------------------------------


async def test_scenarios_side_by_side_have_a_database_each(pool: DatabasePool):
    """What one scenario writes and locks, another one does not notice."""
    async with pool.database() as one, pool.database() as two, pool.database() as three:
        await one.lock("items")
        for n, database in enumerate((two, three)):
            await insert(database, n)
        await one.unlock()

        found = [[row["n"] for row in await each.rows("items")] for each in (one, two, three)]
        assert found == [[], [0], [1]]
        assert len({one.name, two.name, three.name}) == 3


async def test_a_database_is_reset_when_it_is_handed_out_again(pool: DatabasePool):
    """The next scenario has the same database, with no row and with sequences at their start."""
    async with pool.database() as database:
        await insert(database, 1)
        first = database
    async with pool.database() as database:
        assert database is first
        assert await database.rows("items") == []
        await insert(database, 2)
        assert [row["id"] for row in await database.rows("items")] == [1]


async def test_databases_are_made_when_they_are_needed(server: PostgresServer):
    """One scenario after the other uses one database, however large the pool is."""
    pool = DatabasePool(server, "k400_lazy", SCHEMA, size=3)
    for _ in range(3):
        async with pool.database():
            pass

    count = "SELECT count(*) FROM pg_database WHERE datname ~ '_k400_lazy(-.*)?$'"
    assert await server._admin.fetchval(count) == 1


async def test_who_comes_when_all_are_in_use_waits(server: PostgresServer):
    """No more than `size` scenarios have a database; the next one gets the first that is free."""
    pool = DatabasePool(server, "k400_pool", SCHEMA, size=1)
    entered = asyncio.Event()

    async def enter() -> str:
        async with pool.database() as database:
            entered.set()
            return database.name

    async with pool.database() as database:
        waiting = asyncio.create_task(enter())
        await database.rows("items")
        assert not entered.is_set()
    assert await waiting == database.name


@pytest.mark.parametrize("damage", ["connection", "database", "table"])
async def test_a_broken_database_is_repaired(
    server: PostgresServer, pool: DatabasePool, damage: str
):
    """Whatever has happened to a database, the next scenario has one that works."""
    async with pool.database() as database:
        match damage:
            case "connection":
                database.close()
            case "database":
                await server._drop(database.name)
            case "table":
                await database._connection.execute("DROP TABLE items CASCADE")
    async with pool.database() as database:
        await insert(database, 1)
        assert [row["n"] for row in await database.rows("items")] == [1]


async def test_a_schema_that_fails_is_reported_by_the_pool(server: PostgresServer):
    """A mistake in the schema is a ValueError, for the first database and for the template."""
    pool = DatabasePool(server, "k400_bad", "CREATE TABEL a ()", size=2)
    with pytest.raises(ValueError, match=r"k400_bad fails: syntax error"):
        async with pool.database():
            pass
    with pytest.raises(ValueError, match=r"k400_bad-template fails: syntax error"):
        await server.database("k400_bad", "CREATE TABEL a ()", number=2)


async def test_another_schema_replaces_all_databases_of_a_kata(server: PostgresServer):
    """When a kata's tables change, its old databases and their template are dropped."""
    for kind in ("int", "text"):
        pool = DatabasePool(server, "k400_changed", f"CREATE TABLE t (n {kind})", size=2)
        async with pool.database(), pool.database() as second:
            await second.execute("INSERT INTO t VALUES ('7')")

    names = await server._admin.fetchval(
        "SELECT array_agg(datname::text) FROM pg_database WHERE datname ~ '_k400_changed(-.*)?$'"
    )
    first = second.name.removesuffix("-2")
    assert set(names) == {first, f"{first}-2", f"{first}-template"}


@pytest.mark.parametrize("schema", ["", " \n", "-- nothing yet", "/* nothing */;"])
async def test_a_kata_may_have_no_tables(server: PostgresServer, schema: str):
    """An empty schema is a database without tables, in which statements can run."""
    pool = DatabasePool(server, "k400_empty", schema, size=2)
    async with pool.database() as one, pool.database() as two:
        for database in (one, two):
            async with database.observed() as proxy:
                connection = await asyncpg.connect(proxy.dsn)
                assert await connection.fetchval("SELECT 1") == 1
                await connection.close()
            assert await database.fetch("SELECT 2 AS n") == [{"n": 2}]
            await database.reset()


# --- the judge's own statements ----------------------------------------------------------


async def test_the_judge_runs_statements_of_its_own(database: PostgresDatabase):
    """Statements with and without arguments change rows; what they return is plain data."""
    await database.execute("INSERT INTO items (n) VALUES (1); INSERT INTO items (n) VALUES (2)")
    await database.execute("UPDATE items SET n = n + $1, doc = $2", 10, {"a": [1]})

    found = await database.fetch("SELECT n, doc FROM items WHERE n > $1 ORDER BY n", 0)
    assert found == [{"n": 11, "doc": {"a": [1]}}, {"n": 12, "doc": {"a": [1]}}]
    await database.execute("TRUNCATE items CASCADE; SELECT setval('items_id_seq', 50)")
    await database.execute("")
    await insert(database, 3)
    assert [row["id"] for row in await database.rows("items")] == [51]


async def test_its_statements_meet_the_learners(database: PostgresDatabase):
    """The judge notifies the learner's connection, holds a row against it, and ends it."""
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        await connection.execute("INSERT INTO items (n) VALUES (1)")
        heard: asyncio.Queue[str] = asyncio.Queue()
        await connection.add_listener("news", lambda *event: heard.put_nowait(event[-1]))
        await database.execute("SELECT pg_notify('news', $1)", "hello")
        async with asyncio.timeout(TIMEOUT):
            assert await heard.get() == "hello"

        await database.execute("BEGIN; UPDATE items SET n = 2")
        change = asyncio.create_task(connection.execute("UPDATE items SET n = n * 10"))
        await proxy.in_flight(1)
        await database.execute("COMMIT")
        await change
        assert [row["n"] for row in await database.rows("items")] == [20]

        ended = await database.fetch(
            "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE usename = $1",
            database.name,
        )
        assert ended == [{"ended": True}]
        connection.terminate()


async def test_reset_ends_what_its_statements_leave_open(database: PostgresDatabase):
    """A transaction and settings that a statement has left are gone after a reset."""
    await database.execute("SET search_path = nowhere; BEGIN; LOCK TABLE public.items")
    await database.reset()
    await database.execute("INSERT INTO items (n) VALUES (5)")

    assert [row["n"] for row in await database.rows("items")] == [5]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "CREATE SCHEMA mine",
        "DROP TABLE items",
        "ALTER TABLE items ADD x int",
        "CREATE TRIGGER t BEFORE UPDATE ON items FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE ROLE mine",
        "SELECT rolpassword FROM pg_authid",
        "COPY items TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
        "SET session_replication_role = replica",
        "SET ROLE judge",
    ],
)
async def test_its_statements_may_use_rows_only(database: PostgresDatabase, statement: str):
    """A statement that a submission smuggles in cannot change tables or leave the database."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.execute(statement)


@pytest.mark.parametrize("locked", [False, True], ids=["unlocked", "locked"])
async def test_no_question_is_answered_as_a_superuser(database: PostgresDatabase, locked: bool):
    """Tables of PostgreSQL itself are out of reach, as are rights; the connection works on."""
    role = {"roleid": 10, "member": 10, "grantor": 10, "admin_option": True}
    attempts = [
        lambda: database.rows("pg_authid"),
        lambda: database.rows("pg_catalog.pg_shadow"),
        lambda: database.fill("pg_auth_members", [role]),
        lambda: database.fill("pg_catalog.pg_authid", [{"rolname": "mine"}]),
        lambda: database.lock("pg_catalog.pg_authid"),
        lambda: database.lock("pg_class"),
    ]
    for attempt in attempts:
        if locked:
            await database.lock("items")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await attempt()
    await database.fill("items", [{"n": 1}])
    await database.reset()
    assert await database.rows("items") == []


async def test_a_statement_that_fails_raises_what_postgresql_says(database: PostgresDatabase):
    """SQL errors and wrong arguments are the caller's: none of them is `Unavailable`."""
    with pytest.raises(asyncpg.UndefinedTableError):
        await database.fetch("TABLE nowhere")
    with pytest.raises(asyncpg.InterfaceError):
        await database.fetch("SELECT $1::int")
    assert await database.fetch("SELECT 1 AS n") == [{"n": 1}]


async def test_statements_run_on_another_server_too():
    """Where the judge is no superuser, pool and statements work, and nothing is left behind."""
    embedded = Embedded()
    await asyncio.to_thread(embedded.start)
    try:
        admin = await asyncpg.connect(embedded.url)
        await admin.execute(
            "DROP ROLE IF EXISTS pool_maker;"
            "CREATE ROLE pool_maker LOGIN CREATEDB CREATEROLE PASSWORD 'p';"
            "GRANT CONNECT ON DATABASE postgres TO pool_maker"
        )
        url = f"postgresql://pool_maker:p@{embedded.url.partition('@')[2]}"
        server = await PostgresServer.start(url)
        pool = DatabasePool(server, "k400_else", SCHEMA, size=2)
        for _ in range(2):
            async with pool.database() as one, pool.database() as two:
                await one.execute("INSERT INTO items (n) VALUES (1)")
                await insert(two, 2)
                await one.lock("items")
                await one.fill("items", [{"n": 3}])
                await one.unlock()
                assert [row["n"] for row in await one.rows("items")] == [1, 3]
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await one.rows("pg_authid")
                assert await two.fetch("SELECT n FROM items") == [{"n": 2}]
        await server.stop()
        left = await admin.fetch(
            "SELECT datname FROM pg_database WHERE datname ~ '_k400_else'"
            " UNION SELECT rolname FROM pg_roles WHERE rolname ~ '_k400_else'"
        )
        await admin.execute("DROP OWNED BY pool_maker; DROP ROLE pool_maker")
        await admin.close()
    finally:
        await asyncio.to_thread(embedded.stop)
    assert left == []


# --- a server that is killed -------------------------------------------------------------


async def test_a_killed_server_is_reported_by_every_coroutine():
    """After SIGKILL each coroutine raises one line, none hangs, and the next server starts."""
    server = await PostgresServer.start()
    pool = DatabasePool(server, "k400_killed", SCHEMA, size=2)
    async with asyncio.timeout(TIMEOUT):
        async with pool.database() as database, database.observed() as proxy:
            await database.execute("INSERT INTO items (n) VALUES (1)")
            await database.lock("items")
            client = await asyncpg.connect(proxy.dsn)
            reading = asyncio.create_task(client.fetch("TABLE items"))
            await proxy.in_flight(1)
            flying = asyncio.create_task(proxy.in_flight(2))
            directory = server._admin.embedded._directory
            inside = asyncio.create_task(database.fetch("SELECT pg_sleep(600)::text"))
            sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            while not await server._admin.fetchval(sleeping):
                await asyncio.sleep(0.01)
            os.kill(int((directory.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            while not database._connection.is_closed():  # An idle backend may answer once more.
                await asyncio.sleep(0.01)

            for attempt in (
                lambda: inside,
                database.unlock,
                lambda: database.rows("items"),
                lambda: database.fill("items", [{"n": 1}]),
                lambda: database.lock("parts"),
                lambda: database.execute("SELECT 1"),
                lambda: database.fetch("SELECT 1"),
                database.reset,
                lambda: flying,
                lambda: proxy.in_flight(1),
                lambda: server.database("k400_killed", SCHEMA),
                lambda: server.database("k400_killed_too", SCHEMA, number=2),
                pool.database().__aenter__,
            ):
                with pytest.raises(Unavailable) as caught:
                    await attempt()
                assert "\n" not in str(caught.value)
                assert "the embedded PostgreSQL was ended by signal 9: try again" in str(
                    caught.value
                )
            with pytest.raises((OSError, asyncpg.PostgresError)):
                await reading
            client.terminate()
            assert await proxy.open_connections() == 0
        with pytest.raises(Unavailable):
            async with pool.database():
                pass
        await server.stop()
        with pytest.raises(Unavailable, match="the server was stopped"):
            await server.database("k400_killed", SCHEMA)

        again = await PostgresServer.start()
        database = await again.database("k400_killed", SCHEMA)
        assert await database.rows("items") == []
        await again.stop()
