"""What a scenario may ask for by name, each used in a real child; and what a check reads of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from graders.kit.judge.judge import Judge
from graders.kit.judge.katas import Submission
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.record import Record
from tests.kit import judging
from tests.tiny import NAME, tiny

SUBMISSION = """
import asyncio
import logging
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import asyncpg
import httpx
from fastapi import FastAPI, WebSocket
from fastapi.responses import StreamingResponse

log = logging.getLogger("shop")


async def together(*jobs):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job(), name=f"job {n}") for n, job in enumerate(jobs)]
    return [task.result() for task in tasks]


async def warn(key):
    try:
        raise KeyError(key)
    except KeyError:
        log.exception("no %s", key, extra={"key": key})


def create_app():
    app = FastAPI()

    async def ticks():
        try:
            for number in range(100):
                yield f"{number} "
                await asyncio.sleep(1.0)
        finally:
            log.info("left")

    @app.get("/ticks")
    async def stream():
        return StreamingResponse(ticks())

    @app.post("/orders/{number}", status_code=201)
    async def order(number: int):
        try:
            await asyncio.sleep(1.0)
        except asyncio.CancelledError:
            log.info("cancelled")
            raise
        return number

    @app.websocket("/echo")
    async def echo(socket: WebSocket):
        await socket.accept()
        await socket.send_text(f"you said {await socket.receive_text()}")
        await socket.close(4000, "enough")

    @app.websocket("/closed")
    async def closed(socket: WebSocket):
        await socket.close(4001)

    return app


async def fetch_all(base_url, paths):
    answers = []
    for path in paths:  # a client for each
        async with httpx.AsyncClient(base_url=base_url, timeout=2.0) as client:
            answers.append((await client.get(path)).text)
    return answers


async def compute(job):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return await loop.run_in_executor(pool, job)


async def rows(dsn, timeout=None):
    connection = await asyncpg.connect(dsn)
    try:
        async with asyncio.timeout(timeout):
            found = await connection.fetch("SELECT n FROM items ORDER BY n")
        return [row["n"] for row in found]
    finally:
        await connection.close()


async def listen(dsn, heard):
    connection = await asyncpg.connect(dsn)
    try:
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        await connection.add_listener("news", lambda *event: heard(event[-1]))
        await gone.wait()
    finally:
        await connection.close()
"""

GRADER = '''
import asyncio

import pytest

from graders.kit.author import draw

SCHEMA = "CREATE TABLE items (id serial PRIMARY KEY, n int)"


async def orders_of(kata, job, times):
    """A helper: `kata` is its first parameter, and no check names it."""
    return [await kata.together(job, job, job) for _ in range(times)]


async def shuffled(kata, shuffle, calls):
    done = []
    later = calls.awaitable("later", latency=shuffle.latency(0.1, 0.5))

    async def first():
        done.append("first")

    async def second():
        done.append("second")

    with shuffle.tasks():
        for _ in range(20):
            await kata.together(first, second)
        await orders_of(kata, later, 2)
    return {"done": done, "order": shuffle.order("abcdef")}


async def logged(kata, logs, key=draw.word()):
    await asyncio.sleep(2.0)
    await kata.warn(key)
    return len(logs.of("shop"))


async def cleaned_up(kata, resources, ending):
    """One job fails while another works, and a third has ended."""
    quick = resources.job("quick", seconds=1.0, exit=1.0, returns=7)
    slow = resources.job("slow", seconds=60.0, exit=5.0)
    broken = resources.job("broken", seconds=3.0, exit=0.0, raises=KeyError("x"))
    opened = resources.context("opened")()
    await opened.__aenter__()
    return {"call": await ending(kata.together(quick, slow, broken))}


async def visited(kata, asgi, visit, logs):
    async def hook(response):
        hooked.append((response.status, response.body, len(response.sends) - 1))
        await asyncio.sleep(5.0)

    hooked = []
    async with asgi(kata.create_app()) as client:
        leaves = visit(client, "GET", "/ticks", at=2.0)
        waits = visit(client, "GET", "/ticks", at=3.0, leave_at=10.5, on_start=hook)
        gone = visit(client, "POST", "/orders/1")
        cancelled = visit(client, "POST", "/orders/2", cancel_at=0.5)
        began = await leaves.began()
        await gone.cancel()
        await asyncio.sleep(1.5)
        leaves.leave()
        answers = [await one.done() for one in (leaves, waits, cancelled)]
    return {"began_at": began.sends[0].at, "answers": answers, "hooked": hooked}


async def many_visitors(kata, asgi, visitors):
    async with asgi(kata.create_app()) as client:
        paths = [f"/orders/{n}" for n in range(3)]
        return await visitors(client, paths, method="POST", every=1.0, cancel_at=5.0)


async def socket_talk(kata, asgi, ending):
    async def refused():
        async with client.websocket("/closed"):
            pass

    async with asgi(kata.create_app()) as client:
        async with client.websocket("/echo") as socket:
            await socket.send("hello")
            heard = await socket.receive()
            over = await ending(socket.receive())
        refusal = await ending(refused())
    return {
        "heard": heard, "over": over, "refusal": refusal, "messages": socket.messages,
        "code": socket.code,
    }


async def dribbled(kata, upstream):
    upstream.route("GET", "/slow", chunks=[b"a", b"b", b"c"], every=1.5)
    upstream.route("GET", "/quick", text="quick")
    return await kata.fetch_all(upstream.base_url, ["/slow", "/quick", "/quick"])


async def dribbled_too_slowly(kata, upstream, ending):
    upstream.route("GET", "/slow", chunks=[b"a", b"b"], every=2.5)
    return {"call": await ending(kata.fetch_all(upstream.base_url, ["/slow"]))}


async def held_at_a_gate(kata, gate, calls, ending):
    load = calls.awaitable("load")
    call = asyncio.create_task(kata.compute(gate.wait))
    reached = await gate.reached(unless=[call])
    await kata.together(load, load)
    meanwhile = not call.done()
    without = await gate.reached(unless=[asyncio.create_task(load())])
    gate.open()
    await call
    return {"reached": reached, "meanwhile": meanwhile, "without": without}


async def judge_statements(kata, database, ending, n=draw.whole(1, 9)):
    await database.fill("items", [{"n": n}])
    await database.execute("INSERT INTO items (n) VALUES (10); INSERT INTO items (n) VALUES (20)")
    await database.execute("UPDATE items SET n = n + $1 WHERE n >= $2", 1, 10)
    rows = await kata.rows(database.dsn)
    found = await database.fetch("SELECT n, now() > '2020-01-01' AS late FROM items ORDER BY id")
    refused = {
        "create": await ending(database.execute("CREATE TABLE mine ()")),
        "fetch": await ending(database.fetch("SELECT rolpassword FROM pg_authid")),
        "role": await ending(database.execute("RESET ROLE; SELECT rolname FROM pg_authid")),
        "rows": await ending(database.rows("pg_authid")),
        "fill": await ending(database.fill("pg_authid", [{"rolname": "mine"}])),
        "lock": await ending(database.lock("pg_catalog.pg_authid")),
        "long": await ending(database.fetch("SELECT repeat('x', 5000000) AS x")),
    }
    return {"rows": rows, "found": found, "refused": refused}


async def told_and_ended(kata, database):
    """The judge notifies, and then ends the connection that listens."""
    heard = asyncio.Queue()
    listening = asyncio.create_task(kata.listen(database.dsn, heard.put_nowait))
    while not await database.fetch(
        "SELECT FROM pg_stat_activity WHERE usename = current_database() AND query ~ '^LISTEN'"
        " AND state = 'idle'"
    ):
        pass
    await database.execute("SELECT pg_notify('news', $1)", "hello")
    told = await heard.get()
    ended = await database.fetch(
        "SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity"
        " WHERE usename = current_database()"
    )
    await listening
    return {"told": told, "ended": ended}


async def waits_at_the_lock(kata, clock, database, ending):
    """The timeout of the submission comes while its query waits, for the clock runs on."""
    await database.lock("items")
    call = asyncio.ensure_future(ending(kata.rows(database.dsn, 5.0)))
    waited = await database.in_flight(unless=[call])
    clock.run_on()
    end = await call
    await database.unlock()
    never = asyncio.ensure_future(kata.together())
    return {"waited": waited, "call": end, "never": await database.in_flight(unless=[never])}


@pytest.mark.points(10)
async def test_nothing(observe):
    """What a check names runs ahead of it."""
    for scenario in (logged, dribbled):
        await observe(scenario)
'''

MISFITS = """
async def misspelled(kata, calls, visitor):
    pass

async def without_near(kata, xyzzy):
    pass

async def hides_one(kata, logs=3):
    pass

def not_awaited(kata, database):
    pass

async def of_something_else(submission):
    pass

async def takes_any(kata, **others):
    pass
"""

Observed = Callable[..., Awaitable[Record]]


@pytest_asyncio.fixture(scope="module")
async def observed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Observed]:
    """`await observed("logged", seed=1)`: the record of one of the scenarios above."""
    workspace = tiny(tmp_path_factory.mktemp("arguments"))
    for folder in ("exercises", "solutions"):
        workspace.write(f"{folder}/{NAME}.py", SUBMISSION)
    workspace.write(f"graders/{NAME}.py", GRADER + MISFITS)
    kata = judging.kata("k101", workspace.root)
    rubric = judging.rubrics([kata])[kata.name]
    known = {one.__name__: one for one in (*rubric.scenarios, *rubric.others)}
    known["of_something_else"] = _of_something_else
    assert [one.__name__ for one in rubric.scenarios] == ["logged", "dribbled"]
    async with Judge([kata], jobs=1) as judge:

        async def observe(name: str, seed: int = 1) -> Record:
            submission = Submission(kata, Path(kata.solution))
            return await judge.observer.observe(submission, known[name], seed)

        yield observe


async def _of_something_else(submission: object) -> None:
    """No scenario."""


async def done(observed: Observed, name: str, seed: int = 1) -> Record:
    """The record of a scenario that has come to its end."""
    seen = await observed(name, seed)
    assert (seen.outcome, seen.message) == ("done", ""), seen
    return seen


# --- the order of tasks, and latencies -------------------------------------------------------


async def test_a_shuffle_is_replayed_by_its_seed(observed: Observed):
    """The seed is drawn from the run's, stands with the inputs, and decides all of it."""
    first, again, *others = [await done(observed, "shuffled", seed) for seed in (1, 1, 2, 3, 4)]

    def drawn(seen: Record) -> object:
        times = [call.ended for call in seen.calls("later")]
        return seen.inputs.shuffle, seen.done, seen.order, times

    assert drawn(first) == drawn(again)
    assert type(first.inputs.shuffle) is int
    for one in others:
        assert all(a != b for a, b in zip(drawn(first), drawn(one), strict=True)), drawn(one)
    assert {first.done[n] for n in range(0, 40, 2)} == {"first", "second"}
    assert {*first.order} == {*"abcdef"}


# --- what is logged, what is opened and closed -----------------------------------------------


async def test_logs_reach_the_check(observed: Observed):
    """Each with its time, its place and its exception, as plain data."""
    seen = await done(observed, "logged")

    [one] = seen.logs.of("shop")
    key = seen.inputs.key
    assert str(one) == f"ERROR shop: no {key}"
    assert (one.at, one.function, one.extra) == (2.0, "warn", {"key": key})
    assert (str(one.error), one.error.is_a("LookupError")) == (f"KeyError: {key!r}", True)
    assert (one.error.file, one.error.line) == (f"{NAME}.py", 23)
    assert seen.logs.of("sho") == [] == seen.logs.of("shop.till")
    assert seen.result == 1


async def test_resources_reach_the_check(observed: Observed):
    """Who opened them and closed them, in which order, and which are still open."""
    seen = await done(observed, "cleaned_up")

    assert seen.call.is_a("ExceptionGroup")
    assert seen.call.at == 8.0
    assert seen.resources.opened == ["opened", "quick", "slow", "broken"]
    assert seen.resources.closed == ["quick", "broken", "slow"]
    assert [str(use) for use in seen.resources.not_closed] == ["opened was never closed"]
    quick, slow, broken = seen.resources.uses[1:]
    assert [use.opened_by for use in (quick, slow, broken)] == ["job 0", "job 1", "job 2"]
    assert (slow.closed_by, slow.error, slow.exit_ended_at) == ("job 1", "CancelledError", 8.0)
    assert (str(broken), broken.error) == ("broken was closed", "KeyError")


# --- visitors and connections ---------------------------------------------------------------


async def test_a_visitor_comes_looks_and_goes(observed: Observed):
    """At its time, by its own will or cancelled; the app waits for a hook when it responds."""
    seen = await done(observed, "visited")

    left, hooked, cancelled = seen.answers
    assert seen.began_at == 2.0
    assert (left.left, left.text) == (True, "0 1 ")
    assert (hooked.left, hooked.text, hooked.first_byte_at) == (True, "0 1 2 3 4 5 ", 8.0)
    assert seen.hooked == [(200, b"", 0)]
    assert cancelled.status == 500
    assert str(cancelled.error) == "CancelledError"
    said = [(one.at, one.message) for one in seen.logs.of("shop")]
    assert said == [(0.5, "cancelled"), (3.5, "left"), (13.5, "left")]


async def test_visitors_ask_in_any_way(observed: Observed):
    """With a method and with the options of a request."""
    seen = await done(observed, "many_visitors")

    assert [answer.data for answer in seen.result] == [0, 1, 2]
    assert [answer.started_at for answer in seen.result] == [0.0, 1.0, 2.0]


async def test_a_websocket_is_the_clients(observed: Observed):
    """Messages print themselves; what is refused and closed is said by exceptions."""
    seen = await done(observed, "socket_talk")

    assert seen.heard == "you said hello"
    assert [str(one) for one in seen.messages] == ["client: 'hello'", "app: 'you said hello'"]
    assert seen.code == 4000
    assert str(seen.over) == "raised Closed: the connection is closed (code 4000: enough)"
    assert seen.refusal.is_a("Refused")


# --- services ------------------------------------------------------------------------------


async def test_an_upstream_dribbles(observed: Observed):
    """Chunk by chunk; each request says which client asked, also when earlier ones are gone."""
    seen = await done(observed, "dribbled")

    assert seen.result == ["abc", "quick", "quick"]
    slow, *quick = seen.upstream.requests
    assert (slow.chunks, slow.body_ended, seen.elapsed) == (3, 3.0, 3.0)
    assert [request.client for request in (slow, *quick)] == [1, 2, 3]


async def test_a_chunk_may_be_too_late(observed: Observed):
    """Then the client's read timeout has come first."""
    seen = await done(observed, "dribbled_too_slowly")

    assert (seen.call.is_a("ReadTimeout"), seen.call.at) == (True, 2.0)
    assert seen.upstream.requests[0].body_ended is None


async def test_a_gate_holds_another_process(observed: Observed):
    """What happened while it was held there did happen meanwhile."""
    seen = await done(observed, "held_at_a_gate")

    assert seen.result == {"reached": True, "meanwhile": True, "without": False}


async def test_the_judge_runs_statements(observed: Observed):
    """In the kata's own database, with the rights to use rows, whatever it is asked for."""
    seen = await done(observed, "judge_statements")

    n = seen.inputs.n
    assert seen.rows == [n, 11, 21]
    assert seen.found == [{"n": value, "late": True} for value in (n, 11, 21)]
    for what, end in seen.refused.items():
        due = "TooLong" if what == "long" else "InsufficientPrivilegeError: permission denied"
        assert end.is_a("Refused"), (what, end)
        assert end.error.message.startswith(due), (what, end)


async def test_the_judge_notifies_and_ends_connections(observed: Observed):
    """The submission's role is called like the database."""
    seen = await done(observed, "told_and_ended")

    assert (seen.told, seen.ended) == ("hello", [{"ended": True}])


async def test_the_clock_runs_on_at_a_lock(observed: Observed):
    """A timeout around a query that the judge holds comes in virtual time; and no query comes
    from a task that has ended without."""
    seen = await done(observed, "waits_at_the_lock")

    assert (seen.waited, seen.never) == (True, False)
    assert (seen.call.is_a("TimeoutError"), seen.call.at) == (True, 5.0)


# --- misuse ----------------------------------------------------------------------------------

KNOWN = (
    "asgi, calls, clock, database, ending, gate, logs, resources, server, shuffle, ticking, "
    "upstream, visit, visitors"
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "misspelled",
            "misspelled asks for `visitor`, which no argument is called (but `visitors`); "
            f"there are {KNOWN}, and a drawn input has a default",
        ),
        ("without_near", f"no argument is called; there are {KNOWN}, and"),
        ("takes_any", "takes_any asks for `others`, which no argument is called"),
        ("hides_one", "hides_one has an input `logs`, as an argument is called: rename it"),
        ("not_awaited", "asks for `database`, which has to be awaited: make it `async def`"),
        (
            "of_something_else",
            "_of_something_else is no scenario: its first parameter has to be `kata`",
        ),
    ],
)
async def test_a_wrong_parameter_is_told_in_one_line(observed: Observed, name: str, words: str):
    """It is the grader's mistake, and names the grader."""
    with pytest.raises(JudgeFault) as caught:
        await observed(name)

    assert str(caught.value).startswith(f"graders/{NAME}.py: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_view_without_its_argument_says_so(observed: Observed):
    """A check reads what the scenario did not ask for."""
    seen = await done(observed, "dribbled")

    for name in ("logs", "resources", "database"):
        with pytest.raises(LookupError, match=f"dribbled has no parameter `{name}`"):
            getattr(seen, name)
