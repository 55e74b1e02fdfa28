"""What the documents say is so."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from graders.kit.judge.katas import find
from tests.kit.graded import ROOT
from tests.tiny import Workspace

README = (ROOT / "README.md").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)


def sessions() -> set[str]:
    """The sessions that noxfile.py has."""
    tree = ast.parse((ROOT / "noxfile.py").read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name for node in functions if node.decorator_list}


def test_the_first_forty_lines_lead_to_a_verdict():
    """From the clone to points and the next thing to do."""
    first = "\n".join(README.splitlines()[:40])

    assert "nox -s grade" in first
    assert "7 of 10 points" in first
    assert "Next: edit k110_first_coroutine.py" in first


def test_the_output_that_the_readme_shows_is_real(tmp_path: Path):
    """The code of the README, graded with the seed of the README, gives the text of the README."""
    blocks = [textwrap.dedent(block).strip("\n") for block in BLOCK.findall(README)]
    code = next(block for block in blocks if block.startswith("import asyncio, time"))
    shown = next(block for block in blocks if "points   (seed" in block)
    (tmp_path / "k110_first_coroutine.py").write_text(code + "\n")
    seed = re.search(r"seed (\d+)", shown)
    assert seed

    words = ("grade", "k110", "--of", str(tmp_path), "--seed", seed[1])
    done = Workspace(ROOT).command(*words)

    assert done.stdout.strip("\n") == shown


def test_every_kata_is_in_the_readme():
    """And no other."""
    assert re.findall(r"^\| (k\d+_\w+)", README, re.MULTILINE) == [k.name for k in find(ROOT)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_session_that_is_named_exists(document):
    """`nox -s x y` names sessions of the noxfile."""
    named = re.findall(
        r"(?:^    |`)(?:uvx )?nox -s ([a-z ]+?)(?: --|\s{2,}|`|\s*$)", document.read_text(), re.M
    )

    assert {word for words in named for word in words.split()} <= sessions()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_linked_exists(document):
    """Relative links lead somewhere."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_dependency_has_its_reason():
    """In CONTRIBUTING.md, as pyproject.toml lists them."""
    project = (ROOT / "pyproject.toml").read_text()
    groups = project[project.index("[dependency-groups]") : project.index("[tool.pytest]")]
    names = set(re.findall(r'^    "([a-z-]+)', groups, re.MULTILINE))
    reasons = (ROOT / "CONTRIBUTING.md").read_text().split("## Dependencies, and why")[1]

    assert len(names) > 10
    assert {name for name in names if name not in reasons} == set()


def test_the_documents_are_about_the_project_alone():
    """No path of one machine."""
    for document in DOCUMENTS:
        assert not re.search(r"(?<![\w.])/(root|home|tmp|work)/", document.read_text()), document


INSTRUMENTS = (ROOT / "docs/instruments.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", INSTRUMENTS, re.DOTALL)
PRINTS = re.findall(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", INSTRUMENTS, re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_examples_for_other_projects_run(tmp_path: Path, number):
    """As they stand, in a process and a folder of their own; tests among them under pytest."""
    code = EXAMPLES[number]
    file = tmp_path / ("conftest.py" if "def test_" in code else "example.py")
    file.write_text(code)
    command = [sys.executable, str(file)]
    if "def test_" in code:
        (tmp_path / "test_example.py").write_text(code)
        command = [sys.executable, "-m", "pytest", "-q", "-o", "asyncio_mode=auto", str(tmp_path)]

    places = os.pathsep.join([str(ROOT), str(tmp_path)])
    environment = {**os.environ, "PYTHONPATH": places, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout
    assert done.stdout == dict(PRINTS).get(code, done.stdout)
    assert len(EXAMPLES) == 3
    assert len(PRINTS) == 1
