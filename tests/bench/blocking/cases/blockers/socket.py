"""Blockers that wait for a socket, plain or with TLS, and drivers that do so."""

import contextlib
import ctypes
import ftplib
import logging
import logging.handlers
import poplib
import select
import smtplib
import socket
import socketserver
import ssl
import threading

from tests.bench.blocking import fixtures

libc = ctypes.CDLL(None)


def silent() -> tuple[socket.socket, socket.socket]:
    """Two ends of a connection: the first waits 0.2 s at most, the second never speaks."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0.2)
    return ours, theirs


def receiver() -> socket.socket:
    """A datagram socket to which nobody sends; it waits 0.2 s at most."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(0.2)
    return sock


# %% socket_recv: `recv` of a socket whose peer stays silent
# blocks: socket, socket.socket.recv
# in: coroutine, async_comprehension, awaited_object, websocket, computed_field, to_thread
ours, theirs = silent()


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.recv(1024)  # <-


# %% socket_recv_into: `recv_into` a buffer
# blocks: socket, socket.socket.recv_into
# in: async_method
ours, theirs = silent()
buffer = bytearray(1024)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.recv_into(buffer)  # <-


# %% socket_makefile: a line of an answer, read from `makefile()`
# blocks: socket, socket.socket.recv_into
# in: helper
ours, theirs = silent()


def block() -> None:
    with ours.makefile(encoding="ascii") as file:
        with contextlib.suppress(TimeoutError):
            file.readline()  # <-


# %% socket_recvfrom: `recvfrom`, for a datagram that does not come
# blocks: socket, socket.socket.recvfrom
# in: task
datagrams = receiver()


def block() -> None:
    with contextlib.suppress(TimeoutError):
        datagrams.recvfrom(512)  # <-


# %% socket_recvfrom_into: `recvfrom_into` a buffer, for a datagram that does not come
# blocks: socket, socket.socket.recvfrom_into
# in: coroutine
datagrams = receiver()
buffer = bytearray(512)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        datagrams.recvfrom_into(buffer)  # <-


# %% socket_recvmsg: `recvmsg`, for a descriptor that is not handed over
# blocks: socket, socket.socket.recvmsg
# in: helper
ours, theirs = silent()


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.recvmsg(16, socket.CMSG_LEN(4))  # <-


# %% socket_send: `send` to a peer that has stopped reading
# blocks: socket, socket.socket.send
# in: background_task
ours, theirs = silent()
ours.setblocking(False)
with contextlib.suppress(BlockingIOError):
    while True:
        ours.send(bytes(4096))
ours.settimeout(0.2)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.send(bytes(4096))  # <-


# %% socket_send_of_datagrams: `send` on a Unix datagram socket, which waits for its reader, too
# blocks: socket, socket.socket.send
# in: helper
metrics, collector = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
metrics.settimeout(0.2)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        for _ in range(10_000):
            metrics.send(b"requests:1|c" + bytes(2000))  # <-


# %% socket_sendall: `sendall` of much to a peer that does not read
# blocks: socket, socket.socket.sendall
# in: coroutine
ours, theirs = silent()
picture = bytes(16 * 1024**2)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.sendall(picture)  # <-


# %% socket_sendmsg: `sendmsg` to a peer that does not read
# blocks: socket, socket.socket.sendmsg
# in: coroutine
ours, theirs = silent()
frames = [bytes(65536)] * 64


def block() -> None:
    with contextlib.suppress(TimeoutError):
        while True:
            ours.sendmsg(frames)  # <-


# %% socket_sendto: `sendto` a Unix datagram socket whose owner is late to read
# blocks: socket, socket.socket.sendto
# in: async_method
path = str(fixtures.folder() / "syslog")
daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
daemon.bind(path)
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)


def read(count: int) -> None:
    for _ in range(count):
        daemon.recv(4096)


def block() -> None:
    threading.Timer(0.25, read, [600]).start()
    for _ in range(600):
        journal.sendto(b"<14>hello" + bytes(2000), path)  # <-


# %% socket_accept: `accept` of a worker that does not call back
# blocks: socket, socket.socket.accept
# in: lifespan
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(0.2)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        listener.accept()  # <-


# %% socket_connect: `connect` to a server that accepts nobody
# blocks: socket, socket.socket.connect
# in: coroutine
address = fixtures.overloaded()


def block() -> None:
    with socket.socket() as probe, contextlib.suppress(TimeoutError):
        probe.settimeout(0.2)
        probe.connect(address)  # <-


# %% socket_connect_ex: `connect_ex` to a server that accepts nobody
# blocks: socket, probe.connect_ex
# in: route
address = fixtures.overloaded()


def block() -> None:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        probe.connect_ex(address)  # <-


# %% socket_create_connection: `create_connection` to a server that accepts nobody
# blocks: socket, socket.create_connection
# in: dependency_before_yield
address = fixtures.overloaded()


def block() -> None:
    with contextlib.suppress(TimeoutError):
        socket.create_connection(address, timeout=0.2)  # <-


# %% socket_smtplib: `smtplib.SMTP`, of a mail server that accepts nobody
# blocks: socket, socket.create_connection
# in: background_task
host, port = fixtures.overloaded()


def block() -> None:
    with contextlib.suppress(OSError):
        smtplib.SMTP(host, port, local_hostname="localhost", timeout=0.2)  # <-


# %% socket_ftplib: `ftplib`, of a server that has accepted and says nothing
# blocks: socket, socket.socket.recv_into
# in: coroutine
ours, theirs = silent()
ftp = ftplib.FTP()
ftp.sock = ours
ftp.file = ours.makefile("r", encoding="utf-8")
ftp.putcmd("NOOP")


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ftp.getresp()  # <-


# %% socket_poplib: `poplib.POP3`, of a server that never greets
# blocks: socket, socket.socket.recv_into
# in: helper
listener = socket.create_server(("127.0.0.1", 0))


def block() -> None:
    with contextlib.suppress(OSError):
        poplib.POP3(*listener.getsockname(), timeout=0.2)  # <-


# %% socket_http_handler: a log line that `logging.handlers.HTTPHandler` sends
# blocks: socket, logger.error
# in: coroutine
logger = logging.getLogger("shop")
logger.propagate = False
logger.addHandler(logging.handlers.HTTPHandler(f"127.0.0.1:{fixtures.port()}", "/log", "POST"))


def block() -> None:
    logger.error("refused to pay %d", 120)  # <-


# %% socket_socketserver: a `socketserver` that is to serve one request
# blocks: socket, server.handle_request
# in: coroutine
server = socketserver.TCPServer(("127.0.0.1", 0), socketserver.StreamRequestHandler)
server.timeout = 0.2


def block() -> None:
    server.handle_request()  # <-


# %% socket_select: `select.select` on a socket, with a timeout
# blocks: socket, select.select
# in: coroutine
ours, theirs = silent()


def block() -> None:
    select.select([ours], [], [], 0.2)  # <-


# %% socket_poll: `poll` on a poll object that was made at import
# blocks: socket, poller.poll
# in: coroutine, add_reader
ours, theirs = silent()
poller = select.poll()
poller.register(ours, select.POLLIN)


def block() -> None:
    assert poller.poll(200) == []  # <-


# %% socket_epoll: `select.epoll`, beside the loop's own
# blocks: socket, epoll.poll
# in: coroutine, helper
ours, theirs = silent()


def block() -> None:
    with select.epoll() as epoll:
        epoll.register(ours, select.EPOLLIN)
        assert epoll.poll(0.2) == []  # <-


# %% socket_poll_by_ctypes: the C library's `poll` on a socket
# blocks: socket, libc.poll
# in: destructor
class PollFd(ctypes.Structure):
    _fields_ = [("fd", ctypes.c_int), ("events", ctypes.c_short), ("seen", ctypes.c_short)]


ours, theirs = silent()


def block() -> None:
    last = PollFd(ours.fileno(), select.POLLIN, 0)
    libc.poll(ctypes.byref(last), 1, 200)  # <-


# %% socket_ssl_handshake: a TLS handshake with a server that does not speak TLS
# blocks: socket, ssl.SSLSocket.do_handshake
# in: coroutine
context = ssl.create_default_context()
plain = socket.create_connection(("127.0.0.1", fixtures.port()), timeout=2)


def block() -> None:
    with contextlib.suppress(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="localhost")  # <-


# %% socket_ssl_handshake_timeout: a TLS handshake with a peer that is silent
# blocks: socket, ssl.SSLSocket.do_handshake
# in: aenter
ours, theirs = silent()
tls = ssl.create_default_context().wrap_socket(
    ours, server_hostname="localhost", do_handshake_on_connect=False
)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        tls.do_handshake()  # <-


# %% socket_ssl_recv: `recv` of a TLS connection whose peer stays silent
# blocks: socket, ssl.SSLSocket.recv
# in: coroutine
ours, theirs = fixtures.tls_pair()


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.recv(1024)  # <-


# %% socket_ssl_read: `read` of a TLS connection whose peer stays silent
# blocks: socket, ssl.SSLSocket.read
# in: async_method
ours, theirs = fixtures.tls_pair()


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.read(4)  # <-


# %% socket_ssl_send: `send` over TLS to a peer that has stopped reading
# blocks: socket, ssl.SSLSocket.send
# in: background_task
ours, theirs = fixtures.tls_pair()
news = bytes(8 * 1024**2)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.send(news)  # <-


# %% socket_ssl_sendall: `sendall` over TLS to a peer that does not read
# blocks: socket, ssl.SSLSocket.sendall
# in: helper
ours, theirs = fixtures.tls_pair()
news = bytes(8 * 1024**2)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.sendall(news)  # <-


# %% socket_ssl_write: `write` over TLS to a peer that does not read
# blocks: socket, ssl.SSLSocket.write
# in: helper
ours, theirs = fixtures.tls_pair()
news = bytes(8 * 1024**2)


def block() -> None:
    with contextlib.suppress(TimeoutError):
        ours.write(news)  # <-


# %% socket_driver_connect: a driver that connects, and waits for a greeting in C
# blocks: socket, brokers.connect
# in: lifespan
DRIVER = """
import _socket
import ctypes

libc = ctypes.CDLL(None)


def connect(port: int) -> bytes:
    link = _socket.socket()
    link.connect(("127.0.0.1", port))
    link.send(b"HELLO")
    greeting = ctypes.create_string_buffer(256)
    size = libc.read(link.fileno(), greeting, 256)
    return greeting.raw[:size]
"""
brokers = fixtures.module("brokers", DRIVER)


def block() -> None:
    assert brokers.connect(fixtures.port())  # <-


# %% socket_driver_in_c: a driver that waits in the C library's `recv`
# blocks: socket, database.fetch_one
# in: dependency
DRIVER = """
import ctypes
import socket

libc = ctypes.CDLL(None)


class Database:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.buffer = ctypes.create_string_buffer(4096)

    def fetch_one(self, text: bytes) -> bytes:
        libc.send(self.socket.fileno(), text, len(text), 0)
        size = libc.recv(self.socket.fileno(), self.buffer, 4096, 0)
        return self.buffer.raw[:size]
"""
database = fixtures.module("cdriver", DRIVER).Database(fixtures.port())


def block() -> None:
    assert database.fetch_one(b"SELECT name FROM sessions")  # <-


# %% socket_driver_in_python: a driver that asks its server over a plain socket
# blocks: socket, connection.query
# in: route
DRIVER = """
import _socket


class Connection:
    def __init__(self, port: int) -> None:
        self.socket = _socket.socket()
        self.socket.connect(("127.0.0.1", port))

    def query(self, text: str) -> bytes:
        self.socket.send(text.encode())
        return self.socket.recv(4096)
"""
connection = fixtures.module("plaindb", DRIVER).Connection(fixtures.port())


def block() -> None:
    assert connection.query("SELECT name FROM users")  # <-


# %% socket_driver_of_a_store: a driver of a key-value store that nobody knows
# blocks: socket, store.get
# in: aenter
DRIVER = """
from _socket import socket


class Store:
    def __init__(self, port):
        self.link = socket()
        self.link.connect(("127.0.0.1", port))

    def get(self, key):
        self.link.send(key.encode())
        return self.link.recv(1024)
"""
store = fixtures.module("tinystore", DRIVER).Store(fixtures.port())


def block() -> None:
    assert store.get("session")  # <-
