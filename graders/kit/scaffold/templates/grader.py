"""$number: fetches that do not depend on each other are under way at the same time."""

import pytest

from graders.kit.author import Observe, draw

# --- scenarios: what is done to the submission, and watched -----------------------------


async def three_keys(kata, calls, words=draw.words(3)):
    """The first fetch takes longest, so the last one ends first."""
    fetch = calls.awaitable("fetch", latency=lambda key: 3.0 - words.index(key), returns=str.upper)
    return await kata.fetch_all(fetch, words)


# --- checks: what must be true of what was seen -----------------------------------------


@pytest.mark.points(4)
async def test_values_are_in_the_order_of_the_keys(observe: Observe):
    """`fetch_all` returns the value of each key, in the order of the keys.

    - Which fetch ends first, and where does its value belong?
    - `gather` returns results in the order of its arguments:
      docs.python.org/3/library/asyncio-task.html#asyncio.gather.
    - One value for each key, in the same place.
    """
    seen = await observe(three_keys)

    due = [word.upper() for word in seen.inputs.words]
    assert seen.result == due, f"`fetch_all` returned {seen.result!r} where {due!r} was due"


@pytest.mark.points(6)
async def test_fetches_are_under_way_together(observe: Observe):
    """All fetches are under way at the same time.

    - Which fetches have begun when the first one ends?
    - `await` inside a `for` waits for each before the next begins; tasks run beside one another:
      docs.python.org/3/library/asyncio-task.html.
    - Start all fetches first, then wait for all of them.
    """
    seen = await observe(three_keys)

    most = seen.calls("fetch").most_in_flight
    assert most == 3, f"of 3 fetches, at most {most} were under way at the same time"
    assert seen.elapsed == 3.0, f"it took {seen.elapsed:g} s where the slowest fetch takes 3 s"
