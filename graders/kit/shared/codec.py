"""Values on their way across the process boundary: to JSON types in the child, back in the judge.

Only exact builtin types come out at the other side. What is not plain data
arrives as a `Foreign`, which equals nothing; a subclass arrives as its builtin
content, read by the builtin's own methods. So no `__eq__`, `__len__` or
`__str__` of a stranger runs in the judge.

`encode` and `decode` are for values of any shape; `pack` and `unpack` for the classes of
`record`, whose fields are checked one by one against their annotations.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import math
import re
import typing
from collections.abc import Callable, Mapping
from types import SimpleNamespace, TracebackType
from typing import Any, TypeVar

import msgspec

from graders.kit.shared.calls import Call
from graders.kit.shared.plain import ExceptionData, Foreign, Plain
from graders.kit.shared.record import Finding, Lane, Line, Record, Span
from graders.kit.shared.text import printable, without_surrogates
from graders.kit.shared.values import KINDS

DEPTH = 40
"""How deeply lists and dicts may be nested."""

CHAIN = 5
"""Causes and contexts of an exception that are followed."""

MESSAGE = 2000
"""Characters of an exception's message."""

T = TypeVar("T")

Where = Callable[[TracebackType | None], Line | None]
"""Finds the watched line of a traceback."""


class Malformed(ValueError):
    """What the other side sent is not what it should be; the text says what and where."""


# --- values of any shape -----------------------------------------------------------------


def encode(value: object, where: Where | None = None) -> Any:
    """Plain data as JSON types; a subclass by its builtin content, anything else as `Foreign`.

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
            return _tagged("foreign", type=_name(type(value)), text="nested too deeply")
        if isinstance(value, (int, float, str, bytes)):
            return _scalar(value)
        if isinstance(value, BaseException):
            return _tagged("raised", **pack(self.raised(value, CHAIN)))
        if type(value) is ExceptionData:
            return _tagged("raised", **pack(value))
        if type(value) is Foreign:
            return _tagged("foreign", type=value.type, text=value.text)
        if isinstance(value, (list, tuple, set, frozenset)):
            return self._sequence(value, depth - 1)
        if isinstance(value, dict):
            items = dict.items(value)
            pairs = [[self.value(k, depth - 1), self.value(v, depth - 1)] for k, v in items]
            return _tagged("dict", pairs=pairs)
        kind = None
        if dataclasses.is_dataclass(value) and type(value).__module__.startswith("graders."):
            kind = type(value).__name__
            fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        elif type(value) is SimpleNamespace:
            fields = vars(value)
        else:
            return _tagged("foreign", type=_name(type(value)), text=_look(value))
        fields = {name: self.value(field, depth - 1) for name, field in fields.items()}
        return _tagged("object", kind=kind if kind in KINDS else None, fields=fields)

    def _sequence(self, value: Any, depth: int) -> Any:
        base = next(b for b in (list, tuple, set, frozenset) if isinstance(value, b))
        items = [self.value(item, depth) for item in base.__iter__(value)]
        return items if base is list else _tagged(base.__name__, items=items)

    def raised(self, error: BaseException, chain: int) -> ExceptionData:
        def more(other: BaseException | None) -> ExceptionData | None:
            return self.raised(other, chain - 1) if other is not None and chain > 1 else None

        line = self._where(error.__traceback__) if self._where else None
        inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        return ExceptionData(
            type=_name(type(error)),
            message=_message(error),
            bases=tuple(_name(base) for base in type(error).__mro__[:-1]),
            file=line.file if line else None,
            line=line.line if line else None,
            cause=more(error.__cause__),
            context=more(error.__context__),
            exceptions=tuple(r for one in inner[:20] if (r := more(one)) is not None),
        )


def _scalar(value: float | str | bytes) -> Any:
    # Base-class methods read the content itself, whatever a subclass claims.
    if isinstance(value, int):
        return int.__add__(value, 0)
    if isinstance(value, float):
        number = float.__add__(value, 0.0)
        return number if math.isfinite(number) else _tagged("float", text=float.__repr__(number))
    if isinstance(value, str):
        return without_surrogates(str.__getitem__(value, slice(None)))
    return _tagged("bytes", text=base64.b64encode(bytes.__getitem__(value, slice(None))).decode())


def _look(value: object) -> str:
    try:
        # An address differs from run to run, and says nothing.
        return without_surrogates(re.sub(r" at 0x[0-9a-f]+", "", str(repr(value))[:500])[:200])
    except BaseException as error:
        return f"its repr raised {_name(type(error))}"


def _name(kind: type) -> str:
    # By the metaclass of all metaclasses: a stranger's may lie, or raise.
    return without_surrogates(type.__dict__["__name__"].__get__(kind)[:200])


def _message(error: BaseException) -> str:
    try:
        return without_surrogates(str.__str__(str(error))[:MESSAGE])
    except BaseException:
        return ""


def _tagged(tag: str, **fields: Any) -> dict[str, Any]:
    return {"$": tag, **fields}


def decode(data: Any, depth: int = DEPTH + 5) -> Plain:
    """The plain data behind `encode`'s JSON types; raises `Malformed` for anything else."""
    if depth <= 0:
        raise Malformed("nested too deeply")
    if data is None or type(data) in (bool, int, float):
        return data
    if type(data) is str:
        return without_surrogates(data)
    if type(data) is list:
        return [decode(item, depth - 1) for item in data]
    if type(data) is dict and type(data.get("$")) is str:
        try:
            return _untag(data["$"], data, depth - 1)
        except Malformed:
            raise
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Malformed(f"bad {printable(data['$'], 50)!r}: {error}") from None
    raise Malformed(f"unexpected {type(data).__name__}")


def _untag(tag: str, data: Mapping[str, Any], depth: int) -> Plain:
    if tag == "dict":
        return {_key(decode(k, depth)): decode(v, depth) for k, v in data["pairs"]}
    if tag == "tuple":
        return tuple(decode(item, depth) for item in data["items"])
    if tag in ("set", "frozenset"):
        return {_key(decode(item, depth)) for item in data["items"]}
    if tag == "float":
        return float(_text(data["text"]))
    if tag == "bytes":
        return base64.b64decode(_text(data["text"]), validate=True)
    if tag == "foreign":
        return Foreign(printable(_text(data["type"]), 200), printable(_text(data["text"]), 500))
    if tag == "object":
        fields = {str(k): decode(v, depth) for k, v in data["fields"].items()}
        return SimpleNamespace(**fields) if data.get("kind") is None else _known(data, fields)
    if tag == "raised":
        return unpack({name: value for name, value in data.items() if name != "$"}, ExceptionData)
    raise Malformed(f"unknown tag {printable(tag, 50)!r}")


def _known(data: Mapping[str, Any], fields: dict[str, Plain]) -> Plain:
    """A class of `KINDS`, its fields as they are annotated: what is decoded is plain already."""
    kind = KINDS[data["kind"]]
    try:
        return msgspec.convert(
            fields, kind, builtin_types=(bytes,), dec_hook=lambda _, value: value
        )
    except msgspec.ValidationError as error:
        raise Malformed(f"bad {kind.__name__}: {printable(str(error), 200)}") from None


def _text(value: object) -> str:
    if type(value) is not str:
        raise Malformed(f"a {type(value).__name__} where a text was due")
    return value


def _key(value: Plain) -> Plain:
    try:
        hash(value)
    except TypeError:
        return Foreign(type(value).__name__, str(value)[:200])
    return value


# --- the classes of the record -------------------------------------------------------------


def pack(value: object, where: Where | None = None) -> Any:
    """An instance of a class of `record` as JSON types: `Plain` fields by `encode`, others as
    they are. What does not fit its annotation is noticed by `unpack`, on the other side.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        free = _plain_fields(type(value))
        return {
            field.name: encode(getattr(value, field.name), where)
            if field.name in free
            else pack(getattr(value, field.name), where)
            for field in dataclasses.fields(value)
        }
    if type(value) in (list, tuple):
        return [pack(item, where) for item in typing.cast("list[Any]", value)]
    if type(value) is dict:
        return {key: pack(item, where) for key, item in value.items()}
    return without_surrogates(value) if type(value) is str else value


def raised(error: BaseException, where: Where | None = None) -> ExceptionData:
    """An exception as data, with the watched line that it came from."""
    return _Encoder(where).raised(error, CHAIN)


def unpack(data: Any, kind: type[T]) -> T:
    """The instance behind `pack`'s JSON types, each field of the exact type it is annotated with,
    each text printable; raises `Malformed`, which says what is wrong, and where.
    """
    try:
        value: T = _clean(msgspec.convert(data, kind, dec_hook=_plain))
        return value
    except (msgspec.MsgspecError, RecursionError, OverflowError) as error:
        raise Malformed(printable(str(error), 200)) from None


def _plain(_: type, value: Any) -> Any:
    return decode(value)


def _clean(value: Any) -> Any:
    """Makes the texts of a record printable, in place; `Plain` fields stay what they are."""
    if type(value) is str:
        return printable(value)
    if type(value) is list:
        return [_clean(item) for item in value]
    if type(value) is tuple:
        return tuple(_clean(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        free = _plain_fields(type(value))
        for field in dataclasses.fields(value):
            if field.name not in free:
                # Also of frozen ones: nobody has seen it yet.
                object.__setattr__(value, field.name, _clean(getattr(value, field.name)))
    return value


@functools.cache
def _plain_fields(kind: type) -> frozenset[str]:
    hints = typing.get_type_hints(kind)
    return frozenset(name for name, hint in hints.items() if hint is Plain)


def prepare() -> None:
    """Reads the annotations of a record once, so that no child has to."""
    for kind in (Record, Call, Finding, ExceptionData, Lane, Span, Line):
        _plain_fields(kind)
