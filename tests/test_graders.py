"""What graders may use, and that the page for their authors names all of it."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys

import pytest

from graders.kit import author
from graders.kit.child.arguments import ARGUMENTS
from graders.kit.judge.katas import find
from graders.kit.shared import calls, plain, record, values, views
from tests.tiny import ROOT

KATAS = find(ROOT)
TAUGHT = {"fastapi", "starlette", "httpx", "asyncpg", "anyio"}
"""What the katas teach: a grader may use it, in its scenarios."""

PAGE = (ROOT / "docs" / "graders.md").read_text("utf-8")

SHOWN = [
    record.Record,
    calls.Call,
    calls.Calls,
    record.Finding,
    plain.ExceptionData,
    views.UpstreamView,
    views.DatabaseView,
    views.Statement,
    views.LogsView,
    views.ResourcesView,
    *values.KINDS.values(),
]
"""The classes whose fields a check may read."""


def imported(tree: ast.Module) -> set[str]:
    """The modules that it imports, anywhere."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_a_grader_imports_only_what_it_may(kata):
    """pytest, the standard library, what is taught, and of the kit `graders.kit.author` alone."""
    names = imported(ast.parse(kata.grader.read_bytes()))
    kit = {name for name in names if name.startswith("graders")}
    others = {name.partition(".")[0] for name in names - kit} - set(sys.stdlib_module_names)

    assert kit == {"graders.kit.author"}
    assert others - TAUGHT == {"pytest"}


def test_what_a_grader_imports_is_light():
    """The child loads the grader: it should not wait for pytest, msgspec or a library."""
    code = "import sys, graders.kit.author; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    roots = {name.partition(".")[0] for name in done.stdout.split()}

    assert not done.stderr
    assert not roots & {"pytest", "_pytest", "msgspec", "asyncio", *TAUGHT}


def test_the_page_names_every_argument():
    """Each name that a scenario may ask for."""
    assert [name for name in ARGUMENTS if f"`{name}" not in PAGE] == []


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.__name__)
def test_the_page_names_every_field_and_method(kind):
    """Of a record, and of what is in it."""
    fields = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
    methods = [name for name in vars(kind) if not name.startswith("_")]
    prose = re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    page = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", prose))))

    assert [name for name in [*fields, *methods] if name not in page] == []


def test_the_page_names_what_can_be_imported():
    """Everything of `graders.kit.author`, and every way to draw an input."""
    draws = [name for name, value in vars(author.draw).items() if callable(value)]
    own = [n for n in draws if getattr(author.draw, n).__module__ == author.draw.__name__]
    public = [name for name in own if name.islower() and not name.startswith("_")]

    missing = [name for name in author.__all__ if name not in PAGE]
    missing += [name for name in public if name != "inputs" and f"draw.{name}" not in PAGE]
    assert missing == []
