"""Sentences on what the submission gives where the kata asks for something else."""

from __future__ import annotations

import contextlib
import inspect
from types import CodeType
from typing import Any

from graders.kit.shared.messages import Written


def kind_of(value: Any) -> str:
    """In words: `None`, `an int`, `a Pool`."""
    if value is None:
        return "None"
    name = "class" if isinstance(value, type) else type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def signature(function: Any) -> str:
    """`(name, delay)`, as far as it is known; else nothing."""
    for follow in (False, True):  # `functools.cache` has none, and takes what it decorates takes
        with contextlib.suppress(TypeError, ValueError):
            return str(inspect.signature(function, follow_wrapped=follow))
    return ""


def given(function: Any, value: Any) -> str:
    """What a call gave, and why if that is certain; a coroutine will not be awaited any more."""
    if inspect.isasyncgen(value):
        certain = inspect.isasyncgenfunction(function)
        return "an async generator" + (", because it has a `yield`" if certain else "")
    if inspect.isgenerator(value):
        certain = inspect.isgeneratorfunction(function)
        return "a generator" + (", because it has a `yield`" if certain else "")
    if inspect.iscoroutine(value):
        value.close()
        return "a coroutine"
    return kind_of(value)


def not_awaitable(name: str, function: Any, value: Any, text: str) -> str:
    """Of a function that is to be awaited; `text` is how the kata asks for it."""
    if inspect.isasyncgen(value) or inspect.isgenerator(value):
        gives = given(function, value)
        without = " without a `yield`" if "yield" in gives else ""
        return f"calling `{name}` gives {gives}, which cannot be awaited: write `{text}`{without}"
    gave = "nothing" if value is None else kind_of(value)
    # Also of a method. What a decorator has put in its place is no reason to name the `def`.
    code = getattr(function, "__code__", None)
    own = isinstance(code, CodeType) and code.co_name == name.rpartition(".")[2]
    plain = own and not hasattr(function, "__wrapped__")
    how = ", because it is a plain `def`" if plain else ""
    return f"`{name}` gave back {gave} at once{how}: write `{text}`, so that it can be awaited"


def returned_none(name: str, written: Written) -> str:
    """Of a function whose result a scenario cannot do without."""
    end = written.returns if written.returns != "return" else "return ..."
    due = written.type.rpartition(".")[2]
    return f"`{name}` returned None instead of {due}: does it end with `{end}`?"


def no_member(of: str, name: str, written: Written) -> str:
    """Of an object of the class `of`."""
    return f"`{of}` has no `{name}`: the kata asks for `{written.text}`"
