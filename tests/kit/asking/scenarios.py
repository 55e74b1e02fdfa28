"""Scenarios that ask for each argument, and some that ask for what there is not."""

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
        "heard": heard,
        "over": over,
        "refusal": refusal,
        "messages": socket.messages,
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


# --- what cannot be asked for ------------------------------------------------------------------


async def misspelled(kata, calls, visitor):
    pass


async def without_near(kata, xyzzy):
    pass


async def hides_one(kata, logs=3):
    pass


def not_awaited(kata, database):
    pass


async def takes_any(kata, **others):
    pass
