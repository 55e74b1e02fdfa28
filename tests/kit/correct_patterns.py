"""Programs that block nothing, by name: a watch that finds anything in them is wrong."""

from __future__ import annotations

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
                jobs = [loop.run_in_executor(pool, time.sleep, 0.01) for _ in range(3)]
                await asyncio.gather(*jobs)
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
        from fastapi import FastAPI
        app = FastAPI()
        @app.get("/")
        async def root():
            return {}
        async def main():
            async with CLIENT(app) as c:
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
            pipe = asyncio.subprocess.PIPE
            child = await asyncio.create_subprocess_exec("echo", "x", stdout=pipe)
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
        import time
        from fastapi import Depends, FastAPI
        app = FastAPI()
        def user():
            time.sleep(0.01)
        @app.get("/")
        def root(_=Depends(user)):
            time.sleep(0.01)
        async def main():
            async with CLIENT(app) as c:
                await c.get("/")
        """,
    "background def task": """
        import time
        from fastapi import BackgroundTasks, FastAPI
        app = FastAPI()
        @app.get("/")
        async def root(tasks: BackgroundTasks):
            tasks.add_task(time.sleep, 0.01)
        async def main():
            async with CLIENT(app) as c:
                await c.get("/")
        """,
    "file response": """
        from fastapi import FastAPI
        from fastapi.responses import FileResponse
        app = FastAPI()
        @app.get("/")
        async def root():
            return FileResponse(FILE)
        async def main():
            async with CLIENT(app) as c:
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
            old = ("xml", "unittest", "decimal")
            for name in [n for n in sys.modules if n.split(".")[0] in old]:
                del sys.modules[name]
            import xml.dom.minidom, unittest.mock, decimal
        """,
    "import that burns": """
        import sys
        sys.path.insert(0, FOLDER)
        with open(FOLDER + "/burning.py", "w") as f:
            f.write("import time\\nend = time.thread_time() + 0.3\\n")
            f.write("while time.thread_time() < end: pass")
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
