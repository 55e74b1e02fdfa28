"""k710: an awaited call fails where it is awaited; catch what you expect, let the rest out."""

import asyncio

import pytest

from graders.kit.author import Observe, draw

# --- scenarios: what is done to the submission, and watched -----------------------------

FAULTS = {kind.__name__: kind for kind in (LookupError, OSError, RuntimeError, ValueError)}
"""Errors that mean something else than "the warehouse does not answer"."""


async def ending(awaitable):
    """What it returned, or what it raised."""
    try:
        return {"returned": await awaitable}
    except NotImplementedError:
        raise  # still to be written: that is no way to end
    except Exception as error:
        return {"raised": error}


async def cancelled_at(second, awaitable):
    """The same of a task that is cancelled while it waits."""
    task = asyncio.ensure_future(awaitable)
    await asyncio.sleep(second)
    task.cancel()
    await asyncio.wait([task])
    return {"was": "cancelled"} if task.cancelled() else await ending(task)


async def numbers_loaded(kata, calls, keys=draw.words(3), numbers=draw.wholes(2, 1, 999)):
    """Three numbers, and the last of them is 0."""
    stock = dict(zip(keys, [*numbers, 0], strict=True))
    load = calls.awaitable("load", latency=1.0, returns=stock.get)
    return [await kata.load_or_default(load, key, -1) for key in keys]


async def defaults(kata, calls, key=draw.word(), default=draw.whole(-999, -1)):
    """The warehouse does not answer: `load` raises LoadError, after a second."""
    load = calls.awaitable("load", latency=1.0, raises=kata.LoadError("no answer"))
    return await ending(kata.load_or_default(load, key, default))


async def other_endings(kata, calls, key=draw.word(), name=draw.one_of(list(FAULTS))):
    """`load_or_default` when there is a bug in `load`, and when nobody waits for it any more."""
    broken = calls.awaitable("broken", latency=1.0, raises=FAULTS[name](key))
    slow = calls.awaitable("slow", latency=60.0, returns=1)
    return {
        "fault": await ending(kata.load_or_default(broken, key, -1)),
        "cancelled": await cancelled_at(5.0, kata.load_or_default(slow, key, -1)),
    }


async def noted_endings(
    kata,
    calls,
    keys=draw.words(4),
    count=draw.whole(1, 999),
    status=draw.whole(500, 599),
    name=draw.one_of(list(FAULTS)),
):
    """`load_with_note` on its four ways out. The last is a deadline, which cancels it too."""
    number, silent, broken, slow = keys
    errors = {silent: kata.LoadError(f"status {status}"), broken: FAULTS[name](broken)}
    load = calls.awaitable(
        "load", latency=lambda key: 60.0 if key == slow else 1.0, returns=count, raises=errors.get
    )
    done = calls.blocking("done")
    return {
        "number": await ending(kata.load_with_note(load, number, done)),
        "silence": await ending(kata.load_with_note(load, silent, done)),
        "fault": await ending(kata.load_with_note(load, broken, done)),
        "deadline": await ending(within(5.0, kata.load_with_note(load, slow, done))),
    }


async def within(seconds, awaitable):
    async with asyncio.timeout(seconds):
        return await awaitable


# --- checks: what must be true of what was seen -----------------------------------------


def told(ending):
    """An ending as a message says it: "returned 7", "raised KeyError: ...", "was cancelled"."""
    return " ".join(f"{how} {what}" for how, what in ending.items())


@pytest.mark.points(1)
async def test_the_number_comes_back(observe: Observe):
    """Both functions return the number that was loaded, and 0 is a number.

    - What does `load_or_default` return when there are 0 left?
    - `return await load(key)` hands on whatever was loaded; `or` replaces 0 as if it were nothing:
      docs.python.org/3/library/stdtypes.html#truth-value-testing.
    - Put `return await load(key)` into the `try`, with nothing after it.
    """
    seen = await observe(numbers_loaded)

    expected = [*seen.inputs.numbers, 0]
    assert seen.result == expected, (
        f"`load_or_default` returned {seen.result!r} where `load` gave {expected!r}, "
        "and the default was -1"
    )

    seen = await observe(noted_endings)

    number, count = seen.result["number"], seen.inputs.count
    assert number == {"returned": count}, (
        f"`load` gave {count}, and `load_with_note` {told(number)}"
    )


@pytest.mark.points(2)
async def test_a_load_error_gives_the_default(observe: Observe):
    """When `load` raises `LoadError`, `load_or_default` returns the default.

    - Which line raises: the one that calls `load(key)`, or the one that awaits it?
    - Calling a coroutine function only makes a coroutine. Its body runs, and raises, in the
      `await`: docs.python.org/3/library/asyncio-task.html#coroutines.
    - `await` belongs inside `try:`, above `except LoadError:`.
    """
    seen = await observe(defaults)

    default = seen.inputs.default
    assert seen.result == {"returned": default}, (
        f"`load` raised LoadError, and `load_or_default` {told(seen.result)} "
        f"where the default, {default}, was due"
    )


@pytest.mark.points(1)
async def test_the_default_hides_no_other_error(observe: Observe):
    """Every other exception comes out of `load_or_default` as it is.

    - What would you like to see when `load` has a bug: the default, or the bug?
    - `except Exception` takes a typing error for a silent warehouse; name what you expect:
      docs.python.org/3/tutorial/errors.html#handling-exceptions.
    - `except LoadError:` and no other `except`.
    """
    seen = await observe(other_endings)

    expected = f"{seen.inputs.name}: {seen.inputs.key}"
    fault, error = seen.result["fault"], seen.result["fault"].get("raised")
    assert error is not None, (
        f"`load` raised {expected}, and `load_or_default` {told(fault)}: the bug stays unseen"
    )
    assert str(error) == expected, (
        f"`load` raised {expected}, and `load_or_default` raised {error} in its place"
    )


@pytest.mark.points(2)
async def test_a_cancelled_call_stays_cancelled(observe: Observe):
    """When `load_or_default` is cancelled, it ends cancelled, with no default.

    - Who asked the task to stop, and what do they learn if it returns a value instead?
    - `Task.cancel()` raises CancelledError where the task waits. `except BaseException` and a bare
      `except:` stop it there: docs.python.org/3/library/asyncio-task.html#task-cancellation.
    - Do not catch it; if you must, end with a bare `raise`.
    """
    seen = await observe(other_endings)

    cancelled = seen.result["cancelled"]
    assert cancelled == {"was": "cancelled"}, (
        f"`load_or_default` was to be cancelled 5 s into a slow `load`, and {told(cancelled)} "
        "instead: whoever cancels a task counts on its end"
    )


@pytest.mark.points(2)
async def test_a_load_error_becomes_unavailable(observe: Observe):
    """`load_with_note` raises `Unavailable` with the key, caused by the `LoadError`.

    - When the note reaches you at night, does it say what could not be loaded, and why?
    - `raise Unavailable(...) from error` sets `__cause__`, and a traceback shows both. A `return`
      in `finally` throws them away: docs.python.org/3/tutorial/errors.html#exception-chaining.
    - `except LoadError as error:`, then raise with the key in the text, `from error`.
    """
    seen = await observe(noted_endings)

    key, error = seen.inputs.keys[1], seen.result["silence"].get("raised")
    assert error is not None, (
        f"`load` raised LoadError, and `load_with_note` {told(seen.result['silence'])} "
        "where Unavailable was due"
    )
    assert error.is_a("Unavailable"), (
        f"`load` raised LoadError, and `load_with_note` raised {error.type} "
        "where Unavailable was due"
    )
    assert key in error.message, (
        f"the text of Unavailable is {error.message!r}: it does not name the key, {key!r}"
    )
    assert error.cause is not None, "Unavailable has no `__cause__`: the LoadError was due"
    assert error.cause.message == f"status {seen.inputs.status}", (
        f"the `__cause__` of Unavailable is {error.cause} where "
        f'"LoadError: status {seen.inputs.status}" was due'
    )


@pytest.mark.points(1)
async def test_the_note_hides_nothing_else(observe: Observe):
    """Other exceptions, and a deadline, pass through `load_with_note` as they are.

    - Is a bug in `load` a number that cannot be shown? Is a cancellation?
    - `asyncio.timeout` cancels what is inside it and then raises TimeoutError, if the cancellation
      reaches it: docs.python.org/3/library/asyncio-task.html#asyncio.timeout.
    - Only `LoadError` becomes `Unavailable`; and `finally` neither returns nor raises.
    """
    seen = await observe(noted_endings)

    expected = f"{seen.inputs.name}: {seen.inputs.keys[2]}"
    fault, error = seen.result["fault"], seen.result["fault"].get("raised")
    assert error is not None, (
        f"`load` raised {expected}, and `load_with_note` {told(fault)}: the bug stays unseen"
    )
    assert str(error) == expected, (
        f"`load` raised {expected}, and `load_with_note` raised {error} in its place"
    )
    deadline = seen.result["deadline"]
    late = deadline.get("raised")
    assert late is not None, (
        f"its deadline, 5 s, passed while `load_with_note` waited, and it {told(deadline)}: "
        "the cancellation never came out"
    )
    assert late.type == "TimeoutError", (
        f"its deadline, 5 s, passed while `load_with_note` waited, and it raised {late.type} "
        "instead of ending cancelled"
    )


@pytest.mark.points(1)
async def test_done_is_called_however_it_ends(observe: Observe):
    """`done(key)` is called once when the load has ended, however it ended.

    - On which of the four ways out does your call of `done` stand: number, LoadError, bug,
      cancelled?
    - What stands in `finally` runs on every way out, and CancelledError is no `Exception`:
      docs.python.org/3/tutorial/errors.html#defining-clean-up-actions.
    - One `try`, and `finally: done(key)` at its end.
    """
    seen = await observe(noted_endings)

    ways = ["a number", "LoadError", seen.inputs.name, "a cancellation"]
    loads = {call.args[0]: call for call in seen.calls("load")}
    for key, way in zip(seen.inputs.keys, ways, strict=True):
        assert key in loads, f"`load` never ran, where it was to end with {way}: is it awaited?"
        notes = [call for call in seen.calls("done") if call.args == (key,)]
        assert len(notes) == 1, (
            f"the load ended with {way}, and `done` was called {len(notes)} times: once was due"
        )
        assert notes[0].order[0] > loads[key].order[1], (
            "`done` was called while the load was still to come to its end"
        )
