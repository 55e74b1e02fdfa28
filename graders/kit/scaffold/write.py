"""Writes a new kata or a new answer: new files only, and all of them or none."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from string import Template

from graders.kit.judge.katas import Kata, UsageError

TEMPLATES = Path(__file__).parent / "templates"

DOCSTRINGS = {
    "wrong": '"""TODO: say in one line what is wrong.\n\nFails:\n"""',
    "right": '"""TODO: say in one line what is different from the reference."""',
}
"""What is to be filled in at the top of an answer; `solutions` misses the names after `Fails:`."""


def kata(new: Kata) -> list[Path]:
    """Writes the five places of a kata, and gives the files; raises `UsageError`.

    They hold a small example: a grader that can be run, and answers to it.
    """
    places = {
        new.exercise: "exercise.py",
        new.solution: "solution.py",
        new.grader: "grader.py",
        new.root / "tests" / "wrong" / new.name / "one_after_the_other.py": "wrong.py",
        new.root / "tests" / "right" / new.name / "task_group.py": "right.py",
    }
    title = new.name.split("_", 1)[1].replace("_", " ").capitalize()
    words = {"number": new.number, "title": title}
    templates = {path: (TEMPLATES / file).read_text("utf-8") for path, file in places.items()}
    return _write({path: Template(text).substitute(words) for path, text in templates.items()})


def answer(of: Kata, path: Path) -> None:
    """Writes the reference of a kata into this file, with a docstring to fill in.

    The file's folder tells whether it is wrong or right. Raises `UsageError`.
    """
    reference = f"solutions/{of.file}"
    try:
        text = of.solution.read_text("utf-8")
        module = ast.parse(text)
    except OSError as error:
        raise UsageError(f"{reference} cannot be read ({error.strerror}): write it first") from None
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"{reference} is no Python ({error}): mend it first") from None
    lines = text.splitlines()
    if ast.get_docstring(module) is not None:
        lines = lines[module.body[0].end_lineno :]
    code = "\n".join(lines).strip("\n")
    _write({path: f"{DOCSTRINGS[path.parent.parent.name]}\n\n{code}\n"})


def _write(texts: Mapping[Path, str]) -> list[Path]:
    written: list[Path] = []
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
        except OSError as error:
            for unwanted in written:
                unwanted.unlink()
            raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    return written
