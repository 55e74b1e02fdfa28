"""Where a server is, and opening connections to it that are not asyncpg's."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from graders.kit.postgres import wire

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Address:
    """Where a server listens. `host` is a name, or the folder of a Unix socket."""

    host: str
    port: int
    options: dict[str, str] = field(default_factory=dict)
    """The query of the address: `sslmode`, `sslrootcert` and others."""

    @classmethod
    def parse(cls, url: str) -> Address:
        """Reads a URL. Raises ValueError for what is not `postgresql://…` with at most one host."""
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgres"):
            raise ValueError("it does not begin with postgresql://")
        options = {key: found[-1] for key, found in parse_qs(parts.query).items()}
        place = parts.netloc.rpartition("@")[2]
        if "," in place + options.get("host", ""):
            raise ValueError("it names more than one host")
        host, port = _split(place)
        port = options.get("port") or port or "5432"
        if not port.isdecimal():
            # The message does not quote it: it may be a piece of a password.
            raise ValueError("its port is not a number; in a password, / ? # are %2F %3F %23")
        return cls(options.get("host") or host or "localhost", int(port), options)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def mode(self) -> str:
        """Whether to encrypt, in libpq's words: `disable`, `prefer`, `require`, `verify-full`…"""
        return self.options.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer"

    async def open(self) -> Streams:
        """Opens a connection, encrypted as `mode` says, on which nothing was sent yet.

        Raises OSError, ConnectionError included, if that is not possible.
        """
        if sys.platform != "win32" and self.host.startswith("/"):
            return await asyncio.open_unix_connection(f"{self.host}/.s.PGSQL.{self.port}")
        reader, writer = await asyncio.open_connection(self.host, self.port)
        if self.mode != "disable":
            try:
                await self._encrypt(reader, writer)
            except BaseException:
                writer.close()
                raise
        return reader, writer

    async def _encrypt(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(wire.startup_packet(wire.SSL_REQUEST))
        if await reader.readexactly(1) == b"S":
            await writer.start_tls(self._ssl_context(), server_hostname=self.host)
        elif self.mode not in ("prefer", "allow"):
            raise ConnectionError(f"{self} does not encrypt connections")

    def _ssl_context(self) -> ssl.SSLContext:
        """As strict as `sslmode` says: only the `verify-…` modes ask for a certificate."""
        root = Path(self.options.get("sslrootcert") or Path.home() / ".postgresql/root.crt")
        context = ssl.create_default_context(cafile=str(root) if root.is_file() else None)
        context.check_hostname = self.mode == "verify-full"
        if not self.mode.startswith("verify"):
            context.verify_mode = ssl.CERT_NONE
        return context


def _split(place: str) -> tuple[str, str]:
    """Host and port of `host:port`, `[::1]:port` or `%2Fsocket%2Ffolder`."""
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = place.partition(":")
    return unquote(host), port
