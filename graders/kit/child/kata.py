"""The submission as its scenarios see it: the public names of the kata, checked at each use."""

from __future__ import annotations

import ast
import contextlib
import difflib
import functools
import importlib
import inspect
import linecache
import numbers
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import CodeType, ModuleType
from typing import Any

from graders.kit.child.calling import Call, Class
from graders.kit.child.comparing import is_function_written_so, is_written_so
from graders.kit.child.misfits import kind_of
from graders.kit.child.unusable import Unusable
from graders.kit.shared.messages import Written

AS_GOOD: dict[type, type] = {
    int: numbers.Real,
    float: numbers.Real,
    dict: Mapping,
    list: Collection,
    tuple: Collection,
    set: Collection,
    frozenset: Collection,
}
"""What may stand in the place of a value of a builtin class."""


class Kata:
    """Uses of the submission; misfits of name, signature and kind are said in one sentence.

    `contract` has each public name of the kata and how it is written (`async def greet(name,
    delay)`). What is written so is handed out as it is; of all else, `calling` checks the use.
    """

    def __init__(
        self, module: ModuleType, contract: Mapping[str, Written], used: dict[str, int]
    ) -> None:
        self._module = module
        self._contract = contract
        self._used = used

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._contract:
            raise AttributeError(f"the kata's contract has no {name!r}")
        written = self._contract[name]
        if name not in vars(self._module):
            raise Unusable(
                f"there is no `{name}`{self._near(name)}: the kata asks for `{written.text}`"
            )
        value = vars(self._module)[name]
        line = self._line(name, value)
        if line is not None:
            self._used[name] = line
        if written.kind == "value":
            fits = _is_as_good(value, written.type)
        elif written.kind == "exception":
            fits = isinstance(value, type) and issubclass(value, BaseException)
        else:
            fits = callable(value)
        if not fits:
            raise Unusable(
                f"`{name}` is {kind_of(value)}: the kata asks for `{written.text}`", line
            )
        if written.kind in ("value", "exception"):
            return value
        if written.kind == "class":
            start = f"{name}."
            contract = self._contract.items()
            members = {n.removeprefix(start): w for n, w in contract if n.startswith(start)}
            if isinstance(value, type) and is_written_so(value, members):
                return value
            return Class(name, value, members, written, self._line)
        # What a plain `def` returns is still to be seen.
        if written.kind != "def" and is_function_written_so(value, written):
            return value
        return Call(name, value, written, line)

    def _near(self, name: str) -> str:
        public = [n for n in vars(self._module) if not n.startswith("_")]
        match = difflib.get_close_matches(name, public, 1)
        return f" (but a `{match[0]}`)" if match else ""

    def _line(self, name: str, value: Any) -> int | None:
        """Where the submission defines it; else where it gives it its name."""
        code = _code(value)
        if code is not None and code.co_filename == getattr(self._module, "__file__", None):
            return code.co_firstlineno
        return self._named.get(name)

    @functools.cached_property
    def _named(self) -> dict[str, int]:
        """The lines of the submission that give names, in it and in its classes."""
        lines = linecache.getlines(getattr(self._module, "__file__", None) or "")
        return dict(_names(ast.parse("".join(lines)).body))


def _is_as_good(value: Any, type_: str) -> bool:
    """Can a value be used like one of the class of this full name?"""
    module, _, name = type_.rpartition(".")
    kind: Any = None
    with contextlib.suppress(ImportError, AttributeError):
        kind = getattr(importlib.import_module(module), name) if module else None
    if not isinstance(kind, type) or isinstance(value, kind):
        return True
    if kind in AS_GOOD:
        is_text = isinstance(value, str | bytes | bool)
        return isinstance(value, AS_GOOD[kind]) and not is_text
    if kind.__module__ == "builtins":
        return False
    # Not of that class, but like one: it has all that is public there.
    return all(hasattr(value, name) for name in dir(kind) if not name.startswith("_"))


def _code(value: Any) -> CodeType | None:
    with contextlib.suppress(ValueError):  # it wraps itself
        value = inspect.unwrap(value) if callable(value) else value
    code = getattr(value, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _names(statements: Iterable[ast.AST], within: str = "") -> Iterator[tuple[str, int]]:
    for node in statements:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield within + name, node.lineno
            case ast.ClassDef(name=name):
                yield within + name, node.lineno
                yield from _names(node.body, f"{within}{name}.")
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (
                    (within + (alias.asname or alias.name), node.lineno) for alias in aliases
                )
            case ast.Name(id=name, ctx=ast.Store()):
                yield within + name, node.lineno
            case ast.stmt() | ast.excepthandler() | ast.withitem() | ast.Tuple():
                yield from _names(ast.iter_child_nodes(node), within)
