"""The loop watch: every blocking pattern is found on its line, no correct one is."""

from __future__ import annotations

import asyncio
import builtins
import gc
import http.server
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.kit.instruments.clock import Clock
from graders.kit.instruments.source import Source
from graders.kit.instruments.watch import Watch

from tests.kit.watched import Program

BLOCKING = {
    # sleep
    "sleep": ("sleep", "time.sleep", "import time\nasync def main():\n    time.sleep(0.01)  # <-"),
    "sleep bound by from": (
        "sleep",
        "time.sleep",
        "from time import sleep\nasync def main():\n    sleep(0.01)  # <-",
    ),
    "helper deep below": (
        "sleep",
        "time.sleep",
        """
        import time
        def deep():
            time.sleep(0.01)  # <-
        def helper():
            deep()
        async def main():
            helper()
        """,
    ),
    "property": (
        "sleep",
        "time.sleep",
        """
        import time
        class Box:
            @property
            def size(self):
                time.sleep(0.01)  # <-
        async def main():
            Box().size
        """,
    ),
    "destructor": (
        "sleep",
        "time.sleep",
        """
        import time
        class Box:
            def __del__(self):
                time.sleep(0.01)  # <-
        async def main():
            Box()
        """,
    ),
    "async iterator": (
        "sleep",
        "time.sleep",
        """
        import time
        class Rows:
            def __aiter__(self):
                return self
            async def __anext__(self):
                time.sleep(0.01)  # <-
                raise StopAsyncIteration
        async def main():
            async for _ in Rows():
                pass
        """,
    ),
    "async context manager": (
        "sleep",
        "time.sleep",
        """
        import time
        class Session:
            async def __aenter__(self):
                time.sleep(0.01)  # <-
            async def __aexit__(self, *_):
                pass
        async def main():
            async with Session():
                pass
        """,
    ),
    "bare call_soon": (
        "sleep",
        "time.sleep",
        """
        import asyncio, time
        async def main():
            asyncio.get_running_loop().call_soon(time.sleep, 0.01)  # <-
            await asyncio.sleep(0)
        """,
    ),
    "bare call_later of a partial": (
        "sleep",
        "time.sleep",
        """
        import asyncio, functools, time
        async def main():
            loop = asyncio.get_running_loop()
            loop.call_later(0, functools.partial(time.sleep, 0.01))  # <-
            await asyncio.sleep(0.01)
        """,
    ),
    "done callback": (
        "sleep",
        "time.sleep",
        """
        import asyncio, time
        def done(task):
            time.sleep(0.01)  # <-
        async def main():
            task = asyncio.create_task(asyncio.sleep(0))
            task.add_done_callback(done)
            await task
            await asyncio.sleep(0)
        """,
    ),
    "child task": (
        "sleep",
        "time.sleep",
        """
        import asyncio, time
        async def child():
            await asyncio.sleep(0)
            time.sleep(0.01)  # <-
        async def main():
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
        """,
    ),
    "route": (
        "sleep",
        "time.sleep",
        """
        import time, httpx
        from fastapi import FastAPI
        app = FastAPI()
        @app.get("/")
        async def root():
            time.sleep(0.01)  # <-
        async def main():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as c:
                await c.get("/")
        """,
    ),
    "dependency": (
        "sleep",
        "time.sleep",
        """
        import time, httpx
        from fastapi import Depends, FastAPI
        app = FastAPI()
        async def user():
            time.sleep(0.01)  # <-
        @app.get("/")
        async def root(_=Depends(user)):
            pass
        async def main():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as c:
                await c.get("/")
        """,
    ),
    "middleware": (
        "sleep",
        "time.sleep",
        """
        import time, httpx
        from fastapi import FastAPI
        app = FastAPI()
        @app.middleware("http")
        async def slow(request, call_next):
            time.sleep(0.01)  # <-
            return await call_next(request)
        @app.get("/")
        async def root():
            pass
        async def main():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as c:
                await c.get("/")
        """,
    ),
    "background task": (
        "sleep",
        "time.sleep",
        """
        import time, httpx
        from fastapi import BackgroundTasks, FastAPI
        app = FastAPI()
        async def mail():
            time.sleep(0.01)  # <-
        @app.get("/")
        async def root(tasks: BackgroundTasks):
            tasks.add_task(mail)
        async def main():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as c:
                await c.get("/")
        """,
    ),
    "lifespan": (
        "sleep",
        "time.sleep",
        """
        import time
        from contextlib import asynccontextmanager
        from fastapi import FastAPI
        @asynccontextmanager
        async def lifespan(app):
            time.sleep(0.01)  # <-
            yield
        app = FastAPI(lifespan=lifespan)
        async def main():
            async with app.router.lifespan_context(app):
                pass
        """,
    ),
    "validator": (
        "sleep",
        "time.sleep",
        """
        import time
        from pydantic import BaseModel, field_validator
        class Item(BaseModel):
            name: str
            @field_validator("name")
            @classmethod
            def check(cls, value):
                time.sleep(0.01)  # <-
                return value
        async def main():
            Item(name="x")
        """,
    ),
    # file
    "open and read": ("file", "open", "async def main():\n    open(FILE).read()  # <-"),
    "open to write": (
        "file",
        "open",
        "async def main():\n    with open(FILE + '.new', 'w') as f:  # <-\n        f.write('x')",
    ),
    "open in binary": (
        "file",
        "open",
        "async def main():\n    with open(FILE, 'rb') as f:  # <-\n        f.read()",
    ),
    "missing file": (
        "file",
        "open",
        """
        async def main():
            try:
                open(FILE + ".missing")  # <-
            except FileNotFoundError:
                pass
        """,
    ),
    "Path.open": (
        "file",
        "open",
        """
        from pathlib import Path
        async def main():
            Path(FILE).open().close()  # <-
        """,
    ),
    "Path.read_text": (
        "file",
        "pathlib.Path.read_text",
        "from pathlib import Path\nasync def main():\n    Path(FILE).read_text()  # <-",
    ),
    "Path.write_bytes": (
        "file",
        "pathlib.Path.write_bytes",
        "from pathlib import Path\nasync def main():\n    Path(FILE).write_bytes(b'x')  # <-",
    ),
    "read of a file opened in a thread": (
        "file",
        "file.read",
        """
        import asyncio
        async def main():
            file = await asyncio.to_thread(open, FILE)
            file.read()  # <-
            file.close()
        """,
    ),
    "write to a file opened at import": (
        "file",
        "file.write",
        """
        log = open(FILE + ".log", "a", buffering=1)
        async def main():
            log.write("x\\n")  # <-
        """,
    ),
    "os.read": (
        "file",
        "os.read",
        """
        import os
        fd = os.open(FILE, os.O_RDONLY)
        async def main():
            os.read(fd, 10)  # <-
            os.close(fd)
        """,
    ),
    "fsync": (
        "file",
        "os.fsync",
        "import os\nlog = open(FILE, 'a')\nasync def main():\n    os.fsync(log.fileno())  # <-",
    ),
    "listdir": ("file", "os.listdir", "import os\nasync def main():\n    os.listdir(FOLDER)  # <-"),
    "walk": ("file", "os.scandir", "import os\nasync def main():\n    list(os.walk(FOLDER))  # <-"),
    "copy": (
        "file",
        "shutil.copy",
        "import shutil\nasync def main():\n    shutil.copy(FILE, FILE + '.copy')  # <-",
    ),
    "zip": (
        "file",
        "open",
        """
        import zipfile
        async def main():
            archive = zipfile.ZipFile(FILE + ".zip", "w")  # <-
            archive.writestr("a", "b")
            archive.close()
        """,
    ),
    "flock": (
        "file",
        "fcntl.flock",
        """
        import fcntl
        log = open(FILE, "a")
        async def main():
            fcntl.flock(log, fcntl.LOCK_EX)  # <-
        """,
    ),
    # sockets and names
    "recv": (
        "socket",
        "socket.socket.recv",
        """
        import socket
        ours, theirs = socket.socketpair()
        async def main():
            theirs.setblocking(False)
            theirs.send(b"x")
            ours.recv(1)  # <-
        """,
    ),
    "connect": (
        "socket",
        "socket.socket.connect",
        """
        import socket
        async def main():
            with socket.socket() as s:
                s.connect(("127.0.0.1", PORT))  # <-
        """,
    ),
    "create_connection": (
        "socket",
        "socket.create_connection",
        """
        import socket
        async def main():
            socket.create_connection(("127.0.0.1", PORT)).close()  # <-
        """,
    ),
    "accept with a timeout": (
        "socket",
        "socket.socket.accept",
        """
        import socket
        server = socket.create_server(("127.0.0.1", 0))
        server.settimeout(0.02)
        async def main():
            try:
                server.accept()  # <-
            except TimeoutError:
                pass
        """,
    ),
    "smtplib": (
        "socket",
        "socket.create_connection",
        """
        import smtplib
        async def main():
            try:
                smtplib.SMTP("127.0.0.1", CLOSED)  # <-
            except OSError:
                pass
        """,
    ),
    "select": (
        "socket",
        "select.select",
        "import select\nasync def main():\n    select.select([], [], [], 0.01)  # <-",
    ),
    "getaddrinfo": (
        "dns",
        "socket.getaddrinfo",
        "import socket\nasync def main():\n    socket.getaddrinfo('localhost', 80)  # <-",
    ),
    "gethostbyname": (
        "dns",
        "socket.gethostbyname",
        "import socket\nasync def main():\n    socket.gethostbyname('localhost')  # <-",
    ),
    # http
    "urlopen": (
        "http",
        "urllib.request.urlopen",
        """
        import urllib.request
        async def main():
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/").read()  # <-
        """,
    ),
    "http.client": (
        "http",
        "http.client.HTTPConnection.request",
        """
        import http.client
        async def main():
            connection = http.client.HTTPConnection("127.0.0.1", PORT)
            connection.request("GET", "/")  # <-
            connection.close()
        """,
    ),
    "httpx.get": (
        "http",
        "httpx.get",
        "import httpx\nasync def main():\n    httpx.get(f'http://127.0.0.1:{PORT}/')  # <-",
    ),
    "httpx.Client": (
        "http",
        "httpx.Client.get",
        """
        import httpx
        async def main():
            with httpx.Client() as client:
                client.get(f"http://127.0.0.1:{PORT}/")  # <-
        """,
    ),
    "httpx.Client.stream": (
        "http",
        "httpx.Client.send",
        """
        import httpx
        client = httpx.Client()
        async def main():
            with client.stream("GET", f"http://127.0.0.1:{PORT}/") as answer:  # <-
                pass
            client.close()
        """,
    ),
    "mocked httpx.get": (
        "http",
        "httpx.get",
        """
        import httpx, respx
        async def main():
            with respx.mock:
                respx.get("http://up/").respond(200)
                httpx.get("http://up/")  # <-
        """,
    ),
    # subprocess
    "run": (
        "subprocess",
        "subprocess.run",
        "import subprocess\nasync def main():\n    subprocess.run(['true'])  # <-",
    ),
    "check_output": (
        "subprocess",
        "subprocess.check_output",
        "import subprocess\nasync def main():\n    subprocess.check_output(['true'])  # <-",
    ),
    "wait": (
        "subprocess",
        "subprocess.Popen.wait",
        """
        import subprocess
        async def main():
            child = subprocess.Popen(["true"])
            child.wait()  # <-
        """,
    ),
    "communicate": (
        "subprocess",
        "subprocess.Popen.communicate",
        """
        import subprocess
        async def main():
            child = subprocess.Popen(["true"], stdout=subprocess.PIPE)
            child.communicate()  # <-
        """,
    ),
    "read of a child's output": (
        "subprocess",
        "pipe.read",
        """
        import asyncio, subprocess
        async def main():
            child = subprocess.Popen(["echo"], stdout=subprocess.PIPE)
            child.stdout.read()  # <-
            await asyncio.to_thread(child.wait)
            child.stdout.close()
        """,
    ),
    "os.system": (
        "subprocess",
        "os.system",
        "import os\nasync def main():\n    os.system('true')  # <-",
    ),
    "waitpid": (
        "subprocess",
        "os.waitpid",
        """
        import os, subprocess
        async def main():
            child = subprocess.Popen(["true"])
            os.waitpid(child.pid, 0)  # <-
            child.returncode = 0
        """,
    ),
    # locks and futures
    "lock held by a thread": (
        "lock",
        "threading.Lock.acquire",
        """
        import threading, time
        lock = threading.Lock()
        def hold(held):
            with lock:
                held.set()
                time.sleep(0.4)
        async def main():
            held = threading.Event()
            threading.Thread(target=hold, args=[held]).start()
            while not held.is_set():
                pass
            with lock:  # <-
                pass
        """,
    ),
    "rlock with a timeout": (
        "lock",
        "threading.RLock.acquire",
        """
        import asyncio, threading
        lock = threading.RLock()
        async def main():
            await asyncio.to_thread(lock.acquire)
            lock.acquire(timeout=0.2)  # <-
        """,
    ),
    "lock over an await": (
        "lock",
        "threading.Lock.acquire",
        """
        import asyncio, threading
        lock = threading.Lock()
        async def holder():
            with lock:
                await asyncio.sleep(0.01)
        async def main():
            task = asyncio.create_task(holder())
            await asyncio.sleep(0)
            lock.acquire(timeout=0.2)  # <-
            await task
        """,
    ),
    "event": (
        "lock",
        "threading.Event.wait",
        "import threading\nasync def main():\n    threading.Event().wait(0.2)  # <-",
    ),
    "condition": (
        "lock",
        "threading.Condition.wait",
        """
        import threading
        async def main():
            condition = threading.Condition()
            with condition:
                condition.wait_for(lambda: False, 0.01)  # <-
        """,
    ),
    "semaphore": (
        "lock",
        "threading.Semaphore.acquire",
        "import threading\nasync def main():\n    threading.Semaphore(0).acquire(timeout=0.2)  # <-",
    ),
    "join": (
        "lock",
        "threading.Thread.join",
        """
        import threading, time
        async def main():
            thread = threading.Thread(target=time.sleep, args=[0.4])
            thread.start()
            thread.join()  # <-
        """,
    ),
    "queue.get": (
        "lock",
        "queue.Queue.get",
        """
        import queue
        async def main():
            try:
                queue.Queue().get(timeout=0.2)  # <-
            except queue.Empty:
                pass
        """,
    ),
    "queue.put": (
        "lock",
        "queue.Queue.put",
        """
        import queue
        full = queue.Queue(1)
        full.put(1)
        async def main():
            try:
                full.put(2, timeout=0.2)  # <-
            except queue.Full:
                pass
        """,
    ),
    "future.result": (
        "lock",
        "concurrent.futures.Future.result",
        """
        import concurrent.futures, time
        pool = concurrent.futures.ThreadPoolExecutor()
        async def main():
            pool.submit(time.sleep, 0.4).result()  # <-
            pool.shutdown()
        """,
    ),
    "with a pool": (
        "lock",
        "concurrent.futures.Executor.shutdown",
        """
        import concurrent.futures, time
        async def main():
            with concurrent.futures.ThreadPoolExecutor() as pool:  # <-
                pool.submit(time.sleep, 0.4)
        """,
    ),
    "pool.map": (
        "lock",
        "concurrent.futures.Future.result",
        """
        import concurrent.futures, time
        pool = concurrent.futures.ThreadPoolExecutor()
        async def main():
            list(pool.map(time.sleep, [0.4]))  # <-
            pool.shutdown()
        """,
    ),
    "process.join": (
        "lock",
        "multiprocessing.BaseProcess.join",
        """
        import multiprocessing, time
        async def main():
            child = multiprocessing.get_context("fork").Process(target=time.sleep, args=[0.1])
            child.start()
            child.join()  # <-
        """,
    ),
    # databases, input
    "sqlite connect": (
        "database",
        "sqlite3.connect",
        "import sqlite3\nasync def main():\n    sqlite3.connect(FILE + '.db').close()  # <-",
    ),
    "sqlite execute": (
        "database",
        "sqlite3.Connection.execute",
        """
        import sqlite3
        db = sqlite3.connect(":memory:")
        async def main():
            db.execute("select 1")  # <-
        """,
    ),
    "sqlite fetch": (
        "database",
        "sqlite3.Cursor.fetchall",
        """
        import sqlite3
        cursor = sqlite3.connect(":memory:").cursor()
        cursor.execute("select 1")
        async def main():
            cursor.fetchall()  # <-
        """,
    ),
    "input": (
        "input",
        "input",
        """
        import io, sys
        async def main():
            sys.stdin = io.StringIO("yes")
            input()  # <-
        """,
    ),
    # processor time
    "loop in Python": (
        "cpu",
        "main",
        """
        import time
        async def main():
            end = time.thread_time() + 0.3
            while time.thread_time() < end: pass  # <-
        """,
    ),
    "loop in a helper": (
        "cpu",
        "crunch",
        """
        import time
        def crunch():
            end = time.thread_time() + 0.3
            while time.thread_time() < end: pass  # <-
        async def main():
            crunch()
        """,
    ),
    "key derivation": (
        "cpu",
        "main",
        """
        import hashlib
        async def main():
            for _ in range(30): hashlib.pbkdf2_hmac("sha256", b"x", b"y", 30_000)  # <-
        """,
    ),
    "json of a huge document": (
        "cpu",
        "main",
        """
        import json
        document = [{"a": n} for n in range(900_000)]
        async def main():
            json.dumps(document)  # <-
        """,
    ),
    "catastrophic regex": (
        "cpu",
        "main",
        """
        import re
        async def main():
            re.match(r"(a+)+$", "a" * 24 + "b")  # <-
        """,
    ),
    "cpu in a callback": (
        "cpu",
        "burn",
        """
        import asyncio, time
        def burn():
            end = time.thread_time() + 0.3
            while time.thread_time() < end: pass  # <-
        async def main():
            asyncio.get_running_loop().call_soon(burn)
            await asyncio.sleep(0)
        """,
    ),
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def closed() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def write(tmp_path: Path, port: int, closed: int):
    def write(text: str) -> Program:
        folder = tmp_path / "watched"
        folder.mkdir()
        (tmp_path / "data").mkdir()
        file = tmp_path / "data" / "file.txt"
        file.write_text("some text")
        names = {"FILE": str(file), "FOLDER": str(tmp_path), "PORT": port, "CLOSED": closed}
        return Program(folder, text, **names)

    return write


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("family", "call", "text"), BLOCKING.values(), ids=list(BLOCKING))
def test_a_blocking_call_is_found_on_its_line(write, family, call, text):
    """Each blocking pattern yields its family, its call and its line, and no other line."""
    program = write(text)
    watch = Watch(program.source)
    program.run(watch)
    found = [(f.family, f.call, f.file, f.line) for f in watch.findings]
    assert found[:1] == [(family, call, "program.py", program.guilty)]
    assert {f.line for f in watch.findings} == {program.guilty}
    gc.collect()


CORRECT = {
    "asyncio.sleep": "import asyncio\nasync def main():\n    await asyncio.sleep(0.01)",
    "to_thread": """
        import asyncio, time
        async def main():
            await asyncio.to_thread(time.sleep, 0.01)
        """,
    "to_thread of a helper": """
        import asyncio, time, subprocess
        from pathlib import Path
        def work():
            time.sleep(0.01)
            Path(FILE).read_text()
            open(FILE).close()
            subprocess.run(["true"])
        async def main():
            await asyncio.to_thread(work)
        """,
    "run_in_executor": """
        import asyncio, time
        async def main():
            await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.01)
        """,
    "an own pool": """
        import asyncio, time
        from concurrent.futures import ThreadPoolExecutor
        async def main():
            with ThreadPoolExecutor() as pool:
                loop = asyncio.get_running_loop()
                await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 0.01) for _ in range(3)))
        """,
    "a process pool": """
        import asyncio, multiprocessing, time
        from concurrent.futures import ProcessPoolExecutor
        async def main():
            fork = multiprocessing.get_context("fork")
            with ProcessPoolExecutor(1, mp_context=fork) as pool:
                await asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.01)
        """,
    "anyio threads": """
        import anyio.to_thread, time
        async def main():
            await anyio.to_thread.run_sync(time.sleep, 0.01)
        """,
    "anyio files": """
        import anyio
        async def main():
            async with await anyio.open_file(FILE) as file:
                await file.read()
            await anyio.Path(FILE).read_text()
        """,
    "http over asgi": """
        import httpx
        from fastapi import FastAPI
        app = FastAPI()
        @app.get("/")
        async def root():
            return {}
        async def main():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as c:
                assert (await c.get("/")).status_code == 200
        """,
    "http over a real socket": """
        import httpx
        async def main():
            async with httpx.AsyncClient() as client:
                await client.get(f"http://localhost:{PORT}/")
        """,
    "an https client's certificates": """
        import httpx
        async def main():
            for _ in range(3):
                await httpx.AsyncClient().aclose()
        """,
    "mocked http": """
        import httpx, respx
        async def main():
            with respx.mock:
                respx.get("http://up/").respond(200)
                async with httpx.AsyncClient() as client:
                    await client.get("http://up/")
        """,
    "asyncio subprocess": """
        import asyncio
        async def main():
            child = await asyncio.create_subprocess_exec("echo", "x", stdout=asyncio.subprocess.PIPE)
            out, _ = await child.communicate()
            assert out == b"x\\n"
        """,
    "asyncio shell": """
        import asyncio
        async def main():
            child = await asyncio.create_subprocess_shell("cat", stdin=asyncio.subprocess.PIPE)
            await child.communicate(b"x")
        """,
    "streams": """
        import asyncio
        async def echo(reader, writer):
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        async def main():
            async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                writer.write(b"x\\n")
                assert await reader.readline() == b"x\\n"
                writer.close()
                await writer.wait_closed()
        """,
    "loop sockets": """
        import asyncio, socket
        async def main():
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            theirs.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(ours, b"x")
            assert await loop.sock_recv(theirs, 1) == b"x"
            ours.close()
            theirs.close()
        """,
    "asyncio dns": """
        import asyncio
        async def main():
            await asyncio.get_running_loop().getaddrinfo("localhost", 80)
        """,
    "def route and dependency": """
        import time, httpx
        from fastapi import Depends, FastAPI
        app = FastAPI()
        def user():
            time.sleep(0.01)
        @app.get("/")
        def root(_=Depends(user)):
            time.sleep(0.01)
        async def main():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as c:
                await c.get("/")
        """,
    "background def task": """
        import time, httpx
        from fastapi import BackgroundTasks, FastAPI
        app = FastAPI()
        @app.get("/")
        async def root(tasks: BackgroundTasks):
            tasks.add_task(time.sleep, 0.01)
        async def main():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as c:
                await c.get("/")
        """,
    "file response": """
        import httpx
        from fastapi import FastAPI
        from fastapi.responses import FileResponse
        app = FastAPI()
        @app.get("/")
        async def root():
            return FileResponse(FILE)
        async def main():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as c:
                assert (await c.get("/")).text == "some text"
        """,
    "an app built in the loop": """
        from fastapi import FastAPI
        from pydantic import BaseModel
        async def main():
            app = FastAPI()
            for n in range(60):
                class Item(BaseModel):
                    name: str
                    size: int = 0
                @app.get(f"/{n}")
                async def route(item: Item) -> list[Item]:
                    return []
            app.openapi()
        """,
    "a little work": """
        import time
        async def main():
            end = time.thread_time() + 0.005
            while time.thread_time() < end:
                pass
        """,
    "many short steps": """
        import asyncio, time
        async def main():
            for _ in range(100):
                end = time.thread_time() + 0.003
                while time.thread_time() < end:
                    pass
                await asyncio.sleep(0)
        """,
    "first import in a handler": """
        async def main():
            import sys
            for name in [n for n in sys.modules if n.split(".")[0] in ("xml", "unittest", "decimal")]:
                del sys.modules[name]
            import xml.dom.minidom, unittest.mock, decimal
        """,
    "import that burns": """
        import sys
        sys.path.insert(0, FOLDER)
        with open(FOLDER + "/burning.py", "w") as f:
            f.write("import time\\nend = time.thread_time() + 0.3\\nwhile time.thread_time() < end: pass")
        async def main():
            import burning
            sys.path.remove(FOLDER)
            del sys.modules["burning"]
        """,
    "free lock": """
        import threading
        lock, again = threading.Lock(), threading.RLock()
        async def main():
            with lock, again, again:
                pass
        """,
    "lock tried, not waited for": """
        import asyncio, threading
        lock = threading.Lock()
        async def main():
            lock.acquire()
            assert not lock.acquire(blocking=False)
            assert lock.locked()
            lock.release()
        """,
    "lock contended for a moment": """
        import asyncio, threading
        lock = threading.Lock()
        seen = []
        def work():
            for n in range(2000):
                with lock:
                    seen.append(n)
        async def main():
            thread = asyncio.create_task(asyncio.to_thread(work))
            for _ in range(200):
                with lock:
                    seen.append(0)
                await asyncio.sleep(0)
            await thread
        """,
    "set event and filled queue": """
        import queue, threading
        async def main():
            event = threading.Event()
            event.set()
            event.wait()
            items = queue.Queue()
            items.put(1)
            items.get()
            try:
                items.get_nowait()
            except queue.Empty:
                pass
        """,
    "finished future and thread": """
        import asyncio, threading
        from concurrent.futures import ThreadPoolExecutor
        async def main():
            pool = ThreadPoolExecutor(1)
            future = pool.submit(int)
            await asyncio.wrap_future(future)
            future.result()
            thread = threading.Thread(target=int)
            thread.start()
            await asyncio.to_thread(thread.join)
            thread.join()
            pool.shutdown(wait=False)
        """,
    "reply from a thread": """
        import asyncio, threading
        async def main():
            loop, done = asyncio.get_running_loop(), asyncio.Event()
            thread = threading.Thread(target=loop.call_soon_threadsafe, args=[done.set])
            thread.start()
            await done.wait()
            thread.join()
        """,
    "coroutine from a thread": """
        import asyncio
        async def answer():
            return 42
        async def main():
            loop = asyncio.get_running_loop()
            ask = lambda: asyncio.run_coroutine_threadsafe(answer(), loop).result()
            assert await asyncio.to_thread(ask) == 42
        """,
    "log lines and prints": """
        import logging, sys
        handler = logging.FileHandler(FILE + ".log")
        log = logging.getLogger("watched")
        log.addHandler(handler)
        async def main():
            log.warning("x")
            print("x", file=sys.stderr)
            handler.close()
            log.removeHandler(handler)
        """,
    "a warning and a traceback": """
        import linecache, traceback, warnings
        async def main():
            linecache.clearcache()
            with warnings.catch_warnings(record=True):
                warnings.simplefilter("always")
                warnings.warn("x")
            try:
                1 / 0
            except ZeroDivisionError:
                traceback.format_exc()
        """,
    "stat and exists": """
        import os
        from pathlib import Path
        async def main():
            os.stat(FILE)
            assert os.path.exists(FILE) and Path(FILE).is_file()
        """,
    "the null device": "import os\nasync def main():\n    open(os.devnull, 'w').close()",
    "sleep of nothing": "import time\nasync def main():\n    time.sleep(0)",
    "datagram to a number": """
        import socket
        async def main():
            socket.getaddrinfo("127.0.0.1", 80)
            with socket.socket(type=socket.SOCK_DGRAM) as s:
                s.connect(("127.0.0.1", 9))
                s.send(b"x")
        """,
    "garbage collection": """
        import gc
        async def main():
            rings = []
            for _ in range(200_000):
                ring = []
                ring.append(ring)
                rings.append(ring)
                if len(rings) == 50_000:
                    rings.clear()
                    break
            for _ in range(6):
                gc.collect()
        """,
    "a busy thread beside an idle loop": """
        import asyncio, time
        def burn():
            end = time.thread_time() + 0.3
            while time.thread_time() < end:
                pass
        async def main():
            work = asyncio.create_task(asyncio.to_thread(burn))
            while not work.done():
                await asyncio.sleep(0.001)
        """,
    "many threads started": """
        import asyncio, threading
        async def main():
            threads = [threading.Thread(target=int) for _ in range(50)]
            for thread in threads:
                thread.start()
            for thread in threads:
                await asyncio.to_thread(thread.join)
        """,
    "sqlite in a thread": """
        import asyncio, sqlite3
        def query():
            with sqlite3.connect(FILE + ".db") as db:
                db.execute("create table t (n)")
                rows = db.execute("select n from t").fetchall()
            db.close()
            return rows
        async def main():
            assert await asyncio.to_thread(query) == []
        """,
    "polling a process": """
        import asyncio, subprocess
        async def main():
            child = subprocess.Popen(["true"])
            while child.poll() is None:
                await asyncio.sleep(0.01)
            child.wait()
        """,
    "blocking before the loop": """
        import asyncio, time, subprocess
        time.sleep(0.01)
        subprocess.run(["true"])
        text = open(FILE).read()
        async def main():
            pass
        """,
}


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("text", CORRECT.values(), ids=list(CORRECT))
def test_a_correct_program_yields_nothing(write, text):
    """No correct pattern yields a finding."""
    program = write(text)
    watch = Watch(program.source)
    program.run(watch)
    assert watch.findings == []


def test_the_findings_come_in_the_order_of_the_calls_and_sleeps_are_not_merged(write):
    """Every blocking sleep is a finding of its own."""
    program = write("import time\nasync def main():\n    for n in 1, 2: time.sleep(n / 100)  # <-")
    watch = Watch(program.source)
    program.run(watch)
    short, long = watch.findings
    assert (short.line, long.line) == (program.guilty, program.guilty)
    assert short.seconds is not None
    assert long.seconds is not None
    assert 0.01 <= short.seconds <= long.seconds


def test_files_of_one_line_in_one_step_are_one_finding(write):
    """A thousand reads of one line in one step are one finding that says so."""
    program = write("async def main():\n    for _ in range(9): open(FILE).close()  # <-")
    watch = Watch(program.source)
    program.run(watch)
    assert [(f.line, f.detail) for f in watch.findings] == [(program.guilty, "9 times")]


def test_cpu_seconds_are_the_threads_own(write):
    """Processor time is counted, whatever else keeps the machine busy."""
    program = write(BLOCKING["loop in Python"][2])
    watch = Watch(program.source)
    program.run(watch)
    (finding,) = watch.findings
    assert finding.seconds is not None
    assert finding.seconds >= 0.3


def test_the_cpu_limit_is_a_parameter(write):
    """A step below the limit is no finding."""
    program = write(BLOCKING["loop in Python"][2])
    watch = Watch(program.source, cpu_limit=60)
    program.run(watch)
    assert watch.findings == []


def test_a_call_under_way_is_found_already(write):
    """A call that has not come back is a finding without a duration."""
    seen = []
    program = write("import time\nasync def main():\n    time.sleep(0.01)  # <-")
    watch = Watch(program.source)
    real = time.sleep
    try:
        time.sleep = lambda seconds: seen.extend(watch.findings) or real(seconds)
        program.run(watch)
    finally:
        time.sleep = real
    assert [(f.call, f.seconds) for f in seen] == [("time.sleep", None)]


def test_code_of_others_is_nobodys_finding(tmp_path: Path):
    """What blocks without a watched line on the stack is not held against the watched code."""

    async def main() -> None:
        time.sleep(0.01)

    with Watch(Source(tmp_path)) as watch:
        asyncio.run(main())
    assert watch.findings == []


def test_everything_is_put_back(tmp_path: Path):
    """Each replaced name is what it was before, also those a class inherits."""

    def world() -> list[object]:
        handle = asyncio.events.Handle
        names = [time.sleep, open, input, threading.Lock, threading.RLock, threading.Event.wait]
        names += [sqlite3.connect, subprocess.run, handle._run, handle.__init__]
        names += [dict(vars(socket.socket)), dict(vars(threading.Thread)), dict(vars(Path))]
        return [*names, list(sys.meta_path), list(gc.callbacks), builtins.open]

    before, threads = world(), threading.active_count()
    with Watch(Source(tmp_path)):
        assert world() != before
    assert world() == before
    assert threading.active_count() == threads


def test_what_stands_in_behaves_as_the_original(write):
    """Locks, files and connections are what they were, apart from being watched."""
    program = write(
        """
        import io, pickle, sqlite3, threading, time
        async def main():
            lock = threading.Lock()
            assert isinstance(threading.RLock(), type(threading.RLock()))
            condition = threading.Condition(lock)
            with condition:
                condition.notify_all()
            with open(FILE, "r+", encoding="utf-8", newline="") as file:
                assert type(file) is io.TextIOWrapper and file.name == FILE and file.mode == "r+"
                assert file.read() == "some text"
            with open(FILE, "rb", 0) as file:
                assert isinstance(file, io.FileIO) and file.read(4) == b"some"
            for mode in "q", "rw", "rbt":
                try:
                    open(FILE, mode)
                except ValueError as error:
                    assert str(error)
                else:
                    raise AssertionError(mode)
            class Shelf:
                pause = time.sleep
            Shelf().pause(0)
            assert pickle.loads(pickle.dumps(time.sleep)) is time.sleep
            with sqlite3.connect(":memory:") as db:
                assert isinstance(db, sqlite3.Connection)
                db.row_factory = sqlite3.Row
                assert db.execute("select 1 as n").fetchone()["n"] == 1
            db.close()
            return True
        """
    )
    assert program.run(Watch(program.source)) is True


# --- on a virtual clock --------------------------------------------------------------


def on_virtual_time(program: Program) -> tuple[Watch, Clock]:
    clock = Clock(source=program.source)
    watch = Watch(program.source)
    with clock:
        program.run(watch, clock.loop)
    return watch, clock


def test_a_virtual_sleep_lasts_exactly_its_seconds(write):
    """A `time.sleep(1)` on a virtual clock is recorded with exactly 1.0."""
    program = write("import time\nasync def main():\n    time.sleep(1)  # <-")
    watch, clock = on_virtual_time(program)
    (finding,) = watch.findings
    assert (finding.call, finding.line, finding.seconds) == ("time.sleep", program.guilty, 1.0)
    assert clock.elapsed == 1.0


def test_a_virtual_wait_for_a_future_lasts_exactly_its_seconds(write):
    """Waiting on the loop for a worker's virtual second is recorded with exactly that."""
    program = write(
        """
        import concurrent.futures, time
        async def main():
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                pool.submit(time.sleep, 3).result()  # <-
        """
    )
    watch, _ = on_virtual_time(program)
    (finding,) = watch.findings
    assert (finding.family, finding.line, finding.seconds) == ("lock", program.guilty, 3.0)


@pytest.mark.parametrize(
    "name", ["to_thread", "an own pool", "anyio threads", "def route and dependency"]
)
def test_a_correct_program_on_virtual_time_yields_nothing(write, name):
    """Work in threads stays no finding when the clock is virtual."""
    program = write(CORRECT[name])
    watch, clock = on_virtual_time(program)
    assert watch.findings == []
    assert clock.elapsed in (0.01, 0.02)
