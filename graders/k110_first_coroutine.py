"""k110: a coroutine runs when it is awaited, and lets others run while it waits."""

import asyncio

import pytest

from graders.kit.author import Observe, draw

# --- scenarios: what is done to the submission, and watched -----------------------------


async def greeted_while_a_neighbour_ticks(kata, clock, name=draw.word()):
    """A neighbour ticks once a second while one greeting waits for a minute."""
    ticks = 0

    async def neighbour():
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(1.0)

    ticking = asyncio.create_task(neighbour())
    greeting = await kata.greet(name, 60.0)
    ticking.cancel()
    return {"greeting": greeting, "took": clock.elapsed, "ticks": ticks}


async def called_now_and_awaited_later(kata, clock, name=draw.word()):
    """What is already under way when `greet` has been called, and what a minute later?"""
    await kata.greet(name, 5.0)
    usual = clock.elapsed
    tasks = asyncio.all_tasks()
    greeting = kata.greet(name, 5.0)
    at_once = clock.elapsed - usual
    started = len(asyncio.all_tasks() - tasks)
    await asyncio.sleep(60.0)
    awaited_at = clock.elapsed
    await greeting
    took = clock.elapsed - awaited_at
    return {"usual": usual, "at_once": at_once, "started": started, "took": took}


async def greeted_in_turn(kata, clock, names=draw.words(4), delay=draw.whole(2, 9)):
    """The same names by hand and by `greet_in_turn`, so that only the turns can differ."""
    by_hand = [await kata.greet(name, delay) for name in names]
    by_hand_took = clock.elapsed
    in_turn = await kata.greet_in_turn(names, delay)
    took = clock.elapsed - by_hand_took
    return {"by_hand": by_hand, "by_hand_took": by_hand_took, "in_turn": in_turn, "took": took}


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
    """Virtual time is exact, but whoever adds up tenths of a second gets rounding errors."""
    return pytest.approx(seconds, rel=1e-3)


@pytest.mark.points(2)
async def test_the_greeting_is_exact(observe: Observe):
    """`greet` returns "Hello, <name>!".

    - What comes back when you await `greet("Ada", 0)` yourself?
    - `print` shows a text and hands back None; `return` hands a value to whoever awaits. An
      f-string puts the name in: docs.python.org/3/tutorial/inputoutput.html.
    - `return f"..."`, with the comma and the exclamation mark.
    """
    seen = await observe(greeted_while_a_neighbour_ticks)

    expected = f"Hello, {seen.inputs.name}!"
    greeting = seen.result["greeting"]
    assert greeting == expected, f"`greet` returned {greeting!r} where {expected!r} was due"


@pytest.mark.points(1)
async def test_nothing_happens_before_it_is_awaited(observe: Observe):
    """Calling `greet` starts nothing: it runs when it is awaited.

    - What has already happened between `x = greet("Ada", 5)` and `await x`?
    - An `async def` function runs its body only when awaited; `create_task` and `ensure_future`
      start it at once: docs.python.org/3/library/asyncio-task.html#coroutines.
    - Let `greet` itself be `async def`, and do all its work inside.
    """
    seen = await observe(called_now_and_awaited_later)

    at_once, started = seen.result["at_once"], seen.result["started"]
    assert at_once == 0, f"calling `greet` took {at_once:g} s before anything awaited it"
    assert started == 0, "calling `greet` started a task before anything awaited it"
    usual, took = seen.result["usual"], seen.result["took"]
    assert took == about(usual), (
        f"awaited as soon as it is called, `greet` takes {usual:g} s; awaited a minute after it "
        f"was called, it took {took:g} s: it had begun already"
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

    took, ticks = seen.result["took"], seen.result["ticks"]
    assert took > 0, "`greet` did not wait at all, so nothing had a chance to run meanwhile"
    held = seen.blocking
    assert not held, f"{held[0].call} held the event loop for {held[0].seconds:g} s"
    assert ticks >= took, (
        f"a neighbour that ticks every second ticked {ticks} times "
        f"in the {took:g} s that `greet` waited"
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

    took = seen.result["took"]
    assert took == about(60.0), f"a greeting with a delay of 60 s took {took:g} s"


@pytest.mark.points(1)
async def test_one_after_the_other(observe: Observe):
    """`greet_in_turn` greets one name after the other, in order.

    - When does the second greeting begin: when the first has begun, or when it has ended?
    - `await` inside a `for` waits for each one before the next, which is what "in turn" asks for;
      `gather` starts them all: docs.python.org/3/library/asyncio-task.html#coroutines.
    - Collect `await greet(name, delay)` for each name, in order.
    """
    seen = await observe(greeted_in_turn)

    in_turn, expected = seen.result["in_turn"], seen.result["by_hand"]
    assert in_turn == expected, (
        f"`greet_in_turn({seen.inputs.names!r}, ...)` returned {in_turn!r} "
        f"where {expected!r} was due"
    )
    took, due = seen.result["took"], seen.result["by_hand_took"]
    assert took == about(due), (
        f"{len(expected)} greetings took {took:g} s in all; one after the other they take {due:g} s"
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

    main, expected = seen.result["main"], seen.result["greet"]
    assert main == expected, f"`main` returned {main!r} where `greet` returns {expected!r}"


@pytest.mark.points(1)
async def test_every_coroutine_is_awaited(observe: Observe):
    """No coroutine is made and then forgotten.

    - Is each coroutine that you make also awaited?
    - A coroutine that nobody awaits never runs; Python warns "was never awaited":
      docs.python.org/3/library/asyncio-dev.html#detect-never-awaited-coroutines.
    - Put `await` before each call of an `async def` function, and call it once.
    """
    for scenario in (greeted_while_a_neighbour_ticks, greeted_in_turn):
        seen = await observe(scenario)
        assert not seen.leaks, f"`{seen.leaks[0].call}`: {seen.leaks[0].detail}"
