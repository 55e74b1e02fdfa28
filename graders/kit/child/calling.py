"""Calls of what a submission has written otherwise than the reference, watched by their results.

A function that is written as the reference's cannot be misused, and a scenario gets it as it is.
Anything else may be just as right, and only its use can tell: a plain `def` may return an
awaitable, a decorator may take other parameters than what it decorates, a factory may stand for a
class. So a scenario gets a `Call` instead of a function, and an `Object` instead of an instance.
The submission never does: what it is called with is unwrapped.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graders.kit.child.comparing import has, is_written_so
from graders.kit.child.misfits import (
    given,
    kind_of,
    no_member,
    not_awaitable,
    returned_none,
    signature,
)
from graders.kit.child.unusable import Unusable
from graders.kit.shared.messages import SPECIAL_METHODS, Written

Line = Callable[[str, Any], int | None]
"""The line of the submission where something is defined, by its name and itself."""

NEEDS = {
    "async generator": (["__aiter__"], "`async for` cannot go through"),
    "generator": (["__iter__"], "`for` cannot go through"),
    "async context manager": (["__aenter__", "__aexit__"], "`async with` cannot enter"),
    "context manager": (["__enter__", "__exit__"], "`with` cannot enter"),
}
"""What the result of a call must have, and what cannot be done with one that has not."""


class Call:
    """A function, or a method, of the submission."""

    def __init__(self, name: str, function: Any, written: Written, line: int | None) -> None:
        # What asks for a signature gets that of the function: FastAPI does, of a dependency.
        functools.update_wrapper(self, function, updated=())
        self._name, self._function, self._written, self._line = name, function, written, line

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        args = tuple(map(unwrapped, args))
        kwargs = {name: unwrapped(value) for name, value in kwargs.items()}
        try:
            value = self._function(*args, **kwargs)
        except TypeError as error:
            # Raised by the call itself, and by no code that it runs: so the parameters are others.
            # A signature would not tell: what a decorator shows may not be what it takes.
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise
            raise self._unusable(
                f"`{self._name}{signature(self._function)}` cannot be called as the kata does "
                f"({error}): it asks for `{self._written.text}`"
            ) from None
        return self._checked(value)

    def __reduce__(self) -> Any:
        return functools.partial, (self._function,)  # another process gets the function

    def _checked(self, value: Any) -> Any:
        kind, name, text = self._written.kind, self._name, self._written.text
        if kind == "async":
            if not inspect.isawaitable(value):
                raise self._unusable(not_awaitable(name, self._function, value, text))
        elif kind == "def":
            if inspect.iscoroutine(value):
                value.close()
                raise self._unusable(
                    f"calling `{name}` gave a coroutine: it is to be a plain `{text}`"
                )
            if value is None and self._written.returns:
                raise self._unusable(returned_none(name, self._written))
        elif kind in NEEDS:
            self._check_needs(value)
        return value

    def _check_needs(self, value: Any) -> None:
        needs, cannot = NEEDS[self._written.kind]
        if not all(hasattr(type(value), need) for need in needs):
            gives = given(self._function, value)
            written_with = {"async generator": "async def", "generator": "def"}
            start = written_with.get(self._written.kind)
            can = " with a `yield`" if start and self._written.text.startswith(start) else ""
            raise self._unusable(
                f"calling `{self._name}` gives {gives}, which {cannot}: "
                f"write `{self._written.text}`{can}"
            )
        closes = self._written.type.rpartition(".")[2] == "AsyncGenerator"
        if closes and not hasattr(value, "aclose"):
            raise self._unusable(
                f"calling `{self._name}` gives {given(self._function, value)}, which has no "
                f"`aclose`: the kata asks for `{self._written.text}`"
            )

    def _unusable(self, sentence: str) -> Unusable:
        return Unusable(sentence, self._line)


class Class(Call):
    """A class of the submission, or what stands for one: calling it gives an instance."""

    def __init__(
        self, name: str, value: Any, members: Mapping[str, Written], written: Written, line: Line
    ) -> None:
        super().__init__(name, value, members.get("__init__", written), line(name, value))
        self._members, self._find_line = members, line

    def _checked(self, value: Any) -> Any:
        if inspect.iscoroutine(value):
            value.close()
            raise self._unusable(
                f"calling `{self._name}` gave a coroutine: "
                f"the kata asks for `{self._written.text}`, without `await`"
            )
        if value is None:
            raise self._unusable(f"`{self._name}` returned None: does it end with a `return`?")
        if is_written_so(type(value), self._members, value):
            return value
        for name in self._members.keys() & SPECIAL_METHODS:
            if not has(type(value), name):
                raise self._unusable(no_member(self._name, name, self._members[name]))
        special = {
            name: _forwarding(name) for name in SPECIAL_METHODS if hasattr(type(value), name)
        }
        kind: Any = type(self._name, (Object,), special)
        return kind(_Inside(value, self._name, self._members, self._find_line))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, self._function)

    def __mro_entries__(self, _: Any) -> tuple[Any, ...]:
        return (self._function,)


@dataclass(frozen=True)
class _Inside:
    """What an `Object` stands for."""

    instance: Any
    name: str
    """Of its class, in the contract."""
    members: Mapping[str, Written]
    line: Line


INSIDE = "what it stands for"
"""The only attribute that an `Object` has of its own; no code can spell it."""


class Object:
    """An instance of a class of the submission, as its scenario holds it."""

    def __init__(self, inside: _Inside) -> None:
        vars(self)[INSIDE] = inside

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # `isinstance` asks for it
        return type(unwrapped(self))

    def __getattr__(self, name: str) -> Any:
        return _member(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(unwrapped(self), name, unwrapped(value))

    def __delattr__(self, name: str) -> None:
        delattr(unwrapped(self), name)

    def __eq__(self, other: object) -> Any:
        return unwrapped(self) == unwrapped(other)

    def __hash__(self) -> int:
        return hash(unwrapped(self))

    def __repr__(self) -> str:
        return repr(unwrapped(self))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return unwrapped(self).__reduce_ex__(protocol)


def unwrapped(value: Any) -> Any:
    """What the submission has made itself, where a scenario holds something around it."""
    if issubclass(type(value), Object):  # `isinstance` would be told another class
        return vars(value)[INSIDE].instance
    return value._function if issubclass(type(value), Call) else value


def _member(around: Object, name: str) -> Any:
    inside: _Inside = vars(around)[INSIDE]
    written = inside.members.get(name)
    line = inside.line(inside.name, type(inside.instance))
    try:
        value = getattr(inside.instance, name)
    except AttributeError:
        # If it is there, it has raised this itself: a property of the submission, say.
        if written is None or inspect.getattr_static(inside.instance, name, None) is not None:
            raise
        raise Unusable(no_member(inside.name, name, written), line) from None
    if written is None:
        return value
    full = f"{inside.name}.{name}"
    if written.kind == "value":
        if inspect.ismethod(value):
            raise Unusable(
                f"`{full}` is a method: the kata asks for an attribute, `{written.text}`", line
            )
        return value
    line = inside.line(full, value) or line
    if not callable(value):
        raise Unusable(f"`{full}` is {kind_of(value)}: the kata asks for `{written.text}`", line)
    return Call(full, value, written, line)


def _forwarding(name: str) -> Any:
    def forwarding(self: Object, *args: Any, **kwargs: Any) -> Any:
        value = _member(self, name)(*args, **kwargs)
        return self if value is unwrapped(self) else value

    async def entering(self: Object) -> Any:
        value = await _member(self, name)()
        return self if value is unwrapped(self) else value

    return entering if name == "__aenter__" else forwarding
