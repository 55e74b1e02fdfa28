"""Places in plain Python below a coroutine, many of which do not look like a call."""

import contextvars
import json
import logging
import weakref
from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from typing import Any


def block() -> None:
    """The slot: a blocker's lines go where it is called."""


# %% helper: a plain function below a coroutine
# place: helper
def work() -> None:
    block()


async def main() -> None:
    work()


# %% deep_helper: a method three calls below a coroutine
# place: helper
class Storage:
    def next_number(self) -> int:
        block()
        return 1


class Invoices:
    storage = Storage()

    def number(self) -> str:
        return f"2024-{self.storage.next_number():04}"

    def new(self, amount: float) -> dict[str, object]:
        return {"number": self.number(), "amount": amount}


async def checkout(invoices: Invoices) -> dict[str, object]:
    return invoices.new(12.5)


async def main() -> None:
    assert (await checkout(Invoices()))["number"] == "2024-0001"


# %% method: a method
# place: method
class Index:
    def refresh(self) -> None:
        block()


async def main() -> None:
    Index().refresh()


# %% retry_decorator: a decorator that tries a coroutine again
# place: decorator
failures = ["not yet"]


def retried(work: Callable[[], Awaitable[str]]) -> Callable[[], Awaitable[str]]:
    @wraps(work)
    async def trying() -> str:
        while True:
            try:
                return await work()
            except ConnectionError:
                block()

    return trying


@retried
async def fetch() -> str:
    if failures:
        raise ConnectionError(failures.pop())
    return "fetched"


async def main() -> None:
    assert await fetch() == "fetched"


# %% lambda_function: a lambda in a table of actions
# place: lambda
actions: dict[str, Callable[[], Any]] = {
    "work": lambda: block(),
    "skip": lambda: None,
}


async def main() -> None:
    for action in ("skip", "work"):
        actions[action]()


# %% generator: a plain generator
# place: generator
def numbers() -> Iterator[int]:
    yield 1
    block()
    yield 2


async def main() -> None:
    assert list(numbers()) == [1, 2]


# %% property: a property
# place: property
class Sensor:
    @property
    def temperature(self) -> float:
        block()
        return 21.5


async def main() -> None:
    assert Sensor().temperature == 21.5


# %% descriptor: the `__get__` of a descriptor
# place: descriptor
class Column:
    def __get__(self, instance: object, owner: type) -> str:
        block()
        return "anna"


class Person:
    name = Column()


async def main() -> None:
    assert Person().name == "anna"


# %% getattr: a `__getattr__`
# place: getattr
class Settings:
    def __getattr__(self, name: str) -> str:
        block()
        return name.upper()


async def main() -> None:
    assert Settings().colour == "COLOUR"


# %% eq: an `__eq__`
# place: eq
class Version:
    def __eq__(self, other: object) -> bool:
        block()
        return isinstance(other, Version)

    __hash__ = None  # type: ignore[assignment]


async def main() -> None:
    assert Version() in [Version()]


# %% hash: a `__hash__`
# place: hash
class Recipe:
    def __hash__(self) -> int:
        block()
        return 7


async def main() -> None:
    assert {Recipe(): "tea"}


# %% repr: a `__repr__`
# place: repr
class Basket:
    def __repr__(self) -> str:
        block()
        return "Basket()"


async def main() -> None:
    assert f"checking out {Basket()!r}" == "checking out Basket()"


# %% destructor: a destructor
# place: destructor
class Device:
    def __init__(self) -> None:
        self.on = True

    def __del__(self) -> None:
        self.on = False
        block()


async def main() -> None:
    devices = {"lamp": Device()}
    assert devices["lamp"].on
    devices.clear()


# %% finalizer: a finalizer of `weakref`
# place: finalizer
gone: list[str] = []


def log_out(name: str) -> None:
    block()
    gone.append(name)


class Session:
    def __init__(self, name: str) -> None:
        weakref.finalize(self, log_out, name)


async def main() -> None:
    session = Session("anna")
    del session
    assert gone == ["anna"]


# %% logging_filter: a logging filter
# place: logging filter
token: contextvars.ContextVar[str] = contextvars.ContextVar("token")
requests_log = logging.getLogger("requests of users")
requests_log.setLevel(logging.INFO)
requests_log.propagate = False
requests_log.addHandler(logging.NullHandler())


class User(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        block()
        record.user = token.get()
        return True


async def main() -> None:
    requests_log.addFilter(User())
    token.set("t-17")
    requests_log.info("the basket was opened")


# %% json_encoder: the `default` of a JSON encoder
# place: json encoder
class Encoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        block()
        return str(type(o).__name__)


async def main() -> None:
    assert json.dumps([{1}], cls=Encoder) == '["set"]'
