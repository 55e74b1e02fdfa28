"""A real PostgreSQL for the katas: started, filled and watched from the judge's side.

    server = await Server.start(os.environ.get("DATABASE_URL"))      # None: our own server
    database = await server.database("k410", "CREATE TABLE items (id serial, price numeric)")
    await database.reset()
    await database.fill("items", [{"price": "9.50"}])
    async with database.observed() as proxy:
        ...                                    # the learner's code connects to proxy.dsn
        assert await proxy.open_connections() == 0
    await server.stop()

A learner's role can read and write rows, and nothing else. What their code does
is seen by a proxy on the wire, so it does not matter with which driver it does it.
"""

from graders.kit.postgres.connection import Connection
from graders.kit.postgres.database import Database
from graders.kit.postgres.proxy import Proxy
from graders.kit.postgres.server import Server
from graders.kit.postgres.statement import Statement
from graders.kit.postgres.unavailable import Unavailable

__all__ = ["Connection", "Database", "Proxy", "Server", "Statement", "Unavailable"]
