"""Values on their way across the process boundary: to JSON in the child, back in the judge.

Only exact builtin types come out at the other side. What is not plain data
arrives as a `Foreign`, which equals nothing; a subclass arrives as its builtin
content, read by the builtin's own methods. So no `__eq__`, `__len__` or
`__str__` of a stranger runs in the judge.
"""

from __future__ import annotations

import base64
import dataclasses
import math
import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace, TracebackType
from typing import Any

from graders.kit.shared.record import Foreign, Line, Plain, Raised

DEPTH = 40
CHAIN = 5
"""Causes and contexts of an exception that are followed."""
TEXT = 20_000


Where = Callable[[TracebackType | None], Line | None]
"""Finds the watched line of a traceback."""


def encode(value: object, where: Where | None = None) -> Any:
    """Plain data as JSON; a subclass by its builtin content, anything else as `Foreign`.

    With `where`, exceptions in it tell the watched line that they came from.
    """
    return _Encoder(where).value(value, DEPTH)


class _Encoder:
    def __init__(self, where: Where | None) -> None:
        self._where = where

    def value(self, value: object, depth: int) -> Any:
        if value is None or value is True or value is False:
            return value
        if depth <= 0:
            return _tagged("foreign", type=type(value).__name__, text="nested too deeply")
        if isinstance(value, (int, float, str, bytes)):
            return _scalar(value)
        if isinstance(value, BaseException):
            return self.exception(value, CHAIN)
        if isinstance(value, (list, tuple, set, frozenset)):
            return self._sequence(value, depth - 1)
        if isinstance(value, dict):
            items = dict.items(value)
            pairs = [[self.value(k, depth - 1), self.value(v, depth - 1)] for k, v in items]
            return _tagged("dict", pairs=pairs)
        if dataclasses.is_dataclass(value) and type(value).__module__.startswith("graders."):
            names = [field.name for field in dataclasses.fields(value)]
            fields = {name: self.value(getattr(value, name), depth - 1) for name in names}
            return _tagged("object", fields=fields)
        return _tagged("foreign", type=type(value).__name__, text=_look(value))

    def _sequence(self, value: Any, depth: int) -> Any:
        base = next(b for b in (list, tuple, set, frozenset) if isinstance(value, b))
        items = [self.value(item, depth) for item in base.__iter__(value)]
        return items if base is list else _tagged(base.__name__, items=items)

    def exception(self, error: BaseException | None, chain: int) -> Any:
        if error is None or chain <= 0:
            return None
        line = self._where(error.__traceback__) if self._where else None
        inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        return _tagged(
            "raised",
            type=type(error).__name__,
            message=_message(error),
            bases=[base.__name__ for base in type(error).__mro__[:-1]],
            file=line.file if line else None,
            line=line.line if line else None,
            cause=self.exception(error.__cause__, chain - 1),
            context=self.exception(error.__context__, chain - 1),
            exceptions=[self.exception(one, chain - 1) for one in inner[:20]],
        )


def _scalar(value: float | str | bytes) -> Any:
    # Base-class methods read the content itself, whatever a subclass claims.
    if isinstance(value, int):
        return int.__add__(value, 0)
    if isinstance(value, float):
        number = float.__add__(value, 0.0)
        return number if math.isfinite(number) else _tagged("float", text=float.__repr__(number))
    if isinstance(value, str):
        return str.__getitem__(value, slice(None)).encode("utf-8", "replace").decode()
    return _tagged("bytes", text=base64.b64encode(bytes.__getitem__(value, slice(None))).decode())


def _look(value: object) -> str:
    try:
        # An address differs from run to run, and says nothing.
        return re.sub(r" at 0x[0-9a-f]+", "", str(repr(value))[:500])[:200]
    except BaseException as error:
        return f"its repr raised {type(error).__name__}"


def _tagged(tag: str, **fields: Any) -> dict[str, Any]:
    return {"$": tag, **fields}


def _message(error: BaseException) -> str:
    try:
        return str(error)[:2000]
    except BaseException:
        return ""


class Malformed(ValueError):
    """The child's bytes are not a record."""


def decode(data: Any, depth: int = DEPTH + 5) -> Plain:
    """The plain data behind `encode`'s JSON; raises `Malformed` for anything else."""
    if depth <= 0:
        raise Malformed("nested too deeply")
    if data is None or type(data) in (bool, int, float, str):
        return data
    if type(data) is list:
        return [decode(item, depth - 1) for item in data]
    if type(data) is dict and type(data.get("$")) is str:
        try:
            return _untag(data["$"], data, depth - 1)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Malformed(f"bad {data['$']!r}: {error}") from None
    raise Malformed(f"unexpected {type(data).__name__}")


def _untag(tag: str, data: Mapping[str, Any], depth: int) -> Plain:
    if tag == "dict":
        return {_key(decode(k, depth)): decode(v, depth) for k, v in data["pairs"]}
    if tag == "tuple":
        return tuple(decode(item, depth) for item in data["items"])
    if tag in ("set", "frozenset"):
        return {_key(decode(item, depth)) for item in data["items"]}
    if tag == "float":
        return float(str(data["text"]))
    if tag == "bytes":
        return base64.b64decode(data["text"], validate=True)
    if tag == "foreign":
        return Foreign(str(data["type"])[:200], str(data["text"])[:500])
    if tag == "object":
        return SimpleNamespace(**{str(k): decode(v, depth) for k, v in data["fields"].items()})
    if tag == "raised":
        return _raised(data, depth)
    raise Malformed(f"unknown tag {tag!r}")


def _key(value: Plain) -> Plain:
    try:
        hash(value)
    except TypeError:
        return Foreign(type(value).__name__, str(value)[:200])
    return value


def _raised(data: Mapping[str, Any], depth: int) -> Raised:
    cause, context = decode(data["cause"], depth), decode(data["context"], depth)
    inner = decode(data["exceptions"], depth)
    return Raised(
        type=str(data["type"])[:200],
        message=str(data["message"])[:TEXT],
        bases=tuple(str(name) for name in data["bases"]),
        file=data["file"] if type(data["file"]) is str else None,
        line=data["line"] if type(data["line"]) is int else None,
        cause=cause if isinstance(cause, Raised) else None,
        context=context if isinstance(context, Raised) else None,
        exceptions=tuple(e for e in inner if isinstance(e, Raised)),
    )
