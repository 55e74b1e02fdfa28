"""The contract at use: what is right by other means is accepted, what is wrong is told truly."""

from __future__ import annotations

import inspect
import linecache
import logging
import pickle
import sys
import textwrap
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from graders.kit.child import loader
from graders.kit.child.calling import unwrapped
from graders.kit.child.kata import Kata
from graders.kit.child.unusable import Unusable
from graders.kit.instruments.source import Source
from graders.kit.judge import contract
from graders.kit.judge.judge import Judge
from graders.kit.judge.katas import Submission
from tests.kit import judging
from tests.tiny import NAME, tiny

Use = Callable[[Any], Awaitable[Any]]


@pytest.fixture
def kata(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Kata]:
    """Makes the `Kata` of a reference and a submission, both given as text."""
    modules = dict(sys.modules)

    def made(reference: str, submission: str) -> Kata:
        solution, path = tmp_path / "reference.py", tmp_path / "answer.py"
        solution.write_text(textwrap.dedent(reference))
        path.write_text(textwrap.dedent(submission))
        module = loader.load(path, Source(path), [])
        return Kata(module, contract.read(solution), {})

    yield made
    for name in sys.modules.keys() - modules.keys():
        del sys.modules[name]
    linecache.clearcache()


# --- what the katas ask for, and how a scenario uses it -----------------------------------------

GREET = "async def greet(name: str, delay: float) -> str: ...\n"


async def greet(kata: Any) -> Any:
    return await kata.greet("Eva", 0.0)


APP = """
    from fastapi import FastAPI
    def create_app(limit: int) -> FastAPI:
        app = FastAPI()
        return app
"""


async def create_app(kata: Any) -> Any:
    return kata.create_app(3)


BOOKS = """
    from collections.abc import AsyncIterator
    async def stream_books(count: int) -> AsyncIterator[int]:
        yield count
"""


async def stream_books(kata: Any) -> Any:
    return [book async for book in kata.stream_books(2)]


CLOSED_BOOKS = BOOKS.replace("AsyncIterator", "AsyncGenerator")


async def stream_closed(kata: Any) -> Any:
    async with aclosing(kata.stream_books(2)) as books:
        return [book async for book in books]


ROWS = """
    def rows(count: int):
        yield from range(count)
"""


async def rows(kata: Any) -> Any:
    return list(kata.rows(2))


FEED = """
    from contextlib import asynccontextmanager
    @asynccontextmanager
    async def feed(source, size: int):
        yield source
"""


async def feed(kata: Any) -> Any:
    async with kata.feed([1, 2], size=3) as fed:
        return list(fed)


TIMER = """
    from contextlib import contextmanager
    @contextmanager
    def timer(name):
        yield name
"""


async def timer(kata: Any) -> Any:
    with kata.timer("t") as entered:
        return entered


HASHER = """
    class Busy(Exception):
        pass
    class Hasher:
        limit: int
        def __init__(self, work, limit: int = 2) -> None:
            self.limit = limit
            self.helper = None
        async def hash(self, password: str) -> str:
            return password
        def busy(self) -> bool:
            return False
        async def aclose(self) -> None: ...
"""


async def hasher(kata: Any) -> Any:
    made = kata.Hasher(str.upper, limit=3)
    result = await made.hash("x"), made.busy(), made.limit
    await made.aclose()
    return result


async def busy(kata: Any) -> Any:
    return kata.Busy


GATE = """
    class Gate:
        def __init__(self, app, limit): ...
        async def __call__(self, scope, receive, send): ...
"""


async def gate(kata: Any) -> Any:
    return await kata.Gate("app", 2)("scope", "receive", "send")


POOL = """
    class Pool:
        async def __aenter__(self): ...
        async def __aexit__(self, *exc_info): ...
        async def get(self): ...
"""


async def pool(kata: Any) -> Any:
    async with kata.Pool() as entered:
        return await entered.get()


REQUEST_ID = """
    from contextvars import ContextVar
    request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""


async def request_id(kata: Any) -> Any:
    return kata.request_id.get()


FILTER = """
    import logging
    class _AddId(logging.Filter): ...
    add_id = _AddId()
"""


async def log_filter(kata: Any) -> Any:
    record = logging.makeLogRecord({"msg": "m"})
    return kata.add_id.filter(record), record.id


LIMIT = "LIMIT = 60.0\n"


async def limit(kata: Any) -> Any:
    return kata.LIMIT


# --- right by other means ---------------------------------------------------------------------

GOOD_HASHER = """
    class Hasher:
        def __init__(self, work, limit=2):
            self.work, self.limit = work, limit
        async def hash(self, password):
            return self.work(password)
        def busy(self):
            return False
        async def aclose(self):
            pass
"""

RIGHT = {
    "as_written": (GREET, "async def greet(name, delay): return name", greet, "Eva"),
    "other_names": (GREET, "async def greet(who, seconds): return who", greet, "Eva"),
    "returns_a_task": (
        GREET,
        """
        import asyncio
        def greet(name, delay):
            return asyncio.ensure_future(asyncio.sleep(delay, name))
        """,
        greet,
        "Eva",
    ),
    "partial": (
        GREET,
        """
        import functools
        async def _greet(greeting, name, delay): return greeting + name
        greet = functools.partial(_greet, "Hi ")
        """,
        greet,
        "Hi Eva",
    ),
    "callable_object": (
        GREET,
        """
        class Greet:
            async def __call__(self, name, delay): return name
        greet = Greet()
        """,
        greet,
        "Eva",
    ),
    "decorator_that_gives_one_parameter_more": (
        GREET,
        """
        import functools
        def with_greeting(f):
            @functools.wraps(f)
            async def inner(name, delay):
                return await f("Hi ", name, delay)
            return inner
        @with_greeting
        async def greet(greeting, name, delay): return greeting + name
        """,
        greet,
        "Hi Eva",
    ),
    "signature_that_lies": (
        GREET,
        """
        import inspect
        async def greet(*args): return args[0]
        greet.__signature__ = inspect.Signature()
        """,
        greet,
        "Eva",
    ),
    "app_by_a_factory": (APP, "def create_app(limit): return limit", create_app, 3),
    "async_generator": (
        BOOKS,
        """
        async def stream_books(count):
            for n in range(count):
                yield n
        """,
        stream_books,
        [0, 1],
    ),
    "async_iterator_of_a_class": (
        BOOKS,
        """
        class stream_books:
            def __init__(self, count): self.left = count
            def __aiter__(self): return self
            async def __anext__(self):
                if not self.left: raise StopAsyncIteration
                self.left -= 1
                return self.left
        """,
        stream_books,
        [1, 0],
    ),
    "async_generator_of_another": (
        CLOSED_BOOKS,
        """
        async def _numbers(count):
            for n in range(count):
                yield n
        def stream_books(count): return _numbers(count)
        """,
        stream_closed,
        [0, 1],
    ),
    "generator_expression": (
        ROWS,
        "def rows(count): return (n for n in range(count))",
        rows,
        [0, 1],
    ),
    "a_list_is_as_good": (ROWS, "def rows(count): return list(range(count))", rows, [0, 1]),
    "context_manager": (
        FEED,
        """
        import contextlib
        @contextlib.asynccontextmanager
        async def feed(source, size):
            yield source
        """,
        feed,
        [1, 2],
    ),
    "class_with_aenter": (
        FEED,
        """
        class feed:
            def __init__(self, source, size): self.source = source
            async def __aenter__(self): return self.source
            async def __aexit__(self, *exc_info): pass
        """,
        feed,
        [1, 2],
    ),
    "sync_class_with_enter": (
        TIMER,
        """
        class timer:
            def __init__(self, name): self.name = name
            def __enter__(self): return self.name
            def __exit__(self, *exc_info): pass
        """,
        timer,
        "t",
    ),
    "class": (HASHER, GOOD_HASHER, hasher, ("X", False, 3)),
    "class_with_slots": (
        HASHER,
        GOOD_HASHER.replace("def __init__", "__slots__ = 'work', 'limit'\n        def __init__"),
        hasher,
        ("X", False, 3),
    ),
    "subclass": (
        HASHER,
        GOOD_HASHER.replace("Hasher", "_Base") + "    class Hasher(_Base): pass\n",
        hasher,
        ("X", False, 3),
    ),
    "dataclass": (
        HASHER,
        """
        from dataclasses import dataclass
        from typing import Callable
        @dataclass
        class Hasher:
            work: Callable
            limit: int = 2
            async def hash(self, password): return self.work(password)
            def busy(self): return False
            async def aclose(self): pass
        """,
        hasher,
        ("X", False, 3),
    ),
    "factory_of_another_class": (
        HASHER,
        GOOD_HASHER.replace("Hasher", "_Other")
        + "    def Hasher(work, limit): return _Other(work, limit)\n",
        hasher,
        ("X", False, 3),
    ),
    "methods_that_return_awaitables": (
        HASHER,
        """
        import asyncio
        class Hasher:
            def __init__(self, work, limit): self.work, self.limit = work, limit
            def hash(self, password): return asyncio.sleep(0, self.work(password))
            def busy(self): return False
            def aclose(self): return asyncio.sleep(0)
        """,
        hasher,
        ("X", False, 3),
    ),
    "methods_made_on_demand": (
        HASHER,
        GOOD_HASHER.replace("Hasher", "_Inner")
        + """
    class Hasher:
        def __init__(self, work, limit): self._inner = _Inner(work, limit)
        def __getattr__(self, name): return getattr(self._inner, name)
        """,
        hasher,
        ("X", False, 3),
    ),
    "asgi_class": (
        GATE,
        """
        class Gate:
            def __init__(self, app, limit): self.app = app
            async def __call__(self, a, b, c): return self.app, a
        """,
        gate,
        ("app", "scope"),
    ),
    "asgi_factory": (
        GATE,
        """
        def Gate(app, limit):
            async def gate(scope, receive, send): return app, scope
            return gate
        """,
        gate,
        ("app", "scope"),
    ),
    "pool": (
        POOL,
        """
        class Pool:
            async def __aenter__(self): return self
            async def __aexit__(self, *exc_info): pass
            async def get(self): return 7
        """,
        pool,
        7,
    ),
    "pool_with_a_plain_def": (
        POOL,
        """
        import asyncio
        class Pool:
            async def __aenter__(self): return self
            async def __aexit__(self, *exc_info): pass
            def get(self): return asyncio.sleep(0, 7)
        """,
        pool,
        7,
    ),
    "context_variable": (
        REQUEST_ID,
        "import contextvars\nrequest_id = contextvars.ContextVar('id', default='none')",
        request_id,
        "none",
    ),
    "another_class_that_can_do_the_same": (
        FILTER,
        """
        class AddId:
            def filter(self, record):
                record.id = 7
                return True
        add_id = AddId()
        """,
        log_filter,
        (True, 7),
    ),
    "a_whole_number_for_a_float": (LIMIT, "LIMIT = 7", limit, 7),
}


@pytest.mark.parametrize("name", RIGHT)
async def test_every_right_answer_is_accepted(kata, name):
    """However it is written: it can be used as the kata uses it."""
    reference, submission, use, expected = RIGHT[name]

    assert await use(kata(reference, submission)) == expected


# --- wrong, and told the truth ------------------------------------------------------------------

WRONG = {
    "missing": (
        GREET,
        "async def gret(name, delay): return name",
        greet,
        "there is no `greet` (but a `gret`): "
        "the kata asks for `async def greet(name: str, delay: float) -> str`",
        None,
    ),
    "is_none": (GREET, "greet = None", greet, "`greet` is None: the kata asks for", 1),
    "other_parameters": (
        GREET,
        "\nasync def greet(name): return name",
        greet,
        "`greet(name)` cannot be called as the kata does "
        "(greet() takes 1 positional argument but 2 were given): it asks for",
        2,
    ),
    "decorator_that_takes_less": (
        GREET,
        """
        import functools
        def once(f):
            @functools.wraps(f)
            async def inner(name):
                return await f(name, 1.0)
            return inner
        @once
        async def greet(name, delay): return name
        """,
        greet,
        "`greet(name)` cannot be called as the kata does",
        8,
    ),
    "cached": (
        GREET,
        "import functools\n@functools.cache\ndef greet(name): return name",
        greet,
        "`greet(name)` cannot be called as the kata does (greet() takes 1",
        2,
    ),
    "plain_def": (
        GREET,
        "def greet(name, delay): return name",
        greet,
        "`greet` gave back a str at once, because it is a plain `def`: write `async def greet(",
        1,
    ),
    "decorated_into_a_plain_one": (
        GREET,
        """
        import functools
        def now(f):
            @functools.wraps(f)
            def inner(*args):
                f(*args).close()
                return 7
            return inner
        @now
        async def greet(name, delay): return name
        """,
        greet,
        "`greet` gave back an int at once: write `async def greet(",
        9,
    ),
    "yields": (
        GREET,
        "async def greet(name, delay): yield name",
        greet,
        "calling `greet` gives an async generator, because it has a `yield`, "
        "which cannot be awaited: write `async def greet(name: str, delay: float) -> str` "
        "without a `yield`",
        1,
    ),
    "no_app": (
        APP,
        "def create_app(limit): app = object()",
        create_app,
        "`create_app` returned None instead of FastAPI: does it end with `return app`?",
        1,
    ),
    "app_in_a_coroutine": (
        APP,
        "async def create_app(limit): return 7",
        create_app,
        "calling `create_app` gave a coroutine: it is to be a plain `def create_app(limit: int)",
        1,
    ),
    "list_of_books": (
        BOOKS,
        "async def stream_books(count): return [1]",
        stream_books,
        "calling `stream_books` gives a coroutine, which `async for` cannot go through: "
        "write `async def stream_books(count: int) -> AsyncIterator[int]` with a `yield`",
        1,
    ),
    "sync_generator": (
        BOOKS,
        "def stream_books(count): yield 1",
        stream_books,
        "calling `stream_books` gives a generator, because it has a `yield`, "
        "which `async for` cannot go through: write `async def stream_books(",
        1,
    ),
    "cannot_be_closed": (
        CLOSED_BOOKS,
        """
        class stream_books:
            def __init__(self, count): pass
            def __aiter__(self): return self
            async def __anext__(self): raise StopAsyncIteration
        """,
        stream_closed,
        "calling `stream_books` gives a stream_books, which has no `aclose`: the kata asks for "
        "`async def stream_books(count: int) -> AsyncGenerator[int]`",
        2,
    ),
    "generator_that_is_none": (
        ROWS,
        "def rows(count): [n for n in range(count)]",
        rows,
        "calling `rows` gives None, which `for` cannot go through: "
        "write `def rows(count: int)` with a `yield`",
        1,
    ),
    "undecorated_context_manager": (
        FEED,
        "async def feed(source, size): yield source",
        feed,
        "calling `feed` gives an async generator, because it has a `yield`, which `async with` "
        "cannot enter: write `@asynccontextmanager async def feed(source, size: int)`",
        1,
    ),
    "sync_context_manager": (
        FEED,
        "from contextlib import contextmanager\n@contextmanager\ndef feed(source, size): yield 1",
        feed,
        "calling `feed` gives a _GeneratorContextManager, which `async with` cannot enter: write",
        2,
    ),
    "async_context_manager": (
        TIMER,
        "import contextlib\n@contextlib.asynccontextmanager\nasync def timer(name): yield 1",
        timer,
        "which `with` cannot enter: write `@contextmanager def timer(name)`",
        2,
    ),
    "no_class": (
        HASHER,
        "Hasher = 7",
        hasher,
        "`Hasher` is an int: the kata asks for `class Hasher`",
        1,
    ),
    "other_constructor": (
        HASHER,
        GOOD_HASHER.replace("limit=2", "most=2").replace("work, limit\n", "work, most\n"),
        hasher,
        "`Hasher(work, most=2)` cannot be called as the kata does (Hasher.__init__() got an "
        "unexpected keyword argument 'limit'): it asks for `Hasher(work, limit: int=2)`",
        2,
    ),
    "async_factory": (
        HASHER,
        "async def Hasher(work, limit): return 7",
        hasher,
        "calling `Hasher` gave a coroutine: the kata asks for `Hasher(work, limit: int=2)`",
        1,
    ),
    "factory_of_nothing": (
        HASHER,
        "def Hasher(work, limit): pass",
        hasher,
        "`Hasher` returned None: does it end with a `return`?",
        1,
    ),
    "missing_method": (
        HASHER,
        GOOD_HASHER.replace("aclose", "close"),
        hasher,
        "`Hasher` has no `aclose`: the kata asks for `async def aclose(self) -> None`",
        2,
    ),
    "sync_method": (
        HASHER,
        GOOD_HASHER.replace("async def hash", "def hash"),
        hasher,
        "`Hasher.hash` gave back a str at once, because it is a plain `def`: "
        "write `async def hash(self, password: str) -> str`, so that it can be awaited",
        5,
    ),
    "async_method": (
        HASHER,
        GOOD_HASHER.replace("def busy", "async def busy"),
        hasher,
        "calling `Hasher.busy` gave a coroutine: it is to be a plain `def busy(self) -> bool`",
        7,
    ),
    "method_with_other_parameters": (
        HASHER,
        GOOD_HASHER.replace("hash(self, password)", "hash(self)").replace("(password)", "('')"),
        hasher,
        "`Hasher.hash()` cannot be called as the kata does (Hasher.hash() takes 1 positional "
        "argument but 2 were given): it asks for `async def hash(self, password: str) -> str`",
        5,
    ),
    "missing_attribute": (
        HASHER,
        GOOD_HASHER.replace("self.limit", "self._limit"),
        hasher,
        "`Hasher` has no `limit`: the kata asks for `limit: int`",
        2,
    ),
    "method_for_an_attribute": (
        HASHER,
        GOOD_HASHER.replace("self.work, self.limit", "self.work, _")
        + "        def limit(self): return 3\n",
        hasher,
        "`Hasher.limit` is a method: the kata asks for an attribute, `limit: int`",
        2,
    ),
    "no_asgi": (
        GATE,
        "class Gate:\n    def __init__(self, app, limit): pass",
        gate,
        "`Gate` has no `__call__`: the kata asks for `async def __call__(self, scope,",
        1,
    ),
    "no_exception": (
        HASHER,
        "class Busy: pass",
        busy,
        "`Busy` is a class: the kata asks for `class Busy(Exception)`",
        1,
    ),
    "text_for_a_context_variable": (
        REQUEST_ID,
        "\nrequest_id = '-'",
        request_id,
        "`request_id` is a str: the kata asks for `request_id: ContextVar[str]`",
        2,
    ),
    "missing_value": (
        REQUEST_ID,
        "",
        request_id,
        "there is no `request_id`: the kata asks for `request_id: ContextVar[str]`",
        None,
    ),
    "text_for_a_number": (LIMIT, "LIMIT = '60'", limit, "`LIMIT` is a str: the kata asks for", 1),
    "none_for_a_number": (LIMIT, "LIMIT = None", limit, "`LIMIT` is None: the kata asks for", 1),
}


@pytest.mark.parametrize("name", WRONG)
async def test_every_wrong_answer_is_told_why_and_where(kata, name):
    """In one sentence, with the line of the submission."""
    reference, submission, use, sentence, line = WRONG[name]

    with pytest.raises(Unusable) as told:
        await use(kata(reference, submission or "pass"))

    assert sentence in str(told.value)
    assert told.value.line == line


# --- what a scenario holds ----------------------------------------------------------------------


async def test_what_is_written_like_the_reference_is_handed_out_as_it_is(kata):
    """Nothing stands between a scenario and an ordinary answer."""
    twice = "    async def twice(n): ...\n"
    made = kata(HASHER.replace("limit: int\n", "pass\n") + twice, GOOD_HASHER + twice)
    with_an_attribute = kata(HASHER, GOOD_HASHER)

    assert made.twice is vars(made._module)["twice"]
    assert made.Hasher is vars(made._module)["Hasher"]
    assert type(with_an_attribute.Hasher(len)) is with_an_attribute._module.Hasher


async def test_a_model_can_be_used_in_an_annotation(kata):
    """Its attributes are declared, and so it is handed out as it is."""
    model = """
    from dataclasses import dataclass
    @dataclass
    class Order:
        item: str
        quantity: int = 1
    """
    made = kata(model, model)

    assert made.Order is made._module.Order


async def test_what_stands_for_an_instance_is_one_for_everybody(kata):
    """`isinstance`, equality, attributes that are set, pickles: the scenario notices nothing, and
    the submission gets back what it has made."""
    made = kata(
        HASHER + "    def same(a, b): ...\n",
        GOOD_HASHER.replace("async def aclose", "def aclose")
        + "    def same(a, b): return a is b\n",
    )
    instance = made.Hasher(len, 5)
    raw = unwrapped(instance)

    assert type(instance) is not type(raw)
    assert isinstance(instance, made.Hasher)
    assert isinstance(instance, type(raw))
    assert isinstance(raw, made.Hasher)
    assert instance == raw
    assert hash(instance) == hash(raw)
    assert repr(instance) == repr(raw)
    assert made.same(instance, raw)
    instance.limit = 9
    assert raw.limit == 9
    assert pickle.loads(pickle.dumps(instance)).limit == 9


async def test_a_class_that_is_written_otherwise_can_be_subclassed(kata):
    """Its scenario gets a class like any other."""
    made = kata(HASHER, GOOD_HASHER.replace("async def aclose", "def aclose"))

    class Loud(made.Hasher):
        def busy(self) -> bool:
            return True

    assert Loud(len).busy()
    assert issubclass(Loud, sys.modules["answer"].Hasher)


async def test_a_property_that_raises_is_not_called_missing(kata):
    """The learner's own error comes out."""
    made = kata(
        HASHER,
        GOOD_HASHER.replace("async def aclose", "def aclose")
        .replace("self.limit = work", "_ = work")
        .replace("self.work, self.limit", "self.work, _")
        + "        @property\n        def limit(self): return self.nothing\n",
    )

    with pytest.raises(AttributeError, match="nothing"):
        made.Hasher(len).limit  # noqa: B018


async def test_a_type_error_of_the_learner_is_no_misfit(kata):
    """It is raised by a line of the submission, and stays what it is."""
    made = kata(APP, "def create_app(limit): return limit + 'x'")

    with pytest.raises(TypeError, match="unsupported operand"):
        made.create_app(3)


async def test_a_factory_of_an_asgi_function_looks_like_one(kata):
    """uvicorn asks whether it is a coroutine function."""
    made = kata(GATE, RIGHT["asgi_factory"][1]).Gate("app", 2)

    assert inspect.isfunction(made)
    assert inspect.iscoroutinefunction(made)


async def test_a_function_that_is_handed_out_can_be_pickled_and_inspected(kata):
    """Another process gets the function itself; FastAPI finds its parameters."""
    made = kata(APP, "def create_app(limit): return limit")

    assert pickle.loads(pickle.dumps(made.create_app))(3) == 3
    assert str(inspect.signature(made.create_app)) == "(limit)"


def test_only_names_of_the_contract_can_be_used(kata):
    """A grader that has a typing mistake is a broken one."""
    made = kata(GREET, "async def grete(name, delay): ...")

    for name in ("grete", "Greet.x", "_greet"):
        with pytest.raises(AttributeError, match="the kata's contract has no"):
            getattr(made, name)


def test_the_lines_of_what_was_used_are_kept(kata):
    """A report shows them, where a check fails: of functions and classes."""
    made = kata(
        GREET + HASHER.replace("    class", "class").replace("\n    ", "\n") + LIMIT,
        "\nLIMIT = 3\nasync def greet(a, b): ...\nclass Hasher: ...\nclass Busy(KeyError): ...",
    )
    for name in ("greet", "Hasher", "LIMIT", "Busy"):
        getattr(made, name)

    assert made._used == {"greet": 3, "Hasher": 4}


def test_a_line_is_one_of_the_submission(kata):
    """What it takes from elsewhere is where it gives it its name."""
    made = kata(GREET, "\nfrom textwrap import dedent as greet")

    with pytest.raises(Unusable) as told:
        made.greet("x", 1.0)

    assert told.value.line == 2


async def test_no_coroutine_is_left_that_nobody_will_await(kata, recwarn):
    """Python's own warning would come on top of the sentence."""
    for name in ("app_in_a_coroutine", "list_of_books", "async_factory", "async_method"):
        reference, submission, use, _, _ = WRONG[name]
        with pytest.raises(Unusable):
            await use(kata(reference, submission))

    assert not recwarn.list


# --- through the judge --------------------------------------------------------------------------

LOST = """
import asyncio

async def lost(kata):
    async def use():
        await kata.double(1)
    task = asyncio.create_task(use())
    await asyncio.wait([task])
    return "done"
"""


async def test_a_misfit_is_told_also_where_nobody_sees_its_exception(tmp_path):
    """A server keeps what an app raises to itself; the scenario goes on, or gets stuck."""
    workspace = tiny(tmp_path)
    workspace.write(f"graders/{NAME}.py", LOST)
    workspace.write("answer.py", "\nasync def double(): ...\n")
    tiny_kata = judging.kata("k101", tmp_path)

    async with Judge([tiny_kata], jobs=1) as judge:
        [scenario] = judging.rubrics([tiny_kata])[NAME].others
        submission = Submission(tiny_kata, tmp_path / "answer.py")
        seen = await judge.observer.observe(submission, scenario, 1)

    assert (seen.outcome, seen.line) == ("unusable", 2)
    assert "`double()` cannot be called as the kata does" in seen.message
