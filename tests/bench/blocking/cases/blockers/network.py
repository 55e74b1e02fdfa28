"""Blockers that ask for names, and clients of HTTP."""

import contextlib
import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
import xmlrpc.client
from urllib.robotparser import RobotFileParser

import httpx

from tests.bench.blocking import fixtures


# %% dns_one_lookup: a single `socket.getaddrinfo` of a name
# blocks: dns, socket.getaddrinfo
# in: coroutine
def block() -> None:
    with contextlib.suppress(socket.gaierror):
        socket.getaddrinfo("api.example.invalid", 443)  # <-


# %% dns_getaddrinfo: `socket.getaddrinfo`, for a fifth of a second
# blocks: dns, socket.getaddrinfo
# in: helper
def block() -> None:
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        socket.getaddrinfo("localhost", 5432, socket.AF_INET, socket.SOCK_STREAM)  # <-


# %% dns_gethostbyname: `socket.gethostbyname`, for a fifth of a second
# blocks: dns, socket.gethostbyname
# in: route, to_thread
def block() -> None:
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        assert socket.gethostbyname("localhost") == "127.0.0.1"  # <-


# %% dns_getnameinfo: `socket.getnameinfo`, for a fifth of a second
# blocks: dns, socket.getnameinfo
# in: helper
def block() -> None:
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        socket.getnameinfo(("127.0.0.1", 80), 0)  # <-


# %% dns_reverse_lookup: a single `socket.gethostbyaddr` of a client's address
# blocks: dns, socket.gethostbyaddr
# in: http_middleware
def block() -> None:
    with contextlib.suppress(OSError):
        socket.gethostbyaddr("192.0.2.7")  # <-


# %% http_client_request: `HTTPConnection.request` to a server that accepts nobody
# blocks: http, http.client.HTTPConnection.request
# in: async_method
connection = http.client.HTTPConnection(*fixtures.overloaded(), timeout=0.2)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        connection.request("GET", "/stock/7")  # <-


# %% http_urlopen: `urllib.request.urlopen`
# blocks: http, urllib.request.urlopen
# in: coroutine, cancellation_handler, future_done_callback, add_reader, class_dependency
# and: partial_route, field_serializer, logging_filter, finalizer, to_thread, def_dependency
def block() -> None:
    urllib.request.urlopen(fixtures.url()).close()  # <-


# %% http_urlopen_of_https: `urlopen` of an `https` address whose server does not speak TLS
# blocks: http, urllib.request.urlopen
# in: call_soon
context = ssl.create_default_context()


def block() -> None:
    with contextlib.suppress(urllib.error.URLError):
        urllib.request.urlopen(f"https://127.0.0.1:{fixtures.port()}/", context=context)  # <-


# %% http_robots: a site's `robots.txt`, read by `RobotFileParser`
# blocks: http, urllib.request.urlopen
# in: property
def block() -> None:
    rules = RobotFileParser(f"{fixtures.url()}robots.txt")
    rules.read()  # <-


# %% http_opener: `OpenerDirector.open`, which `urlopen` is made of
# blocks: http, urllib.request.OpenerDirector.open
# in: helper
opener = urllib.request.build_opener()


def block() -> None:
    opener.open(fixtures.url()).close()  # <-


# %% http_urlretrieve: `urlretrieve` of settings
# blocks: http, urllib.request.urlretrieve
# in: lifespan
def block() -> None:
    urllib.request.urlretrieve(fixtures.url(), fixtures.folder() / "settings")  # <-


# %% http_xmlrpc: a call by XML-RPC
# blocks: http, xmlrpc.client.Transport.request
# in: exception_handler
tracker = xmlrpc.client.ServerProxy(fixtures.url())


def block() -> None:
    with contextlib.suppress(Exception):
        tracker.issues.add("sold out")  # <-


# %% http_requests_like: the `get` of a library that is made like requests
# blocks: http, urllib.request.urlopen
# in: task
LIBRARY = """
import urllib.request


class Session:
    def get(self, url):
        with urllib.request.urlopen(url) as answer:
            return answer.read().decode()
"""
library = fixtures.module("slim_http", LIBRARY).Session()


def block() -> None:
    library.get(f"{fixtures.url()}prices/7")  # <-


# %% http_httpx_get: `httpx.get`
# blocks: http, httpx.get
# in: route, dependency_before_yield, websocket, field_validator, property, except_clause
# and: async_factory, to_thread
def block() -> None:
    httpx.get(fixtures.url(), trust_env=False)  # <-


# %% http_httpx_post: `httpx.post`
# blocks: http, httpx.post
# in: exception_handler
def block() -> None:
    httpx.post(fixtures.url(), json={"error": "sold out"})  # <-


# %% http_httpx_put: `httpx.put`
# blocks: http, httpx.put
# in: queue_consumer
def block() -> None:
    httpx.put(fixtures.url(), content="tea")  # <-


# %% http_httpx_client_get: `httpx.Client.get`
# blocks: http, httpx.Client.get
# in: base_http_middleware, task_group, model_validator
accounts = httpx.Client(base_url=fixtures.url(), trust_env=False)


def block() -> None:
    accounts.get("/whoami")  # <-


# %% http_httpx_client_post: `httpx.Client.post`
# blocks: http, httpx.Client.post
# in: dependency
accounts = httpx.Client(trust_env=False)


def block() -> None:
    accounts.post(fixtures.url(), json={"token": "secret"})  # <-


# %% http_httpx_client_put: `httpx.Client.put`
# blocks: http, httpx.Client.put
# in: http_middleware
metrics = httpx.Client(trust_env=False)


def block() -> None:
    metrics.put(fixtures.url(), json={"path": "/"})  # <-


# %% http_httpx_stream: `httpx.Client.stream`
# blocks: http, httpx.Client.send
# in: streaming_generator
upstream = httpx.Client(trust_env=False)


def block() -> None:
    with upstream.stream("GET", fixtures.url()) as answer:  # <-
        answer.read()
