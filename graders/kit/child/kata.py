"""The submission as its scenarios see it: the public names of the kata, checked at each use."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from graders.kit.child.unusable import Unusable
from graders.kit.shared.messages import Written


class Kata:
    """Calls into the submission; misfits of name, signature and kind are said in one sentence.

    `contract` has for each public name of the kata its kind (`async`, `def` or
    `class`) and how it is written (`async def greet(name, delay)`).
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
        value = self._module.__dict__.get(name)
        written = self._contract[name].text
        if value is None:
            raise Unusable(f"there is no `{name}`{self._near(name)}: the kata asks for `{written}`")
        line = _defined_at(value)
        if line is not None:
            self._used[name] = line
        if not callable(value):
            raise Unusable(f"`{name}` is a {type(value).__name__}: the kata asks for `{written}`")
        if self._contract[name].kind == "class":
            return value
        return _checked(name, value, self._contract[name].kind, written, line)

    def _near(self, name: str) -> str:
        public = [n for n in self._module.__dict__ if not n.startswith("_")]
        match = difflib.get_close_matches(name, public, 1)
        return f" (but a `{match[0]}`)" if match else ""


def _checked(
    name: str, function: Callable[..., Any], kind: str, written: str, line: int | None
) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        _fits(name, function, args, kwargs, written, line)
        value = function(*args, **kwargs)
        if kind == "async" and not inspect.isawaitable(value):
            raise Unusable(_not_awaitable(name, function, value, written), line)
        if kind == "def" and inspect.iscoroutine(value):
            value.close()
            raise Unusable(
                f"calling `{name}` gave a coroutine: it is to be a plain `{written}`", line
            )
        return value

    return call


def _fits(
    name: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    written: str,
    line: int | None,
) -> None:
    try:
        # Of the function that is called: what a decorator has wrapped may take other arguments.
        signature = inspect.signature(function, follow_wrapped=False)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise Unusable(
            f"`{name}{signature}` cannot be called as the kata does ({error}): "
            f"it asks for `{written}`",
            line,
        ) from None


def _not_awaitable(name: str, function: Callable[..., Any], value: Any, written: str) -> str:
    if inspect.isasyncgen(value) or inspect.isgenerator(value):
        return f"`{name}` has a `yield`, so calling it gives a generator: write `{written}`"
    gave = "nothing" if value is None else f"a {type(value).__name__}"
    how = "" if inspect.iscoroutinefunction(function) else ", because it is a plain `def`"
    return f"`{name}` gave back {gave} at once{how}: write `{written}`, so that it can be awaited"


def _defined_at(value: Any) -> int | None:
    code = getattr(inspect.unwrap(value) if callable(value) else value, "__code__", None)
    return code.co_firstlineno if code is not None else None
