"""A kata's contract: the public names of its reference, and how they are written.

Read from the source of the reference, never run: the child gets names and
signatures, and nothing that answers the kata.
"""

from __future__ import annotations

import ast
from pathlib import Path

from graders.kit.shared.messages import Written


def read(solution: Path) -> dict[str, Written]:
    """For each public name of the reference, how it is written there."""
    tree = ast.parse(solution.read_bytes(), filename=str(solution))
    contract: dict[str, Written] = {}
    for node in tree.body:
        match node:
            case ast.AsyncFunctionDef(name=name):
                contract[name] = Written("async", f"async def {name}{_signature(node)}")
            case ast.FunctionDef(name=name):
                contract[name] = Written("def", f"def {name}{_signature(node)}")
            case ast.ClassDef(name=name):
                contract[name] = Written("class", f"class {name}")
    return {name: entry for name, entry in contract.items() if not name.startswith("_")}


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


def parameters(path: Path) -> set[str]:
    """The names of all parameters of the functions at a file's top level."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.parse(path.read_bytes()).body if isinstance(node, functions)]
    return {arg.arg for node in nodes for arg in node.args.args}


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({ast.unparse(node.args)}){returns}"
