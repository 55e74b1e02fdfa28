"""One session a command; each is a thin wrapper over `python -m graders` or one tool."""

# nox would run the sessions on the Python that it runs on itself, which may be older or newer
# than what we test with. So the noxfile looks for the newest tested one and names it for every
# session. A session has one Python and keeps its plain name (`grade`, environment `.nox/grade`);
# `-P 3.12` runs it on another one, in an environment beside it (`.nox/grade-3-12`).

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import nox

TESTED = ("3.13", "3.12", "3.11")
"""The Pythons that CI runs the tests on, the one to prefer first."""

FOUND = Path(".nox/python.json")
"""Which Python was found, and what was searched for it."""

MISSING = (
    f"no tested Python was found: install Python {TESTED[0]} (https://www.python.org/downloads/),"
    " or uv (https://docs.astral.sh/uv/), which brings one along; README.md says more"
)
NO_DOWNLOAD = (
    f"no tested Python was found, and uv could not download one: install Python {TESTED[0]}"
    " (https://www.python.org/downloads/); README.md says more"
)
NO_ENVIRONMENT = (
    "without an environment there is nothing to install into: leave --no-venv out, or run"
    " `python -m graders` yourself where requirements.lock is installed"
)


def newest(find: Callable[[str], object], tested: tuple[str, ...] = TESTED) -> str | None:
    """The first of the `tested` versions that `find` finds something for; None if it finds none."""
    return next((version for version in tested if find(version)), None)


def discover(version: str) -> object:
    """The CPython of this version that nox itself would use, if there is one."""
    from python_discovery import DiskCache, get_interpreter  # nox brings it; slow to import

    return get_interpreter(f"cpython{version}", cache=DiskCache(root=FOUND.parent / "discovery"))


def remembered(find: Callable[[str], object], file: Path = FOUND) -> str | None:
    """What `newest(find)` says; it is asked again only when it may say something else.

    A search starts every Python on PATH, and the shims of pyenv fail slowly: up to a second
    before each command. Whoever installs, removes or activates a Python changes PATH, one of its
    folders or a file of pyenv's, so the answer is kept as long as none of these has changed.
    """
    path = os.environ.get("PATH", "")
    folders = [Path(folder) for folder in path.split(os.pathsep) if folder]
    files = [*folders, *(folder.parent / "version" for folder in folders), Path(".python-version")]
    times = [file.stat().st_mtime_ns if file.exists() else None for file in files]
    searched = [sys.executable, path, os.environ.get("PYENV_VERSION"), times, TESTED]
    key = hashlib.sha256(json.dumps(searched).encode()).hexdigest()
    try:
        known = json.loads(file.read_text())
        if known["key"] == key and known["python"] in TESTED:
            return str(known["python"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # Not searched yet.
    python = newest(find)
    if python is not None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"key": key, "python": python}))
    return python


nox.needs_version = ">=2026.8.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["grade"]

PYTHON = remembered(discover) or False
"""False, where there is none: nox then makes no environment, and `ready` sees to the rest."""

PARALLEL = ("-n", "auto", "--dist", "loadfile")
"""As many test files at a time as there are processors: those of a file share costly fixtures."""

ENV = {
    # A learner's shell may be set up for other projects.
    "PYTHONPATH": "",
}


def ready(session: nox.Session, lock: str = "requirements.lock") -> None:
    """Installs what the lock says, unless it has: nox itself would ask pip each time."""
    if session.python is False:
        bring_python()
    if session.venv_backend == "none":
        give_up(NO_ENVIRONMENT)
    renew(session)
    stamp = session.env_dir / ".locked"
    wanted = hashlib.sha256(Path(lock).read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        session.install("--require-hashes", "-r", lock)
        stamp.write_text(wanted)


def renew(session: nox.Session) -> None:
    """Makes an environment again that was made for another Python: nox would reuse it."""
    config = session.env_dir / "pyvenv.cfg"
    made_for = re.search(r"^version(?:_info)? *= *(\d+\.\d+)", config.read_text(), re.MULTILINE)
    if made_for is not None and made_for[1] not in str(session.python):
        session.virtualenv.reuse_existing = False
        session.virtualenv.create()


def bring_python() -> None:
    """With uv: downloads a tested Python and starts nox again, which finds it then.

    nox can have uv download a Python too, but when that fails it ends with status 1.
    """
    again = "KATA_PYTHON_INSTALLED"
    if not nox.virtualenv.HAS_UV or again in os.environ:
        give_up(MISSING)
    install = [nox.virtualenv.UV, "python", "install", TESTED[0]]
    if subprocess.run(install, env={"UV_PYTHON_INSTALL_BIN": "0", **os.environ}).returncode:
        give_up(NO_DOWNLOAD)
    command = [sys.executable, "-m", "nox", *sys.argv[1:]]
    sys.exit(subprocess.run(command, env={**os.environ, again: "1"}).returncode)


def give_up(why: str) -> NoReturn:
    """Ends nox: nothing could be graded."""
    print(f"nox: {why}", file=sys.stderr)
    sys.exit(2)


def module(session: nox.Session, *words: str) -> None:
    """`python -m ...`, whose exit status and last line are the session's own.

    `session.run` would turn every status but 0 into 1, and have nox say the last word.
    """
    python = shutil.which("python", path=session.bin) or "python"
    done = subprocess.run([python, "-m", *words, *session.posargs], env={**os.environ, **ENV})
    if done.returncode != 0:
        sys.exit(done.returncode)


@nox.session(python=PYTHON)
def grade(session: nox.Session) -> None:
    """Grade exercises/: nox -s grade -- [WHAT ...] [--of DIR] [--json F] [--records D] [-j N]."""
    ready(session)
    module(session, "graders", "grade")


@nox.session(python=PYTHON)
def regrade(session: nox.Session) -> None:
    """Check kept records again: nox -s regrade -- DIR [--json F] [--junit F]."""
    ready(session)
    module(session, "graders", "regrade")


@nox.session(python=PYTHON)
def look(session: nox.Session) -> None:
    """Show what a scenario sees of an answer: nox -s look -- k110 [SCENARIO] [FILE]."""
    ready(session)
    module(session, "graders", "look")


@nox.session(python=PYTHON)
def solutions(session: nox.Session) -> None:
    """Prove the graders: references pass, stubs do not, wrong answers fail what they say."""
    ready(session)
    module(session, "graders", "solutions")


@nox.session(python=PYTHON)
def tests(session: nox.Session) -> None:
    """The project's own tests: nox -s tests [-P 3.12] -- [pytest options; -n 0: one process]."""
    ready(session, "requirements-dev.lock")
    session.run("python", "-m", "pytest", *PARALLEL, *session.posargs, env=ENV)


@nox.session(python=PYTHON)
def coverage(session: nox.Session) -> None:
    """What of the kit the tests run, by package: nox -s coverage -- [pytest options]."""
    ready(session, "requirements-dev.lock")
    module(session, "tests.bench.coverage")


@nox.session(python=PYTHON)
def corpus(session: nox.Session) -> None:
    """The blocking detector on all of its programs: some minutes. Options are pytest's."""
    ready(session)
    session.run("python", "-m", "pytest", "-m", "corpus", *session.posargs, env=ENV)


@nox.session(python=PYTHON)
def lint(session: nox.Session) -> None:
    """Style, and the layers: which package may import which."""
    ready(session, "requirements-dev.lock")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", env=ENV)


@nox.session(python=PYTHON)
def types(session: nox.Session) -> None:
    """Strict types in the kit."""
    ready(session, "requirements-dev.lock")
    session.run("mypy")


@nox.session(python=PYTHON)
def bench(session: nox.Session) -> None:
    """Measure: nox -s bench -- grade | flips | blocking."""
    ready(session)
    module(session, "tests.bench")
