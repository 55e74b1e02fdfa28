"""The mutants of a reference: each a change of it that still is Python, none of them twice."""

from __future__ import annotations

import ast
import difflib
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graders.kit.judge.katas import UsageError
from tests.mutants import operators

EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Mutant:
    """One change of one reference, told without comments and in one way of writing."""

    kata: str
    operator: str
    where: str
    """The function that is changed, `create_app.index`; the empty text outside of all."""
    change: tuple[str, ...]
    """The lines that differ, each with the `-` or `+` of a diff before it."""
    source: str

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What tells it from others, also when lines above it move."""
        return self.kata, self.where, self.change


@dataclass(frozen=True)
class Equivalent:
    """A mutant that keeps every promise of its kata's brief, and why."""

    key: tuple[str, str, tuple[str, ...]]
    reason: str


def mutants(kata: str, source: str) -> list[Mutant]:
    """All mutants of a reference."""
    from tests.mutants import generic  # it needs a package that only `nox -s mutants` has

    return distinct(kata, source, (*operators.mutations(source), *generic.mutations(source)))


def distinct(kata: str, source: str, changed: Iterable[tuple[str, str]]) -> list[Mutant]:
    """Those of the changed sources that compile, and differ from the reference and each other."""
    original = ast.parse(source)
    seen = {_meaning(original)}
    found = []
    for operator, text in changed:
        try:
            tree = ast.parse(text)
            compile(tree, kata, "exec")
        except (SyntaxError, ValueError):
            continue
        meaning = _meaning(tree)
        if meaning not in seen:
            seen.add(meaning)
            change, where = _change(original, tree), _where(original, tree)
            whole = operators.complete(ast.unparse(tree) + "\n")
            found.append(Mutant(kata, operator, where, change, whole))
    return found


def _meaning(tree: ast.Module) -> str:
    """The code without the types of variables and results, which change nothing that runs."""
    bare = ast.parse(ast.unparse(tree))
    for node in ast.walk(bare):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
            if not node.decorator_list:  # the types of a route's parameters mean something
                for arg in node.args.args:
                    arg.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Name("_")
    # A type that is made at the top of a file, as in `Load = Callable[[str], Awaitable[int]]`.
    bare.body = [node for node in bare.body if not _is_alias(node)]
    return ast.dump(bare)


def _is_alias(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)


def _change(original: ast.Module, tree: ast.Module) -> tuple[str, ...]:
    before, after = (ast.unparse(each).splitlines() for each in (original, tree))
    lines = list(difflib.unified_diff(before, after, lineterm="", n=0))[2:]
    return tuple(line for line in lines if not line.startswith("@@"))


def _where(original: ast.Module, tree: ast.Module) -> str:
    """The innermost function that differs."""
    before, after = dict(_functions(original)), dict(_functions(tree))
    differ = [name for name in before if name in after and before[name] != after[name]]
    return max(differ, key=lambda name: (name.count("."), len(name)), default="")


def _functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        name = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}.{child.name}" if prefix else child.name
            yield name, ast.dump(child)
        yield from _functions(child, name)


def equivalent(file: Path = EQUIVALENT) -> list[Equivalent]:
    """What the list says; raises `UsageError` where it cannot be read."""
    try:
        entries = tomllib.loads(file.read_text("utf-8")).get("equivalent", [])
        return [
            Equivalent(
                (entry["kata"], entry["where"], tuple(entry["change"].strip("\n").splitlines())),
                entry["reason"],
            )
            for entry in entries
        ]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise UsageError(f"{file.name} cannot be read: {error}") from None
