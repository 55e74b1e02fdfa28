"""How a reference spells what it defines: names, parameters, what a function ends with."""

from __future__ import annotations

import ast
import contextlib
import copy
from collections.abc import Iterator

from graders.kit.shared.messages import Written

Function = ast.FunctionDef | ast.AsyncFunctionDef


def bound(node: ast.stmt) -> str | None:
    """The name that a statement binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def last_name(node: ast.expr | None) -> str:
    """`Task` of `asyncio.Task[int]`; of a decorator or a call, that of what is called."""
    match unquoted(node):
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner) | ast.Subscript(value=inner):
            return last_name(inner)
    return ""


def unquoted(node: ast.expr | None) -> ast.expr | None:
    """What an annotation in quotes says."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        with contextlib.suppress(SyntaxError):
            return ast.parse(node.value, mode="eval").body
    return node


def own_parts(node: ast.AST) -> Iterator[ast.AST]:
    """All in a function that is not in a function or a class within it."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, inner):
            yield child
            yield from own_parts(child)


def last_return(node: Function) -> str:
    """How a function ends: `return app`, or `return` where that is no name."""
    returns = [part for part in own_parts(node) if isinstance(part, ast.Return)]
    match returns:
        case [*_, ast.Return(value=ast.Name(id=name))]:
            return f"return {name}"
    return "return"


def annotated(name: str, annotation: str) -> str:
    """`LIMIT: int`, or just the name."""
    return f"{name}: {annotation}" if annotation else name


def without_self(arguments: ast.arguments) -> ast.arguments:
    """Those of a method that a caller gives."""
    changed = copy.copy(arguments)
    if arguments.posonlyargs:
        changed.posonlyargs = arguments.posonlyargs[1:]
    else:
        changed.args = arguments.args[1:]
    return changed


def dataclass_init(node: ast.ClassDef, name: str) -> Written:
    """The constructor of a dataclass, from its fields."""
    fields, parameters = [], []
    for field in node.body:
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if last_name(field.annotation) != "ClassVar":
            default = " = ..." if field.value else ""
            fields.append(f"{field.target.id}: {ast.unparse(field.annotation)}{default}")
            parameters.append(field.target.id + ("=" if field.value else ""))
    return Written("def", f"{name}({', '.join(fields)})", parameters)


def parameters(arguments: ast.arguments, *, named: bool = True) -> list[str]:
    """As `Written.parameters` has them."""
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    found = [
        (argument.arg if named else "_") + ("=" if place >= required else "")
        for place, argument in enumerate(positional)
    ]
    if arguments.posonlyargs:
        found.insert(len(arguments.posonlyargs), "/")
    if arguments.vararg:
        found.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        found.append("*")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(argument.arg + ("=" if default else ""))
    if arguments.kwarg:
        found.append(f"**{arguments.kwarg.arg}")
    return found
