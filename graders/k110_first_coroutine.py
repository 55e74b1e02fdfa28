"""k110: a coroutine runs when it is awaited, and lets others run while it waits."""

import asyncio

import pytest

from graders.kit import draw

# --- scenarios: what is done to the submission, and watched -----------------------------


async def called_and_not_awaited(kata, clock, name=draw.word()):
    """Calls `greet` and gives whatever that started a minute to show itself."""
    tasks = len(asyncio.all_tasks())
    coroutine = kata.greet(name, 5.0)
    at_once = clock.elapsed, len(asyncio.all_tasks()) - tasks
    await asyncio.sleep(60.0)
    awaited_from = clock.elapsed
    greeting = await coroutine
    return {"at_once": at_once, "took": clock.elapsed - awaited_from, "greeting": greeting}


async def greeted_while_a_clock_ticks(kata, clock, name=draw.word()):
    """A neighbour ticks once a second while one greeting waits for a minute."""
    ticks = []

    async def neighbour():
        while True:
            ticks.append(clock.elapsed)
            await asyncio.sleep(1.0)

    ticking = asyncio.create_task(neighbour())
    greeting = await kata.greet(name, 60.0)
    ticking.cancel()
    return {"greeting": greeting, "ticks": len(ticks)}


async def greeted_in_turn(kata, names=draw.words(4), delay=draw.whole(2, 9)):
    return await kata.greet_in_turn(names, delay)


def called_from_ordinary_code(kata, name=draw.word()):
    return kata.main(name)


# --- checks: what must be true of what was seen -----------------------------------------


@pytest.mark.points(2)
@pytest.mark.catches("forgets_the_name", "forgets_the_return")
async def test_the_greeting_is_exact(observe):
    """`greet` returns "Hello, <name>!".

    What comes back when you await `greet("Ada", 0)` yourself?

    `return` hands a value to whoever awaits the coroutine; an f-string puts the name in:
    docs.python.org/3/tutorial/inputoutput.html.

    `return f"..."`, with the comma and the exclamation mark.
    """
    seen = await observe(greeted_while_a_clock_ticks)

    expected = f"Hello, {seen.inputs.name}!"
    greeting = seen.result["greeting"]
    assert greeting == expected, f"`greet` returned {greeting!r} where {expected!r} was due"


@pytest.mark.points(1)
@pytest.mark.catches("starts_at_once")
async def test_nothing_happens_before_it_is_awaited(observe):
    """Calling `greet` starts nothing: it waits to be awaited.

    What has already happened between `x = greet("Ada", 5)` and `await x`?

    An `async def` function runs its body only when awaited; `create_task` and `ensure_future`
    start it at once: docs.python.org/3/library/asyncio-task.html#coroutines.

    Let `greet` itself be `async def`, and do all its work inside.
    """
    seen = await observe(called_and_not_awaited)

    elapsed, started = seen.result["at_once"]
    assert elapsed == 0, f"calling `greet` took {elapsed:g} s before anything awaited it"
    assert started == 0, "calling `greet` started a task before anything awaited it"
    took = seen.result["took"]
    assert took == 5.0, (
        f"`greet` was awaited a minute after it was called, and then took {took:g} s instead of 5 s: "
        "it had begun to wait already"
    )


@pytest.mark.points(3)
@pytest.mark.catches("sleeps_the_thread")
async def test_others_run_while_it_waits(observe):
    """While one greeting waits, everything else goes on.

    Who can run while your coroutine waits?

    `time.sleep` stops the whole thread, and every coroutine in it; `asyncio.sleep` stops only
    yours: docs.python.org/3/library/asyncio-task.html#sleeping.

    `await asyncio.sleep(delay)`.
    """
    seen = await observe(greeted_while_a_clock_ticks)

    ticks = seen.result["ticks"]
    assert ticks >= 60, (
        f"a neighbour that ticks every second ticked {ticks} times while `greet` waited 60 s"
    )
    assert not seen.blocking, f"{seen.blocking[0].call} held the event loop"


@pytest.mark.points(1)
@pytest.mark.catches("ignores_the_delay")
async def test_it_waits_as_long_as_it_is_told(observe):
    """`greet` returns after `delay` seconds, not sooner and not later.

    How long does `greet("Ada", 60)` take?

    `asyncio.sleep` takes seconds, and only waits if it is awaited:
    docs.python.org/3/library/asyncio-task.html#asyncio.sleep.

    Await one sleep of `delay` seconds, then return.
    """
    seen = await observe(greeted_while_a_clock_ticks)

    assert seen.elapsed == 60.0, f"a greeting with a delay of 60 s took {seen.elapsed:g} s"


@pytest.mark.points(1)
@pytest.mark.catches("greets_all_at_once", "greets_backwards")
async def test_one_after_the_other(observe):
    """`greet_in_turn` greets one name after the other, in order.

    When does the second greeting begin: when the first has begun, or when it has ended?

    `await` inside a `for` waits for each one before the next, which is what "in turn" asks for.

    Collect `await greet(name, delay)` for each name, in order.
    """
    seen = await observe(greeted_in_turn)

    names, delay = seen.inputs.names, seen.inputs.delay
    expected = [f"Hello, {name}!" for name in names]
    assert seen.result == expected, f"it returned {seen.result!r} where {expected!r} was due"
    assert seen.elapsed == delay * len(names), (
        f"{len(names)} greetings of {delay} s took {seen.elapsed:g} s; "
        f"one after the other they take {delay * len(names)} s"
    )


@pytest.mark.points(1)
@pytest.mark.catches("main_forgets_to_run_it")
async def test_ordinary_code_can_call_main(observe):
    """`main` runs `greet` from code that is not asynchronous.

    What does a plain `def` get when it calls a coroutine function?

    `asyncio.run` starts a loop, runs one coroutine to its end and returns its result:
    docs.python.org/3/library/asyncio-runner.html.

    `return asyncio.run(greet(name, ...))`.
    """
    seen = await observe(called_from_ordinary_code)

    expected = f"Hello, {seen.inputs.name}!"
    assert seen.result == expected, f"`main` returned {seen.result!r} where {expected!r} was due"


@pytest.mark.points(1)
@pytest.mark.catches("leaves_one_unawaited")
async def test_every_coroutine_is_awaited(observe):
    """No coroutine is made and then forgotten.

    Is each coroutine that you make also awaited?

    A coroutine that nobody awaits never runs; Python warns "was never awaited":
    docs.python.org/3/library/asyncio-dev.html#detect-never-awaited-coroutines.

    Put `await` before each call of an `async def` function.
    """
    for scenario in (greeted_while_a_clock_ticks, greeted_in_turn):
        seen = await observe(scenario)
        assert not seen.leaks, f"{seen.leaks[0].call}: {seen.leaks[0].detail}"
