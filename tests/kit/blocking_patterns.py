"""Programs that block the loop, by name: family, call, text. `# <-` marks the guilty line."""

from __future__ import annotations

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
        import time
        from fastapi import FastAPI
        app = FastAPI()
        @app.get("/")
        async def root():
            time.sleep(0.01)  # <-
        async def main():
            async with CLIENT(app) as c:
                await c.get("/")
        """,
    ),
    "dependency": (
        "sleep",
        "time.sleep",
        """
        import time
        from fastapi import Depends, FastAPI
        app = FastAPI()
        async def user():
            time.sleep(0.01)  # <-
        @app.get("/")
        async def root(_=Depends(user)):
            pass
        async def main():
            async with CLIENT(app) as c:
                await c.get("/")
        """,
    ),
    "middleware": (
        "sleep",
        "time.sleep",
        """
        import time
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
            async with CLIENT(app) as c:
                await c.get("/")
        """,
    ),
    "background task": (
        "sleep",
        "time.sleep",
        """
        import time
        from fastapi import BackgroundTasks, FastAPI
        app = FastAPI()
        async def mail():
            time.sleep(0.01)  # <-
        @app.get("/")
        async def root(tasks: BackgroundTasks):
            tasks.add_task(mail)
        async def main():
            async with CLIENT(app) as c:
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
        "from threading import *\nasync def main():\n    Semaphore(0).acquire(timeout=0.2)  # <-",
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
    "encoding of a huge answer": (
        "cpu",
        "root",
        """
        from fastapi import FastAPI
        app = FastAPI()
        document = [{"a": n} for n in range(150_000)]
        @app.get("/")  # <-
        async def root():
            return document
        async def main():
            async with CLIENT(app) as c:
                await c.get("/")
        """,
    ),
}
