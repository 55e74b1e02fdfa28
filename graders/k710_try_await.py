"""k710: an awaited call fails where it is awaited; catch what you expect, let the rest out."""

import asyncio

import pytest

from graders.kit.author import Cancelled, Observe, Record, Returned, draw

# --- scenarios: what is done to the submission, and watched -----------------------------


async def numbers_loaded(kata, calls, ending, keys=draw.words(2), numbers=draw.wholes(2, 1, 999)):
    """Each function four times with one key: the stock changes, none is left, and then it takes
    half an hour to tell. The fifth time the warehouse does not answer."""
    rounds = [(numbers[0], 1.0), (numbers[1], 1.0), (0, 1.0), (numbers[0], 1700.0), (None, 1.0)]
    left = {key: list(rounds) for key in keys}
    load = calls.awaitable(
        "load",
        latency=lambda key: left[key][0][1],
        returns=lambda key: left[key].pop(0)[0],
        raises=lambda key: kata.LoadError("no answer") if len(left[key]) < 2 else None,
    )
    one, other, done = *keys, calls.blocking("done")
    return {
        "load_or_default": [await ending(kata.load_or_default(load, one, -1)) for _ in rounds],
        "load_with_note": [await ending(kata.load_with_note(load, other, done)) for _ in rounds],
    }


async def same_key_at_once(kata, calls, ending, key=draw.word(), numbers=draw.wholes(4, 1, 999)):
    """Four calls, two of each function, for one key: one begins every second, and `load` takes ten.
    The stock changes after each."""
    stock = list(numbers)
    load = calls.awaitable("load", latency=10.0, returns=lambda _: stock.pop(0))
    done = calls.blocking("done")

    async def call(number):
        await asyncio.sleep(number)
        if number % 2:
            return await ending(kata.load_with_note(load, key, done))
        return await ending(kata.load_or_default(load, key, -1))

    return await asyncio.gather(*map(call, range(4)))


def ways_out(kata):
    """What `load` raises on each way out: None is for a number. Every kind of error, in every run.
    On the last two ways it is cancelled, by its caller and by a deadline."""
    bugs = (Exception, ValueError, RuntimeError, KeyError, OSError, TimeoutError)
    no_route = type("NoRoute(LoadError)", (kata.LoadError,), {})
    silences = [kata.LoadError("no answer"), no_route("no way there")]
    silences[1].__cause__ = OSError("the line is dead")
    return [None, *silences, *(bug("broken") for bug in bugs), asyncio.CancelledError(), None, None]


async def every_way_out(
    kata,
    calls,
    ending,
    keys=draw.words(24),
    number=draw.whole(1, 999),
    default=draw.whole(-999, -1),
):
    """Both functions on each way out, all at the same time; what begins first ends last."""
    errors = dict(zip(keys, [*ways_out(kata), *ways_out(kata)], strict=True))
    load = calls.awaitable(
        "load", latency=lambda key: 60.0 - keys.index(key), returns=number, raises=errors.get
    )
    done = calls.blocking("done")

    async def within(seconds, awaitable):
        async with asyncio.timeout(seconds):
            return await awaitable

    async def way(place, key):
        if place < 12:
            work = kata.load_or_default(load, key, 0 if place == 2 else default)
        else:
            work = kata.load_with_note(load, key, done)
        if place % 12 == 11:
            work = within(5.0, work)
        end = await ending(work, cancel_at=5.0 if place % 12 == 10 else None)
        error = getattr(end, "error", None)
        return {
            "key": key,
            "raised": errors[key],
            "end": end,
            "same": error is errors[key],
            "cause": getattr(error, "__cause__", None) is errors[key],
            "noted": [call.args for call in calls.records if call.name == "done"].count((key,)),
        }

    ways = await asyncio.gather(*(way(*one) for one in enumerate(keys)))
    return {"load_or_default": ways[:12], "load_with_note": ways[12:]}


# --- checks: what must be true of what was seen -----------------------------------------


def because(seen: Record, fact: str) -> str:
    """The fact; but a coroutine that was never awaited is its cause, and is told instead."""
    return next((str(leak) for leak in seen.leaks if leak.family == "coroutine"), fact)


def assert_bugs_come_out(seen: Record, name: str) -> None:
    """Every other exception of `load` came out of the function, and no copy of it."""
    for way in seen.result[name][3:9]:
        told = f"`load` raised {way['raised']}, and `{name}` {way['end']}"
        copy = ", which is a copy" if str(way["end"]) == f"raised {way['raised']}" else ""
        assert way["same"], because(seen, told + copy)


def assert_it_obeys(seen: Record, name: str) -> None:
    """It ended cancelled whenever it was cancelled, and at once, and its `load` with it."""
    inside, cancelled, late = (way["end"] for way in seen.result[name][-3:])
    told = f"cancelled 5 s into a slow `load`, `{name}` {cancelled} instead"
    assert cancelled == Cancelled(), because(seen, told)
    assert inside == Cancelled(), f"`load` itself was cancelled, and `{name}` {inside} instead"
    assert late.is_a("TimeoutError"), (
        f"its deadline of 5 s passed while `{name}` waited, and it was not cancelled: it {late}"
    )
    assert cancelled.at == late.at == 5.0, (
        f"cancelled after 5 s, `{name}` ended after {max(cancelled.at, late.at):g} s"
    )
    keys = [way["key"] for way in seen.result[name][-2:]]
    outcomes = {call.outcome for call in seen.calls("load") if call.args[0] in keys}
    assert outcomes <= {"cancelled"}, f"`{name}` was cancelled, and ended, but its `load` went on"


@pytest.mark.points(1)
async def test_the_number_comes_back(observe: Observe):
    """Both functions return the number that was loaded, and 0 is a number.

    - What does `load_or_default` return when there are 0 left? And when it is asked again, or twice
      at once?
    - `return await load(key)` hands on whatever was loaded; `or` replaces 0 as if it were nothing:
      docs.python.org/3/library/stdtypes.html#truth-value-testing.
    - Put `return await load(key)` into the `try`, with nothing after it.
    """
    seen = await observe(numbers_loaded)

    first, second = seen.inputs.numbers
    for name, ends in seen.result.items():
        for end, number in zip(ends[:4], [first, second, 0, first], strict=True):
            waited = " after 1700 s" if end is ends[3] else ""
            told = f"`load` returned {number}{waited}, and `{name}` {end}"
            assert end == Returned(number), because(seen, told)

    seen = await observe(same_key_at_once)

    under_way = seen.calls("load").most_in_flight
    assert under_way == 4, because(
        seen, f"of 4 calls at the same time for one key, {under_way} had a `load` under way"
    )
    for end, number in zip(seen.result, seen.inputs.numbers, strict=True):
        assert end == Returned(number), (
            f"of 4 calls at the same time for one key, one {end}; its own `load` returned {number}"
        )

    seen = await observe(every_way_out)

    begun = {call.args[0]: call.started for call in reversed(seen.calls("load"))}
    late = max(begun.values(), default=0.0)
    assert late == 0, f"of 24 calls at the same time, one called its `load` {late:g} s later"


@pytest.mark.points(2)
async def test_a_load_error_gives_the_default(observe: Observe):
    """When `load` raises `LoadError`, `load_or_default` returns the default.

    - Which line raises: the one that calls `load(key)`, or the one that awaits it?
    - Calling a coroutine function only makes a coroutine. Its body runs, and raises, in the
      `await`: docs.python.org/3/library/asyncio-task.html#coroutines.
    - `await` belongs inside `try:`, above `except LoadError:`.
    """
    seen = await observe(every_way_out)

    ways = seen.load_or_default
    for way, default in ((ways[1], seen.inputs.default), (ways[2], 0)):
        told = f"`load` raised {way['raised']}, the default was {default}, and `load_or_default` "
        assert way["end"] == Returned(default), because(seen, f"{told}{way['end']}")
        assert_loaded_once(seen, way)

    seen = await observe(numbers_loaded)

    end = seen.load_or_default[-1]
    assert end == Returned(-1), (
        f"the fifth `load` of one key raised LoadError, the default was -1, "
        f"and `load_or_default` {end}"
    )


def assert_loaded_once(seen: Record, way) -> None:
    """A `LoadError` is an answer: nobody asked for a second try."""
    loads = [call for call in seen.calls("load") if call.args == (way["key"],)]
    assert len(loads) == 1, f"`load` raised {way['raised']}, and was called {len(loads)} times"


@pytest.mark.points(1)
async def test_the_default_hides_no_other_error(observe: Observe):
    """Every other exception comes out of `load_or_default` as it is.

    - What would you like to see when `load` has a bug: the default, or the bug?
    - `except Exception` takes a typing error for a silent warehouse; name what you expect:
      docs.python.org/3/tutorial/errors.html#handling-exceptions.
    - `except LoadError:` and no other `except`.
    """
    assert_bugs_come_out(await observe(every_way_out), "load_or_default")


@pytest.mark.points(2)
async def test_a_cancelled_call_stays_cancelled(observe: Observe):
    """When `load_or_default` is cancelled, it ends cancelled, with no default.

    - Who asked the task to stop, and what do they learn if it returns a value instead?
    - `Task.cancel()` raises CancelledError where the task waits. `except BaseException` and a bare
      `except:` stop it there: docs.python.org/3/library/asyncio-task.html#task-cancellation.
    - Do not catch it; if you must, end with a bare `raise`.
    """
    assert_it_obeys(await observe(every_way_out), "load_or_default")


@pytest.mark.points(2)
async def test_a_load_error_becomes_unavailable(observe: Observe):
    """`load_with_note` raises `Unavailable` with the key, caused by the `LoadError`.

    - When the note reaches you at night, does it say what could not be loaded, and why?
    - `raise Unavailable(...) from error` sets `__cause__`, and a traceback shows both. A `return`
      in `finally` throws them away: docs.python.org/3/tutorial/errors.html#exception-chaining.
    - `except LoadError as error:`, then raise with the key in the text, `from error`.
    """
    seen = await observe(every_way_out)

    for way in seen.load_with_note[1:3]:
        key, raised, end = way["key"], way["raised"], way["end"]
        told = f"`load` raised {raised}, and `load_with_note` {end}: Unavailable is missing"
        assert end.is_a("Unavailable"), because(seen, told)
        text, cause = end.error.message, end.error.cause
        assert key in text, f"{text!r}, the text of Unavailable, lacks the key, {key!r}"
        assert cause is not None, "Unavailable has no `__cause__`: it should be the LoadError"
        assert way["cause"], (
            f"the `__cause__` of Unavailable is {cause}, and not the very exception that "
            f"`load` raised, {raised}"
        )
        assert_loaded_once(seen, way)


@pytest.mark.points(1)
async def test_the_note_hides_nothing_else(observe: Observe):
    """Other exceptions, a cancellation and a deadline pass through `load_with_note` as they are.

    - Is a bug in `load` a number that cannot be shown? Is a cancellation?
    - `asyncio.timeout` cancels what is inside it and then raises TimeoutError, if the cancellation
      reaches it: docs.python.org/3/library/asyncio-task.html#asyncio.timeout.
    - Only `LoadError` becomes `Unavailable`; and `finally` neither returns nor raises.
    """
    seen = await observe(every_way_out)

    assert_bugs_come_out(seen, "load_with_note")
    assert_it_obeys(seen, "load_with_note")


@pytest.mark.points(1)
async def test_done_is_called_however_it_ends(observe: Observe):
    """`done(key)` is called once when the load has ended, however it ended.

    - On which of the four ways out does your call of `done` stand: number, LoadError, bug,
      cancelled?
    - `finally` runs on every way out, and CancelledError is no `Exception`:
      docs.python.org/3/tutorial/errors.html#defining-clean-up-actions.
    - One `try`, and `finally: done(key)` at its end.
    """
    seen = await observe(every_way_out)

    ways, calls = seen.load_with_note, seen.calls("done")
    keys = [(way["key"],) for way in ways]
    odd = next((call for call in calls if call.args not in keys), None)
    assert odd is None, f"`{odd}` was called; what `done` takes is the key, {ways[0]['key']!r} say"
    loads = {call.args: call for call in seen.calls("load")}
    for key, way in zip(keys, ways, strict=True):
        how = "a cancellation" if way in ways[-2:] else way["raised"] or "a number"
        assert key in loads, because(seen, f"`load` never ran, where it was to end with {how}")
        notes = [call for call in calls if call.args == key]
        assert way["noted"], (
            f"the load ended with {how}; when `load_with_note` ended, `done` had not been called"
        )
        assert len(notes) == 1, (
            f"the load ended with {how}, and `done` was called {len(notes)} times"
        )
        assert notes[0].order[0] > loads[key].order[1], (
            "`done` was called before the load had ended"
        )
