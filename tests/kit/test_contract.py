"""What is read from a reference, and what is cut from a grader."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.kit.child import scenarios
from graders.kit.judge import contract
from graders.kit.shared.messages import Written


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], dict[str, Written]]:
    """The contract of a reference, given as text."""

    def contract_of(text: str) -> dict[str, Written]:
        file = tmp_path / "k.py"
        file.write_text(textwrap.dedent(text))
        return contract.read(file)

    return contract_of


def test_the_contract_is_names_kinds_and_signatures(read):
    """And nothing that answers the kata."""
    found = read(
        """
        import os
        SECRET = 42
        async def fetch(n: int, *, m=1) -> str:
            return 'answer'
        def install(app):
            pass
        class Pool:
            pass
        def _helper():
            pass
        """
    )

    assert found == {
        "SECRET": Written("value", "SECRET: int", type="builtins.int"),
        "fetch": Written(
            "async",
            "async def fetch(n: int, *, m=1) -> str",
            ["n", "*", "m="],
            type="builtins.str",
        ),
        "install": Written("def", "def install(app)", ["app"]),
        "Pool": Written("class", "class Pool"),
    }
    assert "42" not in str(found)


def test_a_reference_is_never_run(read):
    """Its source alone says what it defines."""
    assert list(read("raise SystemExit\ndef greet(): ...")) == ["greet"]


HEAD = """
import asyncio, contextlib, typing
from collections.abc import AsyncIterator, AsyncGenerator, Iterable, Iterator, Awaitable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from contextlib import asynccontextmanager
"""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("async def f(): return 1", "async"),
        ("def f() -> Awaitable[int]: return g()", "async"),
        ("def f() -> asyncio.Task[int]: return g()", "def"),
        ("def f(): return [(yield) for _ in ()] if 0 else 1", "generator"),
        ("def f():\n  def g(): yield 1\n  return g", "def"),
        ("def f() -> Iterator[int]: return iter([])", "generator"),
        ("def f() -> Iterable[int]: return []", "def"),
        ("async def f():\n  yield 1", "async generator"),
        ("async def f():\n  async def g(): yield 1\n  return g", "async"),
        ("def f() -> AsyncIterator[int]: return g()", "async generator"),
        ("def f() -> 'typing.AsyncGenerator[int]': return g()", "async generator"),
        ("@asynccontextmanager\nasync def f(): yield", "async context manager"),
        ("@contextlib.contextmanager\ndef f(): yield", "context manager"),
        ("def f() -> AbstractAsyncContextManager[int]: return g()", "async context manager"),
        ("def f() -> contextlib.AbstractContextManager[int]: return g()", "context manager"),
        ("@retry(3)\nasync def f(): return 1", "async"),
        ("f = lambda: 1", "def"),
        ("async def _f(): ...\nf = _f", "async"),
        ("class f: ...", "class"),
        ("class f(KeyError): ...", "exception"),
        ("class _g(Exception): ...\nclass f(_g): ...", "exception"),
        ("from fastapi import HTTPException\nclass f(HTTPException): ...", "exception"),
        ("f = 1", "value"),
    ],
)
def test_the_kind_is_what_using_it_gives(read, text, kind):
    """By `yield`, decorator and annotation."""
    found = read(HEAD + text)

    assert {name: written.kind for name, written in found.items()} == {"f": kind}


@pytest.mark.parametrize(
    ("text", "written", "type_"),
    [
        (
            "from contextvars import ContextVar\nx = ContextVar('x')",
            "x: ContextVar",
            "contextvars.ContextVar",
        ),
        (
            "import contextvars as c\nx: c.ContextVar[str] = f()",
            "x: c.ContextVar[str]",
            "contextvars.ContextVar",
        ),
        ("import logging\nx = logging.Filter()", "x: Filter", "logging.Filter"),
        ("import logging\nclass _F(logging.Filter): ...\nx = _F()", "x: Filter", "logging.Filter"),
        ("import logging\nx = logging.getLogger()", "x", ""),
        ("from typing import Final\nx: Final = 1.5", "x: float", "builtins.float"),
        ("from typing import Final\nx: Final[int] = 1", "x: int", "builtins.int"),
        ("x: 'int | None' = None", "x: 'int | None'", ""),
        ("x = None", "x", ""),
        ("x = {'a': 1}", "x: dict", "builtins.dict"),
        ("x = dict(a=1)", "x: dict", "builtins.dict"),
        ("x = [n for n in ()]", "x: list", "builtins.list"),
        ("x = f'{1}'", "x: str", "builtins.str"),
        ("x = 60 * 5", "x", ""),
        ("class _Own: ...\nx = _Own()", "x", ""),
    ],
)
def test_a_value_is_known_by_its_class(read, text, written, type_):
    """As far as the source tells; its content is nobody's business."""
    assert read(text)["x"] == Written("value", written, type=type_)


@pytest.mark.parametrize(
    "text",
    [
        "from typing import TypeVar\nT = TypeVar('T')",
        "from collections.abc import Callable\nLoad = Callable[[str], int]",
        "Number = int | None",
        "from typing import TypeAlias\nRow: TypeAlias = 'dict[str, int]'",
        "Rows = list[int]",
        "from os import path",
        "_private = 1",
        "if True:\n    x = 1",
    ],
)
def test_what_is_about_types_is_no_part_of_it(read, text):
    """Nor what is imported, private, or only there at times."""
    assert read(text) == {}


def test_of_a_class_it_has_what_a_caller_meets(read):
    """Constructor, public methods and special ones, what the body declares; nothing of `self.x`."""
    found = read(
        """
        from functools import cached_property
        class Hasher(Base):
            limit: int = 2
            _count = 0
            def __init__(self, work: Work, *, limit: int = 2) -> None:
                self.work = work
            async def hash(self, password: str, /, salt="") -> str: ...
            @property
            def size(self) -> int: ...
            @staticmethod
            def default() -> "Hasher": ...
            @classmethod
            def of(cls, text): ...
            async def __aenter__(self): ...
            async def __call__(self, scope, receive, send=None): ...
            def __repr__(self): ...
            def _helper(self): ...
        """
    )

    assert {name: (w.kind, w.text, w.parameters) for name, w in found.items()} == {
        "Hasher": ("class", "class Hasher(Base)", []),
        "Hasher.limit": ("value", "limit: int", []),
        "Hasher.__init__": (
            "def",
            "Hasher(work: Work, *, limit: int=2)",
            ["work", "*", "limit="],
        ),
        "Hasher.hash": (
            "async",
            "async def hash(self, password: str, /, salt='') -> str",
            ["password", "/", "salt="],
        ),
        "Hasher.size": ("value", "size: int", []),
        "Hasher.default": ("def", "def default() -> 'Hasher'", []),
        "Hasher.of": ("def", "def of(cls, text)", ["text"]),
        "Hasher.__aenter__": ("async", "async def __aenter__(self)", []),
        "Hasher.__call__": (
            "async",
            "async def __call__(self, scope, receive, send=None)",
            ["_", "_", "_="],
        ),
    }


def test_what_a_class_inherits_is_its_own(read):
    """From a class of the reference; what that is called does not matter."""
    found = read(
        """
        class _Base:
            def __init__(self, size): ...
            async def get(self): ...
            async def put(self): ...
        class Pool(_Base):
            def put(self, item): ...
        """
    )

    assert {name: w.text for name, w in found.items()} == {
        "Pool": "class Pool",
        "Pool.__init__": "Pool(size)",
        "Pool.get": "async def get(self)",
        "Pool.put": "def put(self, item)",
    }


def test_a_dataclass_is_made_from_its_fields(read):
    """They are the parameters of its constructor."""
    found = read(
        """
        from dataclasses import dataclass
        from typing import ClassVar
        @dataclass(frozen=True)
        class Job:
            name: str
            tries: int = 3
            all: ClassVar[list] = []
        """
    )

    assert found["Job.__init__"] == Written(
        "def", "Job(name: str, tries: int = ...)", ["name", "tries="]
    )


@pytest.mark.parametrize(
    ("text", "returns"),
    [
        (
            "from fastapi import FastAPI\ndef f() -> FastAPI:\n  app = g()\n  return app",
            "return app",
        ),
        ("from fastapi import FastAPI\ndef f() -> 'FastAPI': return FastAPI()", "return"),
        (
            "import fastapi\ndef f() -> fastapi.FastAPI:\n  def g(): return x\n  return g()",
            "return",
        ),
        ("class _Hub: ...\ndef f() -> _Hub:\n  hub = _Hub()\n  return hub", "return hub"),
        (
            "from collections.abc import Callable\ndef f() -> Callable[[], int]: return g",
            "return g",
        ),
        ("from fastapi import FastAPI\ndef f() -> FastAPI | None: return app", ""),
        ("from typing import Optional\ndef f() -> Optional[int]: return app", ""),
        ("from typing import Any\ndef f() -> Any: return app", ""),
        ("T = g()\ndef f() -> T: return app", ""),
        ("def f() -> None: return", ""),
        ("def f() -> str: return x", ""),
        ("def f(): return app", ""),
        ("from fastapi import FastAPI\nasync def f() -> FastAPI: return app", ""),
    ],
)
def test_what_must_not_return_none_is_what_a_scenario_works_with(read, text, returns):
    """Where a None would be an answer, or is judged by a check, it says nothing."""
    assert read(text)["f"].returns == returns


def test_imports_are_those_at_the_top(tmp_path: Path):
    """By full name; what belongs to the checks is left out."""
    file = tmp_path / "k.py"
    file.write_text(
        "from __future__ import annotations\nimport pytest\nimport a.b\nfrom c.d import e\n"
        "from . import f\ndef g():\n    import h\n"
    )

    assert contract.imports(file) == ["a.b", "c.d"]


def test_a_child_gets_scenarios_and_no_checks(tmp_path: Path):
    """Neither the test functions nor pytest are in the module it loads."""
    file = tmp_path / "k.py"
    file.write_text(
        "import asyncio\nimport pytest\npytestmark = pytest.mark.slow\nLIMIT = 3\n"
        "async def scenario(kata):\n    return LIMIT\n"
        "@pytest.mark.points(1)\nasync def test_secret(observe):\n    assert 'expected'\n"
    )

    module = scenarios.load(file)

    assert {"asyncio", "LIMIT", "scenario"} <= vars(module).keys()
    assert not {"pytest", "pytestmark", "test_secret"} & vars(module).keys()
