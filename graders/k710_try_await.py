"""k710: an awaited call fails where it is awaited; catch what you expect, let the rest out."""

import asyncio

import pytest

from graders.kit.author import Cancelled, Observe, Raised, Returned, draw

# --- scenarios: what is done to the submission, and watched -----------------------------

FAULTS = {kind.__name__: kind for kind in (LookupError, OSError, RuntimeError, ValueError)}
"""Errors that do not mean "the warehouse does not answer"."""


async def numbers_loaded(kata, calls, keys=draw.words(3), numbers=draw.wholes(2, 1, 999)):
    """Three numbers, and the last of them is 0."""
    stock = dict(zip(keys, [*numbers, 0], strict=True))
    load = calls.awaitable("load", latency=1.0, returns=stock.get)
    return [await kata.load_or_default(load, key, -1) for key in keys]


async def defaults(kata, calls, ending, key=draw.word(), default=draw.whole(-999, -1)):
    """The warehouse does not answer: `load` raises LoadError, after a second."""
    load = calls.awaitable("load", latency=1.0, raises=kata.LoadError("no answer"))
    return await ending(kata.load_or_default(load, key, default))


async def other_endings(kata, calls, ending, key=draw.word(), name=draw.one_of(list(FAULTS))):
    """`load_or_default` when there is a bug in `load`, and when it is cancelled meanwhile."""
    broken = calls.awaitable("broken", latency=1.0, raises=FAULTS[name](key))
    slow = calls.awaitable("slow", latency=60.0, returns=1)
    return {
        "fault": await ending(kata.load_or_default(broken, key, -1)),
        "cancelled": await ending(kata.load_or_default(slow, key, -1), cancel_at=5.0),
    }


async def noted_endings(
    kata,
    calls,
    ending,
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


@pytest.mark.points(1)
async def test_the_number_comes_back(observe: Observe):
    """Both functions return the number that was loaded, and 0 is a number.

    - What does `load_or_default` return when there are 0 left?
    - `return await load(key)` hands on whatever was loaded; `or` replaces 0 as if it were nothing:
      docs.python.org/3/library/stdtypes.html#truth-value-testing.
    - Put `return await load(key)` into the `try`, with nothing after it.
    """
    seen = await observe(numbers_loaded)

    due = [*seen.inputs.numbers, 0]
    assert seen.result == due, (
        f"`load` gave {due!r}, and `load_or_default`, with a default of -1, {seen.result!r}"
    )

    seen = await observe(noted_endings)

    count = seen.inputs.count
    assert seen.number == Returned(count), (
        f"`load` gave {count}, and `load_with_note` {seen.number}"
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

    assert seen.result == Returned(seen.inputs.default), (
        f"`load` raised LoadError, the default was {seen.inputs.default}, "
        f"and `load_or_default` {seen.result}"
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

    due = f"raised {seen.inputs.name}: {seen.inputs.key}"
    assert str(seen.fault) == due, f"`load` {due}, and `load_or_default` {seen.fault}"


@pytest.mark.points(2)
async def test_a_cancelled_call_stays_cancelled(observe: Observe):
    """When `load_or_default` is cancelled, it ends cancelled, with no default.

    - Who asked the task to stop, and what do they learn if it returns a value instead?
    - `Task.cancel()` raises CancelledError where the task waits. `except BaseException` and a bare
      `except:` stop it there: docs.python.org/3/library/asyncio-task.html#task-cancellation.
    - Do not catch it; if you must, end with a bare `raise`.
    """
    seen = await observe(other_endings)

    assert seen.cancelled == Cancelled(), (
        f"cancelled 5 s into a slow `load`, `load_or_default` {seen.cancelled} instead"
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

    assert seen.silence.is_a("Unavailable"), (
        f"`load` raised LoadError, and `load_with_note` {seen.silence}: Unavailable is missing"
    )
    key, error = seen.inputs.keys[1], seen.silence.error
    assert key in error.message, (
        f"{error.message!r}, the text of Unavailable, lacks the key, {key!r}"
    )
    assert error.cause is not None, "Unavailable has no `__cause__`: it should be the LoadError"
    assert error.cause.message == f"status {seen.inputs.status}", (
        f"the `__cause__` of Unavailable is {error.cause} "
        f'instead of "LoadError: status {seen.inputs.status}"'
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

    due = f"raised {seen.inputs.name}: {seen.inputs.keys[2]}"
    assert str(seen.fault) == due, f"`load` {due}, and `load_with_note` {seen.fault}"
    late = seen.deadline.error.type if isinstance(seen.deadline, Raised) else None
    assert late == "TimeoutError", (
        f"its deadline, 5 s, passed while `load_with_note` waited, and it {seen.deadline} "
        "instead of ending cancelled"
    )


@pytest.mark.points(1)
async def test_done_is_called_however_it_ends(observe: Observe):
    """`done(key)` is called once when the load has ended, however it ended.

    - On which of the four ways out does your call of `done` stand: number, LoadError, bug,
      cancelled?
    - `finally` runs on every way out, and CancelledError is no `Exception`:
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
            f"the load ended with {way}, and `done` was called {len(notes)} times"
        )
        assert notes[0].order[0] > loads[key].order[1], (
            "`done` was called before the load had ended"
        )
