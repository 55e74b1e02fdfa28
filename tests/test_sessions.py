"""The two commands: on which Python the sessions run, and what is said where there is none."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


def noxfile(monkeypatch: pytest.MonkeyPatch, here: Path, found: tuple[str, ...]) -> Any:
    """The noxfile, loaded in an empty folder of a machine that has the Pythons `found`.

    nox and its search belong to the environment that starts the tests, so both are replaced.
    `searches` counts what was searched for.
    """
    searches: list[str] = []
    nox = ModuleType("nox")
    nox.session = lambda **options: lambda function: (function, options)  # type: ignore[attr-defined]
    nox.options = SimpleNamespace()  # type: ignore[attr-defined]
    nox.virtualenv = SimpleNamespace(HAS_UV=False, UV="uv")  # type: ignore[attr-defined]
    discovery = ModuleType("python_discovery")

    def get_interpreter(spec: str, cache: object) -> str | None:
        searches.append(spec)
        return spec if spec.removeprefix("cpython") in found else None

    discovery.DiskCache = lambda root: root  # type: ignore[attr-defined]
    discovery.get_interpreter = get_interpreter  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nox", nox)
    monkeypatch.setitem(sys.modules, "python_discovery", discovery)
    monkeypatch.chdir(here)
    spec = importlib.util.spec_from_file_location("noxfile", ROOT / "noxfile.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec.loader.exec_module(module)
    module.searches = searches
    return module


@pytest.mark.parametrize(
    ("found", "python"),
    [
        (("3.10", "3.11", "3.12", "3.13", "3.14"), "3.13"),
        (("3.12", "3.11"), "3.12"),
        (("3.14", "3.11", "3.10"), "3.11"),
        (("3.10", "3.14"), False),
    ],
)
def test_sessions_run_on_the_newest_tested_python(monkeypatch, tmp_path, found, python):
    """Whatever nox runs on itself, each session names the newest tested Python; False is none."""
    module = noxfile(monkeypatch, tmp_path, found)
    assert module.grade[1]["python"] == module.lint[1]["python"] == python


def test_a_search_is_not_repeated(monkeypatch, tmp_path):
    """The answer is kept until PATH, one of its folders or a file of pyenv's changes."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    assert noxfile(monkeypatch, tmp_path, ("3.11",)).searches == [
        "cpython3.13",
        "cpython3.12",
        "cpython3.11",
    ]
    assert noxfile(monkeypatch, tmp_path, ("3.11",)).searches == []

    (folder / "python3.13").touch()
    assert noxfile(monkeypatch, tmp_path, ("3.13",)).PYTHON == "3.13"


def test_no_python_is_said(monkeypatch, tmp_path, capsys):
    """Without a tested Python and without uv there is one line, and status 2."""
    module = noxfile(monkeypatch, tmp_path, ("3.10",))
    with pytest.raises(SystemExit) as ended:
        module.ready(SimpleNamespace(python=False, venv_backend="none"))

    line = capsys.readouterr().err
    assert ended.value.code == 2
    assert line.count("\n") == 1
    assert "install Python 3.13" in line
    assert "README.md" in line


def test_uv_brings_a_python(monkeypatch, tmp_path):
    """With uv the missing Python is installed, and nox started again with the same arguments."""
    module = noxfile(monkeypatch, tmp_path, ())
    module.nox.virtualenv.HAS_UV = True
    started = []
    monkeypatch.setattr(sys, "argv", ["nox", "-s", "grade", "--", "k110"])
    monkeypatch.setattr(
        "subprocess.run",
        lambda command, **_: started.append(command) or SimpleNamespace(returncode=0),
    )
    with pytest.raises(SystemExit) as ended:
        module.ready(SimpleNamespace(python=False, venv_backend="none"))

    assert ended.value.code == 0
    assert started == [
        ["uv", "python", "install", "3.13"],
        [sys.executable, "-m", "nox", "-s", "grade", "--", "k110"],
    ]


def test_no_environment_is_said(monkeypatch, tmp_path, capsys):
    """`nox --no-venv` is told in one line why nothing can be installed."""
    module = noxfile(monkeypatch, tmp_path, ("3.13",))
    with pytest.raises(SystemExit) as ended:
        module.ready(SimpleNamespace(python="3.13", venv_backend="none"))

    assert ended.value.code == 2
    assert "--no-venv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "python", "again"),
    [
        ("version_info = 3.12.1", "3.12", False),
        ("version_info = 3.12.1.final.0", "3.13", True),
        ("version = 3.11.7", "3.11", False),
        ("version = 3.11.7", "3.12", True),
    ],
)
def test_another_python_makes_the_environment_again(
    monkeypatch, tmp_path, line: str, python: str, again: bool
):
    """An environment of another Python is made again; one of the same Python is kept."""
    module = noxfile(monkeypatch, tmp_path, ("3.13",))
    (tmp_path / "pyvenv.cfg").write_text(f"home = /usr/bin\n{line}\n")
    made = []
    virtualenv = SimpleNamespace(reuse_existing=True, create=lambda: made.append(True))
    module.renew(SimpleNamespace(env_dir=tmp_path, python=python, virtualenv=virtualenv))

    assert (bool(made), virtualenv.reuse_existing) == (again, not again)


def test_the_tested_pythons_are_those_of_ci(monkeypatch, tmp_path):
    """What the sessions prefer, what CI runs and what the README promises are the same."""
    tested = noxfile(monkeypatch, tmp_path, ("3.13",)).TESTED
    oldest_first = list(reversed(tested))
    workflow = (ROOT / ".github/workflows/ci.yml").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert f"python: {oldest_first}".replace("'", '"') in workflow
    assert project["requires-python"] == f">={oldest_first[0]}"
    assert f"{', '.join(oldest_first[:-1])} and {oldest_first[-1]}" in (
        ROOT / "README.md"
    ).read_text().replace("Python ", "")


@pytest.mark.skipif(shutil.which("nox") is None, reason="nox is not on PATH")
def test_the_list_has_one_session_a_command():
    """`nox --list` names each command once, without a Python behind it."""
    done = subprocess.run(["nox", "--list"], cwd=ROOT, capture_output=True, text=True, timeout=100)
    names = [line.split()[1] for line in done.stdout.splitlines() if line[:2] in ("* ", "- ")]
    assert {"grade", "solutions", "tests", "lint", "types", "bench"} <= set(names)
    assert len(names) == len(set(names))
    assert all(name.isalpha() for name in names)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not on PATH")
def test_files_have_line_feeds_whatever_git_is_set_to():
    """With `core.autocrlf=true` every file is still checked out with line feeds alone."""
    done = subprocess.run(
        ["git", "-c", "core.autocrlf=true", "ls-files", "--eol", ".ci", "*.py", "*.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    if done.returncode:
        pytest.skip("this is no checkout of git")
    lines = done.stdout.splitlines()
    assert [line for line in lines if "w/crlf" in line or "eol=lf" not in line] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on PATH")
def test_the_gate_is_a_script():
    """`.ci/run` is a script that bash can read."""
    subprocess.run(["bash", "-n", str(ROOT / ".ci/run")], check=True, timeout=100)
