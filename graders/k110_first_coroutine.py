"""k110: a coroutine runs when it is awaited, and lets others run while it waits."""

import asyncio

import pytest

from graders.kit.author import Observe, Record, draw

# --- scenarios: what is done to the submission, and watched -----------------------------


async def timed(clock, awaitable):
    """What it gives, and the seconds it took: exact, but for rounding where many are added up."""
    began = clock.elapsed
    return await awaitable, round(clock.elapsed - began, 6)


async def greeted_while_a_neighbour_ticks(kata, ticking, name=draw.word()):
    """A neighbour ticks once a second while one greeting waits for a minute."""
    async with ticking() as ticks:
        greeting = await kata.greet(name, 60.0)
    return {"greeting": greeting, "took": ticks.seconds, "ticks": ticks}


async def names_and_delays(kata, clock, name=draw.word(), delay=draw.whole(2, 99)):
    """Names as people have them and as texts can be; no time, and up to half an hour."""
    names = [name, f"Ada {name.title()}-O'Neill", f" {name} ", "{}", "%s", "ZOË", ""]
    delays = [0, 0.25, delay + 0.5, 1800, 0, 0, 0]
    plan = list(zip(names, delays, strict=True))
    return [(*one, *await timed(clock, kata.greet(*one))) for one in plan]


async def twenty_that_overlap(kata, clock, names=draw.words(2)):
    """Each alone, then all at once: one begins every second. Four after one another have the same
    delay, two of them the same name too; the last four end first."""

    async def begun(number):
        await asyncio.sleep(number)
        return await greeted(number)

    async def greeted(number):
        return await timed(clock, kata.greet(names[number % 2], 60.5 - 10.0 * (number // 4)))

    alone = [await greeted(number) for number in range(20)]
    return {"alone": alone, "together": await asyncio.gather(*map(begun, range(20)))}


async def called_now_and_awaited_later(kata, clock, name=draw.word()):
    """What has begun when `greet` has been called, and how long it takes a minute later."""
    _, usual = await timed(clock, kata.greet(name, 5.0))
    called, tasks = clock.elapsed, asyncio.all_tasks()
    greeting = kata.greet(name, 5.0)
    at_once, started = clock.elapsed - called, len(asyncio.all_tasks() - tasks)
    await asyncio.sleep(60.0)
    _, took = await timed(clock, greeting)
    return {"usual": usual, "at_once": at_once, "started": started, "took": took}


async def greeted_in_turn(kata, clock, names=draw.words(2), delay=draw.whole(2, 9)):
    """By hand and by `greet_in_turn`, so that only the turns can differ."""

    async def by_hand(names):
        return [await kata.greet(name, delay) for name in names]

    async def three_ways(way):
        three = await timed(clock, way([*names, names[0]]))
        none = await timed(clock, way([]))
        two_lists_at_once = await timed(clock, asyncio.gather(way(names), way(names[::-1])))
        return [three, none, two_lists_at_once]

    def in_turn(names):
        return kata.greet_in_turn(names, delay)

    return {"by_hand": await three_ways(by_hand), "in_turn": await three_ways(in_turn)}


def called_from_ordinary_code(kata, names=draw.words(2)):
    """No event loop runs here: `main` is where the asynchronous part of a program begins."""

    async def greeted():
        return [await kata.greet(name, 0.0) for name in names]

    # Not `asyncio.run`, after which `get_event_loop` finds no loop any more: `main` may ask for it.
    loop = asyncio.new_event_loop()
    greetings = loop.run_until_complete(greeted())
    loop.close()
    return {"greet": greetings, "main": [kata.main(name) for name in names]}


# --- checks: what must be true of what was seen -----------------------------------------


def because(seen: Record, fact: str) -> str:
    """The fact; but a coroutine that was never awaited is its cause, and is told instead."""
    return next((str(leak) for leak in seen.leaks if leak.family == "coroutine"), fact)


def unlike(given, due):
    """The first greeting that is not as it should be, rather than two long lists."""
    if not isinstance(given, list):
        return f"{given!r}, which is no list"
    if len(given) != len(due):
        return f"{len(given)} greetings where {len(due)} were due"
    place = next(n for n, greeting in enumerate(given) if greeting != due[n])
    return f"{given[place]!r} as number {place + 1}, where {due[place]!r} was due"


@pytest.mark.points(2)
async def test_the_greeting_is_exact(observe: Observe):
    """`greet` returns "Hello, <name>!".

    - What comes back when you await `greet("Ada", 0)` yourself, and when two greetings overlap?
    - `print` shows a text and gives None; `return` gives a value to the code that awaits. An
      f-string puts the name in: docs.python.org/3/tutorial/inputoutput.html.
    - `return f"..."`, with the comma and the exclamation mark, and the name that was given.
    """
    seen = await observe(names_and_delays)

    for name, _, greeting, _ in seen.result:
        due = f"Hello, {name}!"
        assert greeting == due, f"`greet` returned {greeting!r} where {due!r} was due"

    seen = await observe(twenty_that_overlap)

    for (alone, _), (greeting, _) in zip(seen.alone, seen.together, strict=True):
        assert greeting == alone, (
            f"`greet` returned {greeting!r} while other greetings were on their way, "
            f"where {alone!r} was due"
        )


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
    assert seen.took == seen.usual, (
        f"awaited as soon as it is called, `greet` takes {seen.usual:g} s; awaited a minute after "
        f"it was called, it took {seen.took:g} s: it had begun already"
    )


@pytest.mark.points(3)
async def test_others_run_while_it_waits(observe: Observe):
    """While one greeting waits, everything else goes on.

    - Who can run while your coroutine waits?
    - `time.sleep` stops the whole thread, and every coroutine in it; `asyncio.sleep` stops only
      the one that awaits it: docs.python.org/3/library/asyncio-task.html#sleeping.
    - `await asyncio.sleep(delay)`, with nothing around it that other greetings queue for.
    """
    seen = await observe(greeted_while_a_neighbour_ticks)

    idle = "`greet` did not wait at all, so nothing had a chance to run meanwhile"
    assert seen.took > 0, because(seen, idle)
    seen.assert_free()
    assert seen.ticks.count >= seen.took, (
        f"while `greet` waited, a neighbour that ticks every second {seen.ticks}"
    )

    seen = await observe(twenty_that_overlap)

    for (greeting, alone), (_, together) in zip(seen.alone, seen.together, strict=True):
        assert together == alone, (
            f"{greeting!r} took {alone:.9g} s alone, and {together:.9g} s "
            "while 19 others were on their way"
        )


@pytest.mark.points(1)
async def test_it_waits_as_long_as_it_is_told(observe: Observe):
    """`greet` returns after `delay` seconds, not sooner and not later.

    - How long does `greet("Ada", 60)` take? And `greet("Ada", 0.25)`?
    - `asyncio.sleep` takes seconds, and waits only if it is awaited:
      docs.python.org/3/library/asyncio-task.html#asyncio.sleep.
    - Await one sleep of `delay` seconds, then return.
    """
    seen = await observe(names_and_delays)

    for _, delay, _, took in seen.result:
        assert took == delay, because(
            seen, f"a greeting with a delay of {delay} s took {took:.9g} s"
        )


@pytest.mark.points(1)
async def test_one_after_the_other(observe: Observe):
    """`greet_in_turn` greets one name after the other, in order.

    - When does the second greeting begin: when the first has begun, or when it has ended?
    - `await` inside a `for` waits for each one before the next, which is what "in turn" asks for;
      `gather` starts them all: docs.python.org/3/library/asyncio-task.html#coroutines.
    - Collect `await greet(name, delay)` for each name, in order, in a list of this call.
    """
    seen = await observe(greeted_in_turn)

    cases = ["three names, two of them the same", "no names", "two lists at once"]
    for case, due, given in zip(cases, seen.by_hand, seen.in_turn, strict=True):
        assert given[0] == due[0], because(
            seen, f"for {case}, `greet_in_turn` returned {unlike(given[0], due[0])}"
        )
        assert given[1] == due[1], (
            f"`greet_in_turn` took {given[1]:.9g} s for {case}; "
            f"one after the other, the greetings take {due[1]:.9g} s"
        )


@pytest.mark.points(1)
async def test_ordinary_code_can_call_main(observe: Observe):
    """`main` returns a greeting to code that is not asynchronous.

    - What does a plain `def` get when it calls a coroutine function?
    - `asyncio.run` starts a loop, runs one coroutine to its end and returns its result:
      docs.python.org/3/library/asyncio-runner.html.
    - `return asyncio.run(greet(name, ...))`.
    """
    seen = await observe(called_from_ordinary_code)

    for main, greet in zip(seen.main, seen.greet, strict=True):
        assert main == greet, f"`main` returned {main!r} where `greet` returns {greet!r}"


@pytest.mark.points(1)
async def test_every_coroutine_is_awaited(observe: Observe):
    """No coroutine is made and then forgotten.

    - Is each coroutine that you make also awaited?
    - A coroutine that is not awaited never runs; Python warns "was never awaited":
      docs.python.org/3/library/asyncio-dev.html#detect-never-awaited-coroutines.
    - Put `await` before each call of an `async def` function, and call it once.
    """
    for scenario in (greeted_while_a_neighbour_ticks, greeted_in_turn, called_from_ordinary_code):
        seen = await observe(scenario)
        seen.assert_nothing_left()
