"""Programs that leak, by name (`# <-` marks where), and programs that end what they start."""

from __future__ import annotations

LEAKS = {
    "task": (
        "task",
        "asyncio.create_task",
        "worker is waiting at program.py:4",
        """
        import asyncio
        tasks = set()
        async def worker():
            await asyncio.sleep(60)
        async def main():
            tasks.add(asyncio.create_task(worker()))  # <-
        def tidy():
            tasks.pop().cancel()
        """,
    ),
    "task of the loop": (
        "task",
        "loop.create_task",
        "worker is waiting at program.py:4",
        """
        import asyncio
        tasks = set()
        async def worker():
            await asyncio.sleep(60)
        async def main():
            tasks.add(asyncio.get_running_loop().create_task(worker()))  # <-
        def tidy():
            tasks.pop().cancel()
        """,
    ),
    "task under an own factory": (
        "task",
        "asyncio.ensure_future",
        "worker is waiting at program.py:4",
        """
        import asyncio
        made = []
        async def worker():
            await asyncio.sleep(60)
        def factory(loop, coro, **options):
            made.append(asyncio.Task(coro, loop=loop, **options))
            return made[-1]
        async def main():
            asyncio.get_running_loop().set_task_factory(factory)
            asyncio.ensure_future(worker())  # <-
        def tidy():
            assert len(made) == 1
            made.pop().cancel()
        """,
    ),
    "forgotten task": (
        "task",
        "asyncio.create_task",
        "worker was lost before it was done",
        """
        import asyncio
        async def worker():
            await asyncio.Future()
        async def main():
            asyncio.create_task(worker())  # <-
            await asyncio.sleep(0)
        """,
    ),
    "thread": (
        "thread",
        "threading.Thread",
        "spinner is still running",
        """
        import threading
        stop = threading.Event()
        async def main():
            thread = threading.Thread(target=stop.wait, name="spinner")
            thread.start()  # <-
        def tidy():
            stop.set()
        """,
    ),
    "daemon thread": (
        "thread",
        "threading.Thread",
        "spinner is still running",
        """
        import threading
        stop = threading.Event()
        async def main():
            threading.Thread(target=stop.wait, daemon=True, name="spinner").start()  # <-
        def tidy():
            stop.set()
        """,
    ),
    "pool": (
        "thread",
        "concurrent.futures.ThreadPoolExecutor",
        "never shut down, 1 threads",
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        pools = []
        async def main():
            pools.append(ThreadPoolExecutor(1))  # <-
            await asyncio.get_running_loop().run_in_executor(pools[0], int)
        def tidy():
            pools.pop().shutdown()
        """,
    ),
    "process pool": (
        "process",
        "concurrent.futures.ProcessPoolExecutor",
        "never shut down, 1 processes",
        """
        import asyncio, multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        pools = []
        async def main():
            fork = multiprocessing.get_context("fork")
            pools.append(ProcessPoolExecutor(1, mp_context=fork))  # <-
            await asyncio.get_running_loop().run_in_executor(pools[0], int)
        def tidy():
            pools.pop().shutdown()
        """,
    ),
    "subprocess": (
        "process",
        "subprocess.Popen",
        "is still running",
        """
        import subprocess
        children = []
        async def main():
            children.append(subprocess.Popen(["sleep", "60"]))  # <-
        def tidy():
            children[0].kill()
            children.pop().wait()
        """,
    ),
    "asyncio subprocess": (
        "process",
        "asyncio.create_subprocess_exec",
        "is still running",
        """
        import asyncio
        children = []
        async def main():
            children.append(await asyncio.create_subprocess_exec("sleep", "60"))  # <-
        def tidy():
            children.pop().kill()
        """,
    ),
    "process": (
        "process",
        "multiprocessing.Process",
        "is still running",
        """
        import multiprocessing, time
        children = []
        async def main():
            fork = multiprocessing.get_context("fork")
            children.append(fork.Process(target=time.sleep, args=[60]))
            children[0].start()  # <-
        def tidy():
            children[0].kill()
            children.pop().join()
        """,
    ),
    "client kept": (
        "client",
        "httpx.AsyncClient",
        "is not closed",
        """
        import httpx
        clients = []
        async def main():
            clients.append(httpx.AsyncClient())  # <-
        def tidy():
            clients.clear()
        """,
    ),
    "client dropped": (
        "client",
        "httpx.AsyncClient",
        "lost without being closed",
        """
        import httpx
        async def main():
            httpx.AsyncClient()  # <-
        """,
    ),
    "client of an own class": (
        "client",
        "httpx.AsyncClient",
        "lost without being closed",
        """
        import httpx
        class Api(httpx.AsyncClient):
            def __init__(self):
                super().__init__(base_url="http://x")  # <-
        async def main():
            Api()
        """,
    ),
    "synchronous client": (
        "client",
        "httpx.Client",
        "lost without being closed",
        "import httpx\nasync def main():\n    httpx.Client()  # <-",
    ),
    "coroutine": (
        "coroutine",
        "work",
        "was never awaited",
        "async def work():\n    pass\nasync def main():\n    work()  # <-",
    ),
    "coroutine of a library": (
        "coroutine",
        "sleep",
        "was never awaited",
        "import asyncio\nasync def main():\n    asyncio.sleep(1)  # <-",
    ),
    "exception in a task": (
        "exception",
        "asyncio.create_task",
        "ValueError: no",
        """
        import asyncio
        async def work():
            raise ValueError("no")  # <-
        async def main():
            asyncio.create_task(work())
        """,
    ),
    "exception in a task that is kept": (
        "exception",
        "asyncio.create_task",
        "ValueError: no",
        """
        import asyncio
        tasks = set()
        async def work():
            raise ValueError("no")  # <-
        async def main():
            tasks.add(asyncio.create_task(work()))
        def tidy():
            tasks.pop().exception()
        """,
    ),
    "exception in a callback": (
        "exception",
        "callback",
        "ZeroDivisionError: division by zero",
        """
        import asyncio
        def burst():
            1 / 0  # <-
        async def main():
            asyncio.get_running_loop().call_soon(burst)
        """,
    ),
    "exception in a thread": (
        "exception",
        "threading.Thread",
        "ZeroDivisionError: division by zero",
        """
        import asyncio, threading
        def burst():
            1 / 0  # <-
        async def main():
            thread = threading.Thread(target=burst)
            thread.start()
            await asyncio.to_thread(thread.join)
        """,
    ),
    "exception in a destructor": (
        "exception",
        "__del__",
        "ZeroDivisionError: division by zero",
        """
        class Box:
            def __del__(self):
                1 / 0  # <-
        async def main():
            Box()
        """,
    ),
}

TIDY = {
    "a task awaited": """
        import asyncio
        async def main():
            await asyncio.create_task(asyncio.sleep(0))
        """,
    "a task cancelled": """
        import asyncio
        async def main():
            asyncio.create_task(asyncio.sleep(60)).cancel()
        """,
    "a task group": """
        import asyncio
        async def main():
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(0))
        """,
    "an exception retrieved": """
        import asyncio
        async def work():
            raise ValueError
        async def main():
            await asyncio.gather(work(), work(), return_exceptions=True)
        """,
    "an exception handled by an own handler": """
        import asyncio
        seen = []
        async def main():
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda loop, context: seen.append(context))
            loop.call_soon(lambda: 1 / 0)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert seen
        """,
    "to_thread": """
        import asyncio
        async def main():
            await asyncio.to_thread(int)
        """,
    "anyio threads": """
        import anyio.to_thread
        async def main():
            await anyio.to_thread.run_sync(int)
        """,
    "the loop's own executor replaced": """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        async def main():
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
            await asyncio.to_thread(int)
        """,
    "a pool shut down": """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        async def main():
            with ThreadPoolExecutor(1) as pool:
                await asyncio.get_running_loop().run_in_executor(pool, int)
        """,
    "a thread about to end": """
        import threading, time
        async def main():
            threading.Thread(target=time.sleep, args=[0.02]).start()
        """,
    "a subprocess waited for": """
        import asyncio
        async def main():
            child = await asyncio.create_subprocess_exec("true")
            await child.wait()
        """,
    "a subprocess killed": """
        import asyncio
        async def main():
            child = await asyncio.create_subprocess_exec("sleep", "60")
            child.kill()
            await child.wait()
        """,
    "subprocess.run in a thread": """
        import asyncio, subprocess
        async def main():
            await asyncio.to_thread(subprocess.run, ["true"])
        """,
    "clients closed": """
        import httpx
        async def main():
            async with httpx.AsyncClient():
                pass
            client = httpx.AsyncClient()
            await client.aclose()
            with httpx.Client():
                pass
            httpx.Client().close()
        """,
    "a client of an own class closed": """
        import httpx
        class Api(httpx.AsyncClient):
            async def aclose(self):
                await super().aclose()
        async def main():
            await Api().aclose()
        """,
    "a request through an app with background work": """
        import httpx
        from fastapi import BackgroundTasks, FastAPI
        app = FastAPI()
        @app.middleware("http")
        async def through(request, call_next):
            return await call_next(request)
        @app.get("/")
        def root(tasks: BackgroundTasks):
            tasks.add_task(int)
        async def main():
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                await client.get("/")
        """,
    "a task just finished": """
        import asyncio
        async def main():
            asyncio.create_task(asyncio.sleep(0))
        """,
}

DATABASE = {
    "a connection": (
        "asyncpg.connect",
        "is not closed",
        """
        import asyncpg
        kept = []
        async def main():
            kept.append(await asyncpg.connect(DSN))  # <-
        def tidy():
            kept.pop().terminate()
        """,
    ),
    "a connection dropped": (
        "asyncpg.connect",
        "lost without being closed",
        """
        import asyncpg
        async def main():
            connection = await asyncpg.connect(DSN)  # <-
            assert await connection.fetchval("select 1") == 1
        """,
    ),
    "a connection made in another task": (
        "asyncpg.connect",
        "is not closed",
        """
        import asyncio, asyncpg
        kept = []
        async def main():
            kept.append(await asyncio.wait_for(asyncpg.connect(DSN), 5))  # <-
        def tidy():
            kept.pop().terminate()
        """,
    ),
    "a pool": (
        "asyncpg.create_pool",
        "the pool is not closed",
        """
        import asyncpg
        kept = []
        async def main():
            kept.append(await asyncpg.create_pool(DSN, min_size=1))  # <-
        def tidy():
            kept.pop().terminate()
        """,
    ),
    "a connection not given back": (
        "asyncpg.Pool.acquire",
        "not given back to the pool",
        """
        import asyncpg
        async def main():
            await POOL[0].acquire()  # <-
        """,
    ),
    "nothing": (
        None,
        None,
        """
        import asyncpg
        async def main():
            connection = await asyncpg.connect(DSN)
            await connection.close()
            (await asyncpg.connect(DSN)).terminate()
            async with asyncpg.create_pool(DSN, min_size=1) as pool:
                assert isinstance(pool, asyncpg.Pool)
                async with pool.acquire() as connection:
                    await connection.fetchval("select 1")
                await pool.fetchval("select 1")
            async with POOL[0].acquire():
                pass
        """,
    ),
}
