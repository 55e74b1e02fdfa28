"""A real PostgreSQL for the katas: started, filled and observed from the judge's side.

    server = await PostgresServer.start(os.environ.get("DATABASE_URL"))    # None: our own server
    pool = DatabasePool(server, "k410", "CREATE TABLE items (id serial, price numeric)", size=2)
    async with pool.database() as database, database.observed() as proxy:
        await database.fill("items", [{"price": "9.50"}])
        ...                                    # the learner's code connects to proxy.dsn
        await database.execute("UPDATE items SET price = price + $1", 1)
        assert await proxy.open_connections() == 0
    await server.stop()

A learner's role can read and write rows, and nothing else. What their code does is seen by a
proxy on the wire, so it does not matter which driver it uses. If the server fails, every coroutine
raises `Unavailable`, with one line that says what to do.
"""

from graders.kit.postgres.client_connection import ClientConnection
from graders.kit.postgres.database import PostgresDatabase
from graders.kit.postgres.pool import DatabasePool
from graders.kit.postgres.proxy import Proxy
from graders.kit.postgres.server import PostgresServer
from graders.kit.postgres.statement import Statement
from graders.kit.postgres.unavailable import Unavailable

__all__ = [
    "ClientConnection",
    "DatabasePool",
    "PostgresDatabase",
    "PostgresServer",
    "Proxy",
    "Statement",
    "Unavailable",
]
