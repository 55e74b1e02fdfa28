"""Stories of computing: many calls, or operators, whose line not every Python can tell."""

import asyncio
import importlib
import sys
from collections.abc import Iterator

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import fixtures

# %% cpu_encoding_of_a_huge_answer: A route that gives back a huge list: the framework encodes it.
# blocks: cpu, everything, route
app = FastAPI()
everything_there_is = [{"id": number, "tags": ["a", "b"]} for number in range(25_000)]


@app.get("/items")  # <-
async def everything():
    return everything_there_is


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/items")).status_code == 200


# %% cpu_in_a_comparison_of_lists: Two long lists are compared in a helper, which then returns at
# and: once.
# blocks: cpu, changed, helper
# since: 3.12
before = [float(number) for number in range(1000)] * 16_000
after = [float(number) for number in range(1000)] * 16_000


def changed() -> bool:
    return before != after  # <-


async def main() -> None:
    await asyncio.sleep(0)
    if changed():
        raise AssertionError
    await asyncio.sleep(0)


# %% cpu_in_a_generator: A plain generator below a coroutine burns before each of its values.
# blocks: cpu, divisors, generator
def divisors(numbers: list[int]) -> Iterator[int]:
    for number in numbers:
        yield sum(map((0).__eq__, map(number.__mod__, range(1, number))))  # <-


async def main() -> None:
    assert max(divisors([720_720, 1_441_440, 2_162_160])) == 319


# %% cpu_in_a_hash: The `__hash__` of a class that is looked up in a set.
# blocks: cpu, __hash__, hash
class Recipe:
    def __init__(self, ingredients: list[str]) -> None:
        self.ingredients = ingredients

    def __hash__(self) -> int:
        return hash(tuple(sorted(set(self.ingredients))))  # <-

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and hash(self) == hash(other)


async def main() -> None:
    stock = [f"spice {number * 7919 % 1009}" for number in range(400)]
    known = {Recipe(stock[number % 100 :]) for number in range(3000)}
    assert len(known) == 100


# %% cpu_in_an_eq: The `__eq__` of a class, for every element of a list that is searched.
# blocks: cpu, __eq__, eq
class Order:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Order) and sorted(self.lines) == sorted(other.lines)  # <-

    __hash__ = None  # type: ignore[assignment]


async def main() -> None:
    stock = [f"{number * 7919 % 1009} cups" for number in range(60)]
    book = [Order(stock[number:]) for number in range(50)]
    wanted = [Order([*stock[number:], "tea"]) for number in range(3_500)]
    assert not any(map(book.__contains__, wanted))


# %% cpu_in_a_merge_of_dicts: Merges two large dicts as the last thing that a task does.
# blocks: cpu, merge, coroutine
# since: 3.12
stock = dict.fromkeys(range(4_000_000), 1)
merged: list[dict[int, int]] = []


async def merge() -> None:
    merged[:] = [{**stock, **stock}]  # <-


async def main() -> None:
    await asyncio.create_task(merge())


# %% cpu_in_a_needle_in_a_haystack: A route that looks for a name in a list of millions, with `in`.
# blocks: cpu, taken, route
# since: 3.12
app = FastAPI()
names = [float(number) for number in range(1000)] * 22_000


@app.get("/taken")
async def taken() -> bool:
    return -1.0 in names  # <-


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.get("/taken")).json() is False


# %% cpu_in_a_product_of_big_numbers: A background task that multiplies two numbers of a million
# and: digits.
# blocks: cpu, multiply, background task
# since: 3.12
app = FastAPI()
left, right = 3**900_000, 7**500_000
products: list[int] = []


async def multiply() -> None:
    product = left * right  # <-
    products.append(product)


@app.post("/")
async def root(background: BackgroundTasks) -> None:
    background.add_task(multiply)


async def main() -> None:
    async with fixtures.client(app) as client:
        assert (await client.post("/")).status_code == 200


# %% cpu_in_a_slice_of_a_property: A property that turns a long history round with a slice.
# blocks: cpu, newest_first, property
# since: 3.12
kept: list[list[str]] = []


class History:
    def __init__(self) -> None:
        self.events = [str(number) for number in range(1000)] * 60_000

    @property
    def newest_first(self) -> list[str]:
        events = self.events[::-1]  # <-
        kept.append(events)
        return events


history = History()


async def main() -> None:
    await asyncio.sleep(0)
    if history.newest_first[0] == "999":
        await asyncio.sleep(0)


# %% cpu_in_an_intersection_of_sets: A condition that intersects two sets of millions.
# blocks: cpu, overlap, coroutine
# since: 3.12
ours = set(range(5_000_000))
theirs = set(range(700_000, 5_700_000))


async def overlap() -> str:
    await asyncio.sleep(0)
    if ours & theirs:  # <-
        answer = "some"
    else:
        answer = "none"
    return answer


async def main() -> None:
    assert await overlap() == "some"


# %% cpu_in_an_unpacked_range: A `__str__` that unpacks a long range, called by an f-string.
# blocks: cpu, __str__, repr
# since: 3.12
kept: list[list[int]] = []


class Seats:
    def __str__(self) -> str:
        seats = [*range(6_000_000)]  # <-
        kept.append(seats)
        return "seats"


async def main() -> None:
    label = f"{Seats()} of the house"
    await asyncio.sleep(0)
    assert label.startswith("seats")


# %% cpu_recursion_in_a_helper: A recursion without a memory.
# blocks: cpu, paths, helper
def paths(rows: int, columns: int) -> int:
    return 1 if 0 in (rows, columns) else paths(rows - 1, columns) + paths(rows, columns - 1)  # <-


async def main() -> None:
    assert paths(11, 12) == 1_352_078


# %% cpu_reload_of_the_settings: A route that reloads its settings, so that changes take effect.
# blocks: cpu, settings, route
FOLDER = fixtures.folder()
(FOLDER / "settings_of_the_shop.py").write_text(
    "import time\nend = time.thread_time() + 0.3\nwhile time.thread_time() < end:\n    pass\n"
)
sys.path.insert(0, str(FOLDER))
app = FastAPI()


@app.get("/settings")
async def settings():
    import settings_of_the_shop

    return importlib.reload(settings_of_the_shop).end  # <-


async def main() -> None:
    import settings_of_the_shop

    assert settings_of_the_shop.end
    async with fixtures.client(app) as client:
        assert (await client.get("/settings")).status_code == 200


# %% cpu_split_between_two_helpers: Two helpers burn in one step, the second one more.
# blocks: cpu, rank, helper
def tokenize(text: str) -> list[str]:
    return text.lower().replace(",", " ").split()


def rank(words: list[str]) -> list[str]:
    return sorted(words, key=str.swapcase)  # <-


async def main() -> None:
    words = tokenize("so many Words, in one text of many words, " * 180_000)
    assert len(rank(words)) == 1_620_000
