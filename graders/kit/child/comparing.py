"""Is what a submission defines written like the reference? Then it can be used like it, too."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import Any

from graders.kit.shared.messages import SPECIAL_METHODS, Written

_MISSING = object()


def has(kind: type, name: str) -> bool:
    """Have its instances that special method? Every class can be called itself."""
    return any(name in vars(base) for base in kind.__mro__)


def is_written_so(kind: type, members: Mapping[str, Written], instance: Any = _MISSING) -> bool:
    """Has the class every member of the contract, each written as there?

    With an instance, its attributes count too, and its constructor does not matter any more.
    """
    for name, written in members.items():
        found = inspect.getattr_static(kind, name, _MISSING)
        if written.kind == "value":
            if found is _MISSING and instance is not _MISSING:
                found = inspect.getattr_static(instance, name, _MISSING)
            # Instances of a dataclass or a pydantic model have what their class annotates.
            declared = any(name in vars(base).get("__annotations__", ()) for base in kind.__mro__)
            if isinstance(found, FunctionType) or (found is _MISSING and not declared):
                return False
        elif name == "__init__" and instance is not _MISSING:
            continue
        elif not is_function_written_so(found, written, method=True):
            return False
    return True


def is_function_written_so(function: Any, written: Written, *, method: bool = False) -> bool:
    """Is it a plain function of the kind and with the parameters of the contract?"""
    if (
        type(function) is not FunctionType
        or {"__wrapped__", "__signature__"} & vars(function).keys()
    ):
        return False
    if inspect.iscoroutinefunction(function):
        kind = "async"
    elif inspect.isasyncgenfunction(function):
        kind = "async generator"
    else:
        kind = "generator" if inspect.isgeneratorfunction(function) else "def"
    named = function.__name__ not in SPECIAL_METHODS
    return (kind, _parameters(function, method, named)) == (written.kind, written.parameters)


def _parameters(function: FunctionType, method: bool, named: bool) -> list[str]:
    """As `Written.parameters` has them."""
    found: list[str] = []
    before: Any = None
    for parameter in list(inspect.signature(function).parameters.values())[int(method) :]:
        kind = parameter.kind
        if before is parameter.POSITIONAL_ONLY and kind is not before:
            found.append("/")
        if kind is parameter.KEYWORD_ONLY and before not in (kind, parameter.VAR_POSITIONAL):
            found.append("*")
        stars = "*" if kind is parameter.VAR_POSITIONAL else ""
        stars = "**" if kind is parameter.VAR_KEYWORD else stars
        is_positional = kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        name = "_" if is_positional and not named else parameter.name
        found.append(f"{stars}{name}{'' if parameter.default is parameter.empty else '='}")
        before = kind
    return [*found, "/"] if before is inspect.Parameter.POSITIONAL_ONLY else found
