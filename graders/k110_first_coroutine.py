"""k110: a coroutine runs when it is awaited, and lets others run while it waits."""

import asyncio

import pytest

from graders.kit.author import Observe, draw

# --- scenarios: what is done to the submission, and watched -----------------------------


async def greeted_while_a_neighbour_ticks(kata, ticking, name=draw.word()):
    """A neighbour ticks once a second while one greeting waits for a minute."""
    async with ticking() as ticks:
        greeting = await kata.greet(name, 60.0)
    return {"greeting": greeting, "took": ticks.seconds, "ticks": ticks}


async def called_now_and_awaited_later(kata, clock, name=draw.word()):
    """What has begun when `greet` has been called, and how long it takes a minute later."""
    await kata.greet(name, 5.0)
    usual, tasks = clock.elapsed, asyncio.all_tasks()
    greeting = kata.greet(name, 5.0)
    at_once, started = clock.elapsed - usual, len(asyncio.all_tasks() - tasks)
    await asyncio.sleep(60.0)
    awaited_at = clock.elapsed
    await greeting
    took = clock.elapsed - awaited_at
    return {"usual": usual, "at_once": at_once, "started": started, "took": took}


async def greeted_in_turn(kata, clock, names=draw.words(4), delay=draw.whole(2, 9)):
    """The same names by hand and by `greet_in_turn`, so that only their order can differ."""
    by_hand = [await kata.greet(name, delay) for name in names]
    due = clock.elapsed
    in_turn = await kata.greet_in_turn(names, delay)
    return {"by_hand": by_hand, "due": due, "in_turn": in_turn, "took": clock.elapsed - due}


def called_from_ordinary_code(kata, name=draw.word()):
    """No event loop runs here: `main` is where the asynchronous part of a program begins."""

    async def greeted():
        return await kata.greet(name, 0.0)

    # Not `asyncio.run`, after which `get_event_loop` finds no loop any more: `main` may ask for it.
    loop = asyncio.new_event_loop()
    greeting = loop.run_until_complete(greeted())
    loop.close()
    return {"greet": greeting, "main": kata.main(name)}


# --- checks: what must be true of what was seen -----------------------------------------


def about(seconds):
    """Virtual time is exact, but tenths of a second that are added up have rounding errors."""
    return pytest.approx(seconds, rel=1e-3)


@pytest.mark.points(2)
async def test_the_greeting_is_exact(observe: Observe):
    """`greet` returns "Hello, <name>!".

    - What comes back when you await `greet("Ada", 0)` yourself?
    - `print` shows a text and gives None; `return` gives a value to the code that awaits. An
      f-string puts the name in: docs.python.org/3/tutorial/inputoutput.html.
    - `return f"..."`, with the comma and the exclamation mark.
    """
    seen = await observe(greeted_while_a_neighbour_ticks)

    due = f"Hello, {seen.inputs.name}!"
    assert seen.greeting == due, f"`greet` returned {seen.greeting!r} where {due!r} was due"


@pytest.mark.points(1)
async def test_nothing_happens_before_it_is_awaited(observe: Observe):
    """Calling `greet` starts nothing: it runs when it is awaited.

    - What has already happened between `x = greet("Ada", 5)` and `await x`?
    - An `async def` function runs its body only when awaited; `create_task` and `ensure_future`
      start it at once: docs.python.org/3/library/asyncio-task.html#coroutines.
    - Let `greet` itself be `async def`, and do all its work inside.
    """
    seen = await observe(called_now_and_awaited_later)

    assert seen.at_once == 0, f"calling `greet` took {seen.at_once:g} s before anything awaited it"
    assert seen.started == 0, "calling `greet` started a task before anything awaited it"
    assert seen.took == about(seen.usual), (
        f"awaited as soon as it is called, `greet` takes {seen.usual:g} s; awaited a minute after "
        f"it was called, it took {seen.took:g} s: it had begun already"
    )


@pytest.mark.points(3)
async def test_others_run_while_it_waits(observe: Observe):
    """While one greeting waits, everything else goes on.

    - Who can run while your coroutine waits?
    - `time.sleep` stops the whole thread, and every coroutine in it; `asyncio.sleep` stops only
      the one that awaits it: docs.python.org/3/library/asyncio-task.html#sleeping.
    - `await asyncio.sleep(delay)`.
    """
    seen = await observe(greeted_while_a_neighbour_ticks)

    assert seen.took > 0, "`greet` did not wait at all, so nothing had a chance to run meanwhile"
    seen.assert_free()
    assert seen.ticks.count >= seen.took, (
        f"while `greet` waited, a neighbour that ticks every second {seen.ticks}"
    )


@pytest.mark.points(1)
async def test_it_waits_as_long_as_it_is_told(observe: Observe):
    """`greet` returns after `delay` seconds, not sooner and not later.

    - How long does `greet("Ada", 60)` take?
    - `asyncio.sleep` takes seconds, and waits only if it is awaited:
      docs.python.org/3/library/asyncio-task.html#asyncio.sleep.
    - Await one sleep of `delay` seconds, then return.
    """
    seen = await observe(greeted_while_a_neighbour_ticks)

    assert seen.took == about(60.0), f"a greeting with a delay of 60 s took {seen.took:g} s"


@pytest.mark.points(1)
async def test_one_after_the_other(observe: Observe):
    """`greet_in_turn` greets one name after the other, in order.

    - When does the second greeting begin: when the first has begun, or when it has ended?
    - `await` inside a `for` waits for each one before the next, which is what "in turn" asks for;
      `gather` starts them all: docs.python.org/3/library/asyncio-task.html#coroutines.
    - Collect `await greet(name, delay)` for each name, in order.
    """
    seen = await observe(greeted_in_turn)

    assert seen.in_turn == seen.by_hand, (
        f"`greet_in_turn({seen.inputs.names!r}, ...)` returned {seen.in_turn!r} "
        f"where {seen.by_hand!r} was due"
    )
    assert seen.took == about(seen.due), (
        f"{len(seen.by_hand)} greetings took {seen.took:g} s in all; "
        f"one after the other they take {seen.due:g} s"
    )


@pytest.mark.points(1)
async def test_ordinary_code_can_call_main(observe: Observe):
    """`main` has `greet` run and returns the greeting, for code that is not asynchronous.

    - What does a plain `def` get when it calls a coroutine function?
    - `asyncio.run` starts a loop, runs one coroutine to its end and returns its result:
      docs.python.org/3/library/asyncio-runner.html.
    - `return asyncio.run(greet(name, ...))`.
    """
    seen = await observe(called_from_ordinary_code)

    assert seen.main == seen.greet, f"`main` returned {seen.main!r}, and `greet` {seen.greet!r}"


@pytest.mark.points(1)
async def test_every_coroutine_is_awaited(observe: Observe):
    """No coroutine is made and then forgotten.

    - Is each coroutine that you make also awaited?
    - A coroutine that is not awaited never runs; Python warns "was never awaited":
      docs.python.org/3/library/asyncio-dev.html#detect-never-awaited-coroutines.
    - Put `await` before each call of an `async def` function, and call it once.
    """
    for scenario in (greeted_while_a_neighbour_ticks, greeted_in_turn):
        seen = await observe(scenario)
        seen.assert_nothing_left()
