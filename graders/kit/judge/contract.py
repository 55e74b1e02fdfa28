"""A kata's contract: the public names of its reference, and how they are written.

Read from the source of the reference, never run: the child gets names and
signatures, and nothing that answers the kata.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from graders.kit.judge.spelling import (
    Function,
    annotated,
    bound,
    dataclass_init,
    last_name,
    last_return,
    own_parts,
    parameters,
    unquoted,
    without_self,
)
from graders.kit.shared.messages import SPECIAL_METHODS, Kind, Written

BY_ANNOTATION: dict[str, Kind] = {
    "AsyncIterator": "async generator",
    "AsyncIterable": "async generator",
    "AsyncGenerator": "async generator",
    "Iterator": "generator",
    "Generator": "generator",
    "AbstractAsyncContextManager": "async context manager",
    "AsyncContextManager": "async context manager",
    "AbstractContextManager": "context manager",
    "ContextManager": "context manager",
    "Awaitable": "async",
    "Coroutine": "async",
}
"""What calling a plain `def` gives that says it returns one of these."""

BY_DECORATOR: dict[str, Kind] = {
    "asynccontextmanager": "async context manager",
    "contextmanager": "context manager",
}

DISPLAYS: dict[type[ast.expr], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Tuple: "tuple",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.JoinedStr: "str",
}

OF_TYPING = {"TypeVar", "ParamSpec", "TypeVarTuple", "NewType", "TypeAlias"}
"""What is for the type checker alone."""

DATA = ("typing", "collections.abc", "builtins")
"""Modules of the classes of plain data. Where a function returns such, a check says what was due,
also in place of a None; where it returns another object, a scenario cannot go on with a None."""


def read(solution: Path) -> dict[str, Written]:
    """For each public name of the reference, and each public member of its public classes, how it
    is written there."""
    return _Reference(ast.parse(solution.read_bytes(), filename=str(solution))).contract


def imports(path: Path) -> list[str]:
    """The modules that a file imports at its top level, by full name."""
    names: list[str] = []
    for node in ast.parse(path.read_bytes()).body:
        match node:
            case ast.Import(names=aliases):
                names += [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), level=0):
                names.append(module)
    return [name for name in names if name not in ("pytest", "__future__")]


class _Reference:
    """The source of a reference, and what its names stand for."""

    def __init__(self, tree: ast.Module) -> None:
        self.imported: dict[str, str] = {}
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=aliases):
                    for alias in aliases:
                        name = alias.name if alias.asname else alias.name.partition(".")[0]
                        self.imported[alias.asname or name] = name
                case ast.ImportFrom(module=str(module), names=aliases):
                    for alias in aliases:
                        self.imported[alias.asname or alias.name] = f"{module}.{alias.name}"
        definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        self.own = {node.name: node for node in tree.body if isinstance(node, definitions)}
        self.contract: dict[str, Written] = {}
        for statement in tree.body:
            self.contract |= dict(self._written(statement))

    def _written(self, node: ast.stmt) -> Iterator[tuple[str, Written]]:
        """What a statement of the module adds to the contract."""
        name = bound(node)
        if name is None or name.startswith("_"):
            return
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            # Another name for what the reference has defined, perhaps under a private one.
            node = self.own.get(node.value.id, node)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield name, self._function(node, name)
            case ast.ClassDef():
                yield from self._class(node, name)
            case _ if (value := self._value(node, name)) is not None:
                yield name, value

    def _function(self, node: Function, name: str, *, method: bool = False) -> Written:
        kind = self._kind(node)
        keyword = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        decorators = [d for d in map(last_name, node.decorator_list) if d in BY_DECORATOR]
        above = "".join(f"@{decorator} " for decorator in decorators)
        static = "staticmethod" in map(last_name, node.decorator_list)
        arguments = without_self(node.args) if method and not static else node.args
        type_ = self.full_name(node.returns)
        works_on = (type_ and type_.rpartition(".")[0] not in DATA) or type_.endswith(".Callable")
        return Written(
            kind,
            f"{above}{keyword} {name}({ast.unparse(node.args)}){returns}",
            parameters(arguments, named=name not in SPECIAL_METHODS),
            type_,
            last_return(node) if kind == "def" and works_on else "",
        )

    def _kind(self, node: Function) -> Kind:
        for decorator in map(last_name, node.decorator_list):
            if decorator in BY_DECORATOR:
                return BY_DECORATOR[decorator]
        is_async = isinstance(node, ast.AsyncFunctionDef)
        if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own_parts(node)):
            return "async generator" if is_async else "generator"
        if is_async:
            return "async"
        return BY_ANNOTATION.get(last_name(node.returns), "def")

    def _class(self, node: ast.ClassDef, name: str) -> Iterator[tuple[str, Written]]:
        public = [base for base in map(ast.unparse, node.bases) if not base.startswith("_")]
        bases = f"({', '.join(public)})" if public else ""
        kind: Kind = "exception" if self._is_exception(node) else "class"
        yield name, Written(kind, f"class {name}{bases}")
        if kind == "class":
            yield from self._members(node, name)

    def _members(self, node: ast.ClassDef, name: str) -> Iterator[tuple[str, Written]]:
        for base in map(self.full_name, node.bases):
            if isinstance(own := self.own.get(base), ast.ClassDef):
                yield from self._members(own, name)
        if "dataclass" in map(last_name, node.decorator_list):
            yield f"{name}.__init__", dataclass_init(node, name)
        for statement in node.body:
            member = bound(statement)
            if member == "__init__" and isinstance(statement, ast.FunctionDef):
                arguments = without_self(statement.args)
                text = f"{name}({ast.unparse(arguments)})"
                yield f"{name}.__init__", Written("def", text, parameters(arguments))
            elif member is None or (member.startswith("_") and member not in SPECIAL_METHODS):
                continue
            elif isinstance(statement, Function):
                if {"property", "cached_property"} & set(map(last_name, statement.decorator_list)):
                    text = ast.unparse(statement.returns) if statement.returns else ""
                    yield f"{name}.{member}", Written("value", annotated(member, text))
                else:
                    yield f"{name}.{member}", self._function(statement, member, method=True)
            elif (value := self._value(statement, member)) is not None:
                yield f"{name}.{member}", value

    def _value(self, node: ast.stmt, name: str) -> Written | None:
        """A constant, or an object that the module makes; None for what is about types."""
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            return None
        value = node.value
        annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
        if last_name(annotation) in ("Final", "ClassVar"):
            annotation = annotation.slice if isinstance(annotation, ast.Subscript) else None
        if {last_name(annotation), last_name(value)} & OF_TYPING or self._is_alias(value):
            return None
        if isinstance(value, ast.Lambda):
            text = f"def {name}({ast.unparse(value.args)})"
            return Written("def", text, parameters(value.args))
        if annotation is not None:
            type_, shown = self._type_named(annotation), ast.unparse(annotation)
        else:
            type_ = self._type_of(value)
            shown = type_.rpartition(".")[2]
        return Written("value", annotated(name, shown), type=type_)

    def _is_alias(self, value: ast.expr | None) -> bool:
        """Is it a type: `Callable[[str], int]`, `int | None`?"""
        match value:
            case ast.Subscript(value=base):
                return self.full_name(base).rpartition(".")[0] in DATA
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return any(self._is_alias(side) or self._type_named(side) for side in (left, right))
        return False

    def _type_of(self, value: ast.expr | None) -> str:
        """The full name of the class that a value is of, as far as its spelling says."""
        match value:
            case ast.Constant(value=constant) if constant is not None:
                return f"builtins.{type(constant).__name__}"
            case ast.Call(func=function):
                named = self._type_named(function)
                # By convention only classes have capitals: `getLogger` may give anything.
                is_class = named.rpartition(".")[2][:1].isupper() or named.startswith("builtins.")
                return named if is_class else ""
        for node, type_ in DISPLAYS.items():
            if isinstance(value, node):
                return f"builtins.{type_}"
        return ""

    def _type_named(self, node: ast.expr) -> str:
        """The full name of a class; of one of the reference's own, that of its base."""
        name = self.full_name(node)
        while isinstance(own := self.own.get(name), ast.ClassDef):
            name = self.full_name(own.bases[0]) if own.bases else ""
        return name

    def full_name(self, node: ast.expr | None) -> str:
        """What a name stands for: `contextvars.ContextVar`, `builtins.int`, or a name of the
        reference's own; empty if it is none, or made while the module runs."""
        match unquoted(node):
            case ast.Name(id=name) if name in self.own:
                return name
            case ast.Name(id=name) if name in self.imported:
                return self.imported[name]
            case ast.Name(id=name) if hasattr(builtins, name):
                return f"builtins.{name}"
            case ast.Attribute(value=value, attr=attribute):
                owner = self.full_name(value)
                return f"{owner}.{attribute}" if owner else ""
            case ast.Subscript(value=value):
                return self.full_name(value)
        return ""

    def _is_exception(self, node: ast.ClassDef) -> bool:
        for base in map(self.full_name, node.bases):
            own, known = self.own.get(base), getattr(builtins, base.removeprefix("builtins."), None)
            if isinstance(own, ast.ClassDef):
                return self._is_exception(own)
            if isinstance(known, type) and issubclass(known, BaseException):
                return True
            if base.endswith(("Exception", "Error")):
                return True
        return False
