"""Files in the percent format: a module in cells, each below a line `# %% name: title`.

Editors know the format; here it keeps many small programs in one file, which share what they
import. What stands before the first cell is the file's prelude. Below the line of a cell there
may be fields, each in a comment of its own:

    # %% slow_answer: a route that waits
    # blocks: sleep, time.sleep, route
    async def main() -> None:
        ...

What stands after `and` belongs to the line above it. A program (`assembled`) is the code of a
cell and whatever it uses of the prelude: imports and definitions. So a cell never carries what
only its neighbours need.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from dataclasses import dataclass
from pathlib import Path

CELL = re.compile(r"^# %% (\w+): (.+)$")
FIELD = re.compile(r"^# (\w+): (.+)$")


@dataclass(frozen=True)
class Cell:
    """`fields` are the comments below its first line, by name; `code` is what follows them."""

    file: Path
    name: str
    title: str
    fields: dict[str, str]
    code: str
    prelude: str

    def field(self, name: str) -> list[str]:
        """The values of a field, which commas separate; none where there is no such field."""
        return [value.strip() for value in self.fields.get(name, "").split(",") if value.strip()]


def cells(file: Path) -> list[Cell]:
    """The cells of a file. A ValueError where two have one name."""
    lines = file.read_text().splitlines()
    starts = [n for n, line in enumerate(lines) if CELL.match(line)]
    prelude = "\n".join(lines[: starts[0]]) if starts else ""
    found = [
        _cell(file, lines[start:end], prelude)
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]
    if len({cell.name for cell in found}) != len(found):
        raise ValueError(f"two cells of {file} have the same name")
    return found


def _cell(file: Path, lines: list[str], prelude: str) -> Cell:
    first = CELL.match(lines[0])
    assert first is not None
    title, last = first[2], ""
    fields: dict[str, str] = {}
    rest = lines[1:]
    while rest and (field := FIELD.match(rest[0])):
        name, value = field.groups()
        if name != "and":
            fields[name], last = value, name
        elif last:
            fields[last] += f", {value}"
        else:
            title += f" {value}"
        rest = rest[1:]
    return Cell(file, first[1], title, fields, "\n".join(rest).strip("\n"), prelude)


def assembled(title: str, code: str, preludes: list[str]) -> str:
    """A program with this docstring: the code, and what it uses of the preludes."""
    imports: dict[str, set[str]] = {}
    shared: list[ast.stmt] = []
    texts: dict[ast.stmt, str] = {}
    for prelude in dict.fromkeys(preludes):
        for statement in ast.parse(prelude).body:
            if isinstance(statement, ast.Import):
                imports.setdefault("", set()).update(map(_written, statement.names))
            elif isinstance(statement, ast.ImportFrom):
                words = map(_written, statement.names)
                imports.setdefault(statement.module or "", set()).update(words)
            elif not isinstance(statement, ast.Expr):
                shared.append(statement)
                texts[statement] = ast.get_source_segment(prelude, statement) or ""
    chosen: list[ast.stmt] = []
    body = code
    while more := [s for s in shared if s not in chosen and bound(s) & _names(body)]:
        chosen += more
        body = "\n".join([*(texts[s] for s in shared if s in chosen), code])
    definitions = [texts[statement] for statement in shared if statement in chosen]
    parts = [f'"""{title}"""', _imports(imports, _names(body)), *definitions, code]
    return _joined([part for part in parts if part])


def _joined(parts: list[str]) -> str:
    """Two empty lines where a class or a function is next to them, else one."""
    text = parts[0]
    for before, after in itertools.pairwise(parts):
        large = before.splitlines()[-1].startswith(" ") or after.startswith(("def", "class", "@"))
        text += ("\n\n\n" if large or after.startswith("async") else "\n\n") + after
    return text + "\n"


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def bound(statement: ast.stmt) -> set[str]:
    """The names that a statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    stored = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
    return {name.id for name in stored if isinstance(name.ctx, ast.Store)}


def _names(code: str) -> set[str]:
    """Every name in the code, and every dotted one with its beginnings: `os.path.join`,
    `os.path`, `os`. Quoted annotations are code, too.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(ast.unparse(node))
        for field in ("annotation", "returns"):
            quoted = getattr(node, field, None)
            if isinstance(quoted, ast.Constant) and isinstance(quoted.value, str):
                found |= _names(quoted.value)
    return found


def _imports(imports: dict[str, set[str]], used: set[str]) -> str:
    """Those that are used, in three groups: the standard library, packages, this project."""
    lines: list[tuple[int, bool, str]] = []
    for module, words in imports.items():
        needed = sorted(word for word in words if word.split(" as ")[-1] in used)
        if module and needed:
            lines.append((_group(module), True, f"from {module} import {', '.join(needed)}"))
        elif not module:
            lines += [(_group(word), False, f"import {word}") for word in needed]
    groups = [[line for g, _, line in sorted(lines) if g == group] for group in range(3)]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _group(module: str) -> int:
    first = module.split(".")[0]
    return 0 if first in sys.stdlib_module_names else 2 if first == "tests" else 1
