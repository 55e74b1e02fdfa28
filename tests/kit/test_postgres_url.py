"""DATABASE_URL may name any server, or one clear line says why it cannot be used."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from graders.kit.postgres import PostgresServer, Unavailable
from graders.kit.postgres.address import Address
from graders.kit.postgres.embedded import Embedded
from graders.kit.postgres.unavailable import explain

PEM = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoEkm2Rn+lPfryfaU
eLeectHwMsACa7z2S0C9rsRuMkahRANCAARSQzTi54rxign7Tw5X1C5B+VuQGrIw
pfQZIpg8pNcdC49vnCyfnHbDrTrou5H2tZjz1CmZrwDg93xtKuzSBkwm
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUSArA87yt9hmDoCmy3yK2/85r4q0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA0MDkwMVoYDzIxMjYxMDMw
MDQwOTAxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARSQzTi54rxign7Tw5X1C5B+VuQGrIwpfQZIpg8pNcdC49vnCyfnHbD
rTrou5H2tZjz1CmZrwDg93xtKuzSBkwmo28wbTAdBgNVHQ4EFgQUoNoi3zESosVk
KNtlj6Cn6XpUWpwwHwYDVR0jBBgwFoAUoNoi3zESosVkKNtlj6Cn6XpUWpwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhANEKnQFKhiDJr4/M0nsHuhVrqvRuGYhoN++Vw9j0FXWUAiA0
QlftDV82Y0I8PZw4chRJIYyobJNMFrZgchh+4ZhNBA==
-----END CERTIFICATE-----
"""
"""A self-signed certificate for `localhost`, with its key; it protects nothing."""


@pytest.fixture(scope="module")
def theirs() -> Iterator[str]:
    """The address of a server, for its superuser.

    Its data is made for these tests, in a folder that every account may enter: what a run that was
    killed has left in other data would be taken for their own.
    """
    place = Path(tempfile.mkdtemp(prefix="kata-tests-"))
    place.chmod(0o1777)
    embedded = Embedded()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(place))
        embedded.start()
    yield embedded.url
    embedded.stop()
    shutil.rmtree(place)


@pytest_asyncio.fixture
async def admin(theirs: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(theirs)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def plain(theirs: str, admin: asyncpg.Connection[asyncpg.Record]) -> AsyncIterator[str]:
    """The address for a role that may create databases and roles, and is no superuser."""
    await admin.execute("CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD 'p w'")
    await admin.execute("GRANT CONNECT ON DATABASE postgres TO maker")
    yield login(theirs, "maker:p%20w")
    await admin.execute("DROP OWNED BY maker; DROP ROLE maker")


def login(url: str, user: str) -> str:
    return f"postgresql://{user}@{url.partition('@')[2]}"


async def names(admin: asyncpg.Connection[asyncpg.Record]) -> set[str]:
    query = "SELECT datname FROM pg_database UNION SELECT rolname FROM pg_roles"
    return {name for (name,) in await admin.fetch(query) if name.startswith("kata_")}


@pytest.mark.parametrize("superuser", [True, False])
async def test_everything_works_there(theirs: str, plain: str, superuser: bool):
    """Filling, locking, resetting: superuser or not, it is the same as on our own server."""
    server = await PostgresServer.start(theirs if superuser else plain)
    database = await server.database("k400", "CREATE TABLE t (id serial PRIMARY KEY, n int)")
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        await connection.execute("INSERT INTO t (n) VALUES ($1)", 5)
        await database.lock("t")
        reading = asyncio.create_task(connection.fetchval("SELECT n FROM t"))
        await proxy.in_flight()
        await database.unlock()
        assert await reading == 5
        await connection.execute("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE")
        await database.reset()
        connection.terminate()
    await database.fill("t", [{"n": 6}])

    assert await database.rows("t") == [{"id": 1, "n": 6}]
    await server.stop()


async def test_runs_share_a_server(plain: str, admin: asyncpg.Connection[asyncpg.Record]):
    """Two runs have a database each, and drop their own in the end."""
    one, two = [await PostgresServer.start(plain) for _ in range(2)]
    mine, other = [await run.database("k400", "CREATE TABLE t ()") for run in (one, two)]
    assert await names(admin) == {mine.name, other.name}
    await one.stop()
    assert await names(admin) == {other.name}
    await two.stop()
    assert await names(admin) == set()


async def test_leftovers_are_dropped(plain: str, admin: asyncpg.Connection[asyncpg.Record]):
    """The next run drops what a killed run has left; a run that is alive keeps its own."""
    killed, living = [await PostgresServer.start(plain) for _ in range(2)]
    kept = await living.database("k400", "CREATE TABLE t ()")
    (await killed.database("k400", "CREATE TABLE t ()")).close()
    killed._admin.close()
    async with asyncio.timeout(60):
        while await names(admin) != {kept.name}:
            await (await PostgresServer.start(plain)).stop()
    await living.stop()

    assert await names(admin) == set()


@pytest.mark.parametrize(
    ("user", "line"),
    [
        ("judge:secret", "refused the log-in .*: check user, password"),
        ("nobody:secret", "refused the log-in .*: check user, password"),
    ],
)
async def test_a_wrong_password_is_reported(theirs: str, user: str, line: str):
    """If the log-in is refused, the line says what to check, without the password."""
    with pytest.raises(Unavailable, match=line) as caught:
        await PostgresServer.start(login(theirs, user))
    assert "secret" not in str(caught.value)


async def test_a_wrong_database_is_reported(theirs: str):
    """A database that does not exist is named."""
    with pytest.raises(Unavailable, match=r'"nowhere" does not exist.*: create it'):
        await PostgresServer.start(theirs.replace("/postgres?", "/nowhere?"))


async def test_no_right_to_create_is_reported(
    theirs: str, admin: asyncpg.Connection[asyncpg.Record]
):
    """If the role lacks rights, the line says which, and how to get them."""
    await admin.execute("CREATE ROLE reader LOGIN PASSWORD 'r' IN ROLE pg_monitor")
    await admin.execute("GRANT CONNECT ON DATABASE postgres TO reader")
    with pytest.raises(Unavailable, match='ALTER ROLE "reader" CREATEDB CREATEROLE'):
        await PostgresServer.start(login(theirs, "reader:r"))
    await admin.execute("DROP OWNED BY reader; DROP ROLE reader")


async def test_a_server_that_is_down_is_reported():
    """If no server listens at the address, the line says to start it or to do without."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(Unavailable, match=f"at 127.0.0.1:{port} .*start it, or unset"):
            await PostgresServer.start(f"postgresql://u:secret@127.0.0.1:{port}/db")


async def test_something_else_at_the_address_is_reported():
    """A server of another kind is not taken for PostgreSQL."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Unavailable, match=f"127.0.0.1:{port}"):
        await PostgresServer.start(f"postgresql://u@127.0.0.1:{port}/db")
    server.close()


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("mysql://u:secret@h/db", "it does not begin with postgresql://"),
        ("", "it does not begin with postgresql://"),
        ("postgresql://u:secret/1@h/db", "its port is not a number"),
        ("postgresql://a,b/db", "it names more than one host"),
    ],
)
async def test_a_malformed_address_is_reported(url: str, line: str):
    """An address that cannot be read is answered with an example, without the password."""
    with pytest.raises(Unavailable, match="DATABASE_URL cannot be used") as caught:
        await PostgresServer.start(url)
    assert line in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_unknown_host_is_reported():
    """For a host that cannot be resolved, the line says to check the spelling."""
    error = socket.gaierror(-2, "Name or service not known")
    assert "nobody knows the host of db.example:5432" in str(explain(error, "db.example:5432"))


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://u:p@h:1234/db", "h", 1234),
        ("postgres://h/db", "h", 5432),
        ("postgresql:///db?host=/run/postgresql&port=5433", "/run/postgresql", 5433),
        ("postgresql://%2Frun%2Fpostgresql/db", "/run/postgresql", 5432),
        ("postgresql://u@[::1]:1/db", "::1", 1),
        ("postgresql:///db", "localhost", 5432),
    ],
)
def test_addresses_are_read_as_libpq_does(url: str, host: str, port: int):
    """Host and port may stand in front or among the options; a folder is a Unix socket's."""
    address = Address.parse(url)
    assert (address.host, address.port) == (host, port)


# --- encryption --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    path.write_text(PEM.lstrip())
    return path


@pytest_asyncio.fixture
async def encrypting(theirs: str, certificate: Path) -> AsyncIterator[str]:
    """The address of a server that only talks encrypted; without options."""
    upstream = Address.parse(theirs)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    tasks: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = None, writer
        try:
            assert (await reader.readexactly(8))[4:] == (80877103).to_bytes(4, "big")
            writer.write(b"S")
            await writer.start_tls(context)
            answers, inner = await upstream.open()
            await asyncio.wait(
                [asyncio.ensure_future(copy(*way)) for way in ((reader, inner), (answers, outer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
        except OSError:
            pass  # the client did not like the certificate
        finally:
            for one in (inner, outer):
                if one is not None:
                    one.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.ensure_future(serve(reader, writer)))

    server = await asyncio.start_server(accept, "localhost", 0, family=socket.AF_INET)
    port = server.sockets[0].getsockname()[1]
    yield theirs.partition("?")[0].replace(f"127.0.0.1:{upstream.port}", f"localhost:{port}")
    server.close()
    await asyncio.gather(*tasks, return_exceptions=True)


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@pytest.mark.parametrize(
    "options", ["", "?sslmode=require", "?sslmode=verify-full&sslrootcert={certificate}"]
)
async def test_the_way_to_the_server_is_encrypted(encrypting: str, certificate: Path, options: str):
    """The learner's code connects in plain text; behind the proxy all is encrypted, cancels too."""
    server = await PostgresServer.start(encrypting + options.format(certificate=certificate))
    database = await server.database("k400_tls", "CREATE TABLE t (n int)")
    async with database.observed() as proxy:
        connection = await asyncpg.connect(proxy.dsn)
        assert await connection.fetchval("SELECT count(*) FROM t") == 0
        with pytest.raises(TimeoutError):
            await connection.fetch("SELECT pg_sleep(60)", timeout=0.1)
        await connection.close()
        assert proxy.cancels == 1
    await server.stop()


async def test_an_unverified_certificate_is_reported(encrypting: str):
    """If the certificate has to be verified and is not valid, the line says so."""
    with pytest.raises(Unavailable, match=r"no encrypted connection to localhost.*check sslmode"):
        await PostgresServer.start(encrypting + "?sslmode=verify-full")


async def test_a_server_without_encryption_is_reported(theirs: str):
    """Encryption that was asked for and is not available is not silently left out."""
    url = theirs.replace("sslmode=disable", "sslmode=require")
    with pytest.raises(Unavailable, match=r"no encrypted connection to .*check sslmode"):
        await PostgresServer.start(url)
