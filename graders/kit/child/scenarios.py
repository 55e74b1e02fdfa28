"""The scenarios of a grader, without its checks.

The child gets what it has to run, and never sees what will be asserted: the
test functions, and pytest itself, are cut from the source before it is
compiled here. It also saves the third of a second that importing pytest costs.
"""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path
from types import CodeType, ModuleType


def load(path: Path) -> ModuleType:
    """The grader's module with everything in it but its checks."""
    # A submission has the name of the grader's file. What is pickled is found by the module's name:
    # functions that a scenario has a pool of processes call, and the exceptions that they raise.
    module = ModuleType(f"scenarios_of_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(code(path), module.__dict__)
    return module


def code(path: Path) -> CodeType:
    """The grader's code, without its checks."""
    tree = ast.parse(path.read_bytes(), filename=str(path))
    tree.body = [node for node in tree.body if not _is_check(node)]
    # Not with the flags of this file: annotations of the grader's functions are not to be strings.
    return compile(tree, str(path), "exec", dont_inherit=True)


def parameters(module: ModuleType) -> set[str]:
    """The names of all parameters of the functions in a grader's module."""
    functions = [value for value in vars(module).values() if inspect.isfunction(value)]
    return {name for function in functions for name in inspect.signature(function).parameters}


def _is_check(node: ast.stmt) -> bool:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name.startswith("test_")
        case ast.Import(names=[ast.alias(name="pytest")]):
            return True
        case ast.Assign(targets=[ast.Name(id="pytestmark")]):
            return True
    return False
