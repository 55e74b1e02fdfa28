"""Pools of threads and processes, and what is known of their work."""

import asyncio
import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, wait


# %% cpu_in_a_process_pool: Processor time spent in a process pool.
async def main() -> None:
    pool = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork"))
    loop = asyncio.get_running_loop()
    jobs = [loop.run_in_executor(pool, sum, range(size)) for size in (3_000_000, 4_000_000)]
    assert len(await asyncio.gather(*jobs)) == 2
    await asyncio.to_thread(pool.shutdown)


# %% finished_futures: Results of futures that are finished.
async def main() -> None:
    pool = ThreadPoolExecutor(2)
    futures = [pool.submit(time.sleep, 0.05) for _ in range(4)]
    await asyncio.gather(*map(asyncio.wrap_future, futures))
    assert [future.result() for future in futures] == [None] * 4
    assert futures[0].exception() is None
    assert len(wait(futures).done) == 4
    pool.shutdown(wait=False)


# %% futures_polled: Futures watched with `wait` and a timeout of nothing.
async def main() -> None:
    pool = ThreadPoolExecutor(2)
    futures = [pool.submit(time.sleep, 0.05) for _ in range(4)]
    while wait(futures, timeout=0).not_done:
        await asyncio.sleep(0.01)
    pool.shutdown(wait=False)


# %% many_threads_started: Fifty threads started by a coroutine.
async def main() -> None:
    threads = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(50)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        await asyncio.sleep(0.01)
    for thread in threads:
        thread.join()


# %% own_pool_shut_down_after_work: A thread pool in a `with`, left when its work is done.
async def main() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(3) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 0.1) for _ in range(3)))


# %% sleep_in_a_process_pool: `time.sleep` in a process pool started by the coroutine.
async def main() -> None:
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    await asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.1)
    await asyncio.to_thread(pool.shutdown)


# %% thread_pool_shut_down_without_waiting: A thread pool that is told to end while it still works.
async def main() -> None:
    pool = ThreadPoolExecutor(1)
    work = asyncio.get_running_loop().run_in_executor(pool, time.sleep, 0.15)
    await asyncio.sleep(0.01)
    pool.shutdown(wait=False)
    await work


# %% thread_pool_started_in_a_coroutine: A pool of sixteen threads that starts as it is used.
async def main() -> None:
    pool = ThreadPoolExecutor(16)
    futures = [pool.submit(time.sleep, 0.1) for _ in range(16)]
    await asyncio.gather(*map(asyncio.wrap_future, futures))
    await asyncio.to_thread(pool.shutdown)
