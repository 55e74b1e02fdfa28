"""Blockers that wait for a thread or a process."""

import _thread
import concurrent.futures
import contextlib
import ctypes
import multiprocessing
import operator
import queue
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

from tests.bench.blocking import fixtures

processes = multiprocessing.get_context("fork")


# %% lock_thread_lock: a lock in a `with`, that is held for a while
# blocks: lock, threading.Lock.acquire
# in: hash
totals_lock = threading.Lock()
totals_lock.acquire()


def block() -> None:
    threading.Timer(0.25, totals_lock.release).start()
    with totals_lock:  # <-
        pass


# %% lock_of_another_module: a lock that another module made, and that is held for a while
# blocks: lock, registry.lock.acquire
# in: coroutine
registry = fixtures.module("registry", "import threading\n\nlock = threading.Lock()\n")
registry.lock.acquire()


def block() -> None:
    threading.Timer(0.4, registry.lock.release).start()
    registry.lock.acquire()  # <-


# %% lock_of_the_thread_module: a lock of `_thread.allocate_lock`, that is not released
# blocks: lock, gate.acquire
# in: helper
gate = _thread.allocate_lock()
gate.acquire()


def block() -> None:
    gate.acquire(timeout=0.4)  # <-


# %% lock_rlock: a reentrant lock that a thread holds
# blocks: lock, threading.RLock.acquire
# in: property
settings_lock = threading.RLock()
owner = threading.Thread(target=settings_lock.acquire)
owner.start()
owner.join()


def block() -> None:
    settings_lock.acquire(timeout=0.2)  # <-


# %% lock_semaphore: a semaphore of threads that has no permit left
# blocks: lock, threading.Semaphore.acquire
# in: dependency, class_dependency
slots = threading.Semaphore(0)


def block() -> None:
    slots.acquire(timeout=0.2)  # <-


# %% lock_bounded_semaphore: a bounded semaphore of threads that has no permit left
# blocks: lock, threading.Semaphore.acquire
# in: route_decorator
permits = threading.BoundedSemaphore(1)
permits.acquire()


def block() -> None:
    permits.acquire(timeout=0.2)  # <-


# %% lock_of_the_c_library: a semaphore of the C library
# blocks: lock, libc.sem_wait
# in: helper
libc = ctypes.CDLL(None)
permit = ctypes.create_string_buffer(64)
libc.sem_init(permit, 0, 0)


def block() -> None:
    threading.Timer(0.4, libc.sem_post, args=[permit]).start()
    libc.sem_wait(permit)  # <-


# %% lock_event: an event of threads that is not set in time
# blocks: lock, threading.Event.wait
# in: call_later, finalizer, http_middleware
flushed_event = threading.Event()


def block() -> None:
    flushed_event.wait(0.2)  # <-


# %% lock_condition_wait: `Condition.wait` for a notice that does not come
# blocks: lock, threading.Condition.wait
# in: task_group
changed = threading.Condition()


def block() -> None:
    with changed:
        changed.wait(timeout=0.2)  # <-


# %% lock_condition_wait_for: `Condition.wait_for`, until a thread has loaded the rates
# blocks: lock, threading.Condition.wait
# in: base_http_middleware
rates: dict[str, float] = {}
loaded = threading.Condition()


def load() -> None:
    time.sleep(0.3)
    with loaded:
        rates["USD"] = 1.08
        loaded.notify_all()


def block() -> None:
    with loaded:
        threading.Thread(target=load, daemon=True).start()
        loaded.wait_for(lambda: "USD" in rates)  # <-


# %% lock_thread_join: `Thread.join`
# blocks: lock, threading.Thread.join
# in: helper, background_task, finally_clause, loop_signal_handler
def block() -> None:
    worker = threading.Thread(target=time.sleep, args=[0.3])
    worker.start()
    worker.join()  # <-


# %% lock_queue_get: `queue.Queue.get` of a queue that stays empty
# blocks: lock, queue.Queue.get
# in: sse_generator, cancellation_handler, repr
letters: queue.Queue[str] = queue.Queue()


def block() -> None:
    with contextlib.suppress(queue.Empty):
        letters.get(timeout=0.2)  # <-


# %% lock_lifo_queue_get: `get` of a `LifoQueue`, until somebody gives a connection back
# blocks: lock, queue.Queue.get
# in: dependency_before_yield
pool: queue.LifoQueue[str] = queue.LifoQueue()


def block() -> None:
    threading.Timer(0.25, pool.put, args=["connection"]).start()
    pool.get()  # <-


# %% lock_queue_put: `queue.Queue.put` into a full queue
# blocks: lock, queue.Queue.put
# in: websocket
inbox: queue.Queue[str] = queue.Queue(maxsize=1)
inbox.put("earlier")


def block() -> None:
    with contextlib.suppress(queue.Full):
        inbox.put("later", timeout=0.2)  # <-


# %% lock_queue_join: `queue.Queue.join`, until a thread has done its work
# blocks: lock, queue.Queue.join
# in: shutdown
letters: queue.Queue[str] = queue.Queue()
letters.put("dear customer")


def block() -> None:
    threading.Timer(0.25, letters.task_done).start()
    letters.join()  # <-


# %% lock_future_result: `Future.result` of work in a pool
# blocks: lock, concurrent.futures.Future.result
# in: route, call_soon_threadsafe
executor = ThreadPoolExecutor(1)


def block() -> None:
    future = executor.submit(time.sleep, 0.3)
    future.result()  # <-


# %% lock_future_exception: `Future.exception` of work in a pool
# blocks: lock, concurrent.futures.Future.exception
# in: done_callback
executor = ThreadPoolExecutor(1)


def fail() -> None:
    time.sleep(0.3)
    raise OSError("disk full")


def block() -> None:
    backup: Future[None] = executor.submit(fail)
    assert isinstance(backup.exception(), OSError)  # <-


# %% lock_executor_map: the results of `Executor.map`
# blocks: lock, concurrent.futures.Future.result
# in: async_generator
executor = ThreadPoolExecutor(2)


def block() -> None:
    for _ in executor.map(time.sleep, [0.3, 0.3]):  # <-
        pass


# %% lock_process_pool_result: `Future.result` of work in a pool of processes
# blocks: lock, concurrent.futures.Future.result
# in: coroutine
executor = ProcessPoolExecutor(1, mp_context=processes)
executor.submit(abs, -1).result()


def block() -> None:
    executor.submit(time.sleep, 0.25).result()  # <-


# %% lock_as_completed: `concurrent.futures.as_completed`
# blocks: lock, threading.Event.wait
# in: streaming_generator
executor = concurrent.futures.ThreadPoolExecutor(2)


def block() -> None:
    futures = [executor.submit(time.sleep, 0.25) for _ in range(2)]
    for _ in concurrent.futures.as_completed(futures):  # <-
        pass


# %% lock_futures_wait: `concurrent.futures.wait`
# blocks: lock, concurrent.futures.wait
# in: helper
executor = concurrent.futures.ThreadPoolExecutor(3)


def block() -> None:
    futures = [executor.submit(time.sleep, 0.25) for _ in range(3)]
    concurrent.futures.wait(futures)  # <-


# %% lock_pool_shutdown: `Executor.shutdown`, with work under way
# blocks: lock, concurrent.futures.Executor.shutdown
# in: aexit
def block() -> None:
    executor = ThreadPoolExecutor(2)
    executor.submit(time.sleep, 0.3)
    executor.shutdown()  # <-


# %% lock_with_a_pool: a pool in a `with`, which waits for what was handed in
# blocks: lock, concurrent.futures.Executor.shutdown
# in: coroutine
def block() -> None:
    with ThreadPoolExecutor(2) as executor:  # <-
        executor.submit(time.sleep, 0.3)


# %% lock_driver_pool: a driver whose pool of connections is empty, and waits in C
# blocks: lock, pool.take
# in: dependency_before_yield
DRIVER = """
import _queue


class Pool:
    def __init__(self) -> None:
        self.free = _queue.SimpleQueue()

    def take(self, patience: float) -> int:
        try:
            return self.free.get(True, patience)
        except _queue.Empty:
            return -1
"""
pool = fixtures.module("pooled", DRIVER).Pool()


def block() -> None:
    assert pool.take(0.4) == -1  # <-


# %% lock_processes_lock: a lock between processes that is held for a while
# blocks: lock, report_lock.acquire
# in: coroutine
report_lock = processes.Lock()
report_lock.acquire()


def block() -> None:
    threading.Timer(0.4, report_lock.release).start()
    report_lock.acquire()  # <-


# %% lock_processes_semaphore: a semaphore between processes that has no permit left
# blocks: lock, licences.acquire
# in: helper
licences = processes.Semaphore(0)


def block() -> None:
    licences.acquire(timeout=0.4)  # <-


# %% lock_processes_event: an event between processes that is not set in time
# blocks: lock, worker_ready.wait
# in: lifespan
worker_ready = processes.Event()


def block() -> None:
    worker_ready.wait(0.4)  # <-


# %% lock_processes_barrier: a barrier between processes that nobody else comes to
# blocks: lock, threading.Barrier.wait
# in: coroutine
everybody_ready = processes.Barrier(2)


def block() -> None:
    with contextlib.suppress(threading.BrokenBarrierError):
        everybody_ready.wait(0.2)  # <-


# %% lock_processes_queue: a queue between processes whose other end is slow
# blocks: lock, multiprocessing.Queue.get
# in: async_iterator
found = processes.Queue()


def crawl() -> None:
    time.sleep(0.3)
    found.put("example.org")


def block() -> None:
    processes.Process(target=crawl).start()
    assert found.get() == "example.org"  # <-


# %% lock_processes_pipe: `Connection.recv` of the answer of a child
# blocks: lock, multiprocessing.connection.Connection.recv
# in: task
ours, theirs = processes.Pipe()


def predict() -> None:
    time.sleep(0.3)
    theirs.send(42)


def block() -> None:
    processes.Process(target=predict).start()
    assert ours.recv() == 42  # <-


# %% lock_processes_join: `Process.join`
# blocks: lock, multiprocessing.Process.join
# in: aexit
def block() -> None:
    child = processes.Process(target=time.sleep, args=[0.25])
    child.start()
    child.join()  # <-


# %% lock_processes_pool_map: `multiprocessing.Pool.map`
# blocks: lock, multiprocessing.pool.Pool.map
# in: coroutine
workers = processes.Pool(1)


def block() -> None:
    workers.map(time.sleep, [0.25])  # <-


# %% lock_processes_async_result: the result of `Pool.apply_async`
# blocks: lock, multiprocessing.pool.AsyncResult.get
# in: helper
workers = processes.Pool(1)


def block() -> None:
    workers.apply_async(time.sleep, [0.25])
    assert workers.apply_async(operator.mul, (6, 7)).get() == 42  # <-
