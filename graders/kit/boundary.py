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
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from graders.kit.record import Foreign, Plain, Raised

DEPTH = 40
TEXT = 20_000


def encode(value: object, depth: int = DEPTH) -> Any:
    """Plain data as JSON; a subclass by its builtin content, anything else as `Foreign`."""
    if value is None or value is True or value is False:
        return value
    if depth <= 0:
        return _tagged("foreign", type=type(value).__name__, text="nested too deeply")
    if isinstance(value, (int, float, str, bytes)):
        return _scalar(value)
    if isinstance(value, BaseException):
        return _tagged("raised", **encode_exception(value))
    if isinstance(value, (list, tuple, set, frozenset)):
        return _sequence(value, depth)
    if isinstance(value, dict):
        pairs = [[encode(k, depth - 1), encode(v, depth - 1)] for k, v in dict.items(value)]
        return _tagged("dict", pairs=pairs)
    if dataclasses.is_dataclass(value) and type(value).__module__.startswith("graders."):
        pairs = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}  # type: ignore[assignment]
        return _tagged("object", fields={k: encode(v, depth - 1) for k, v in pairs.items()})  # type: ignore[attr-defined]
    return _tagged("foreign", type=type(value).__name__, text=_look(value))


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


def _sequence(value: Iterable[object], depth: int) -> Any:
    for base in (list, tuple, set, frozenset):
        if isinstance(value, base):
            items = [encode(item, depth - 1) for item in base.__iter__(value)]  # type: ignore[arg-type]
            return items if base is list else _tagged(base.__name__, items=items)
    raise AssertionError("unreachable")


def _look(value: object) -> str:
    try:
        # An address differs from run to run, and says nothing.
        return re.sub(r" at 0x[0-9a-f]+", "", str(repr(value))[:500])[:200]
    except BaseException as error:
        return f"its repr raised {type(error).__name__}"


def _tagged(tag: str, **fields: Any) -> dict[str, Any]:
    return {"$": tag, **fields}


def encode_exception(error: BaseException, where: Any = None, depth: int = 5) -> dict[str, Any]:
    """An exception's fields; `where(traceback)` finds the watched line, if given."""
    line = where(error.__traceback__) if where else None

    def inner(other: BaseException | None) -> Any:
        if other is None or depth <= 0:
            return None
        return _tagged("raised", **encode_exception(other, where, depth - 1))

    return {
        "type": type(error).__name__,
        "message": _message(error),
        "bases": [base.__name__ for base in type(error).__mro__[:-1]],
        "file": line.file if line else getattr(error, "__watched_file__", None),
        "line": line.line if line else getattr(error, "__watched_line__", None),
        "cause": inner(error.__cause__),
        "context": inner(error.__context__),
        "exceptions": [inner(e) for e in getattr(error, "exceptions", ())][:20]
        if isinstance(error, BaseExceptionGroup)
        else [],
    }


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
