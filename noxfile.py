"""One session a command; each is a thin wrapper over `python -m graders` or one tool."""

# nox would run the sessions on the Python that it runs on itself, which may be older or newer
# than what we test with. So the noxfile looks for the newest tested one and names it for every
# session; `-P 3.12` runs it on another one. nox would also make an environment for each session.
# Here sessions that need the same packages on the same Python share one (`Environment`).

from __future__ import annotations

import contextlib
import difflib
import functools
import hashlib
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

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
    "the sessions need an environment of uv or virtualenv: leave --no-venv or the name of another"
    " backend out, or run `python -m graders` yourself where requirements.lock is installed"
)

LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
"""What is installed in an environment, by the first part of its name."""
DEV = ("tests", "corpus", "coverage", "mutants", "lint", "types")
"""The sessions that need `dev`; all others need `run`."""


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


def suggest(record: logging.LogRecord) -> bool:
    """Adds to nox's message about a session that does not exist which one may be meant."""
    before, found, typed = str(record.msg).partition("Sessions not found: ")
    if found:
        near = difflib.get_close_matches(typed, nox.registry.get(), n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        record.msg = f"{before}{found}{typed}; {meant}`nox --list` shows what there is"
    return True


logging.getLogger("nox").addFilter(suggest)

PYTHON = remembered(discover) or False
"""False, where there is none: nox then makes no environment, and `ready` sees to the rest."""

PARALLEL = ("-n", "auto", "--dist", "loadfile")
"""As many test files at a time as there are processors: those of a file share costly fixtures."""

ENV = {
    # A learner's shell may be set up for other projects.
    "PYTHONPATH": "",
}


class Environment(nox.virtualenv.VirtualEnv):
    """The environment of all sessions that need the same packages on the same Python.

    It is called `.nox/run-3.13`, or `.nox/dev-3.13` for the sessions that check the code.
    """

    def __init__(self, location: str, **options: Any) -> None:
        session = Path(location)
        group = "dev" if session.name.partition("-")[0] in DEV else "run"
        python = re.sub(r"[^\w.]+", "-", options["interpreter"])
        super().__init__(str(session.with_name(f"{group}-{python}")), **options)
        self.lock = LOCKS[group]
        self.stamp = Path(self.location, ".locked")

    def create(self) -> bool:
        if self.reuse_existing and self.complete():
            return bool(super().create())
        with self.alone():
            # nox reuses what it finds, even what is left of one that was never finished.
            self.reuse_existing = self.reuse_existing and self.has_python()
            return bool(super().create())

    def has_python(self) -> bool:
        return shutil.which("python", path=self.bin) is not None

    def wanted(self) -> str:
        """What the stamp says when everything is installed."""
        return f"{self.venv_backend} {hashlib.sha256(Path(self.lock).read_bytes()).hexdigest()}"

    def complete(self) -> bool:
        """Whether its Python is there, and with it all that the lock says."""
        stamped = self.stamp.is_file() and self.stamp.read_text() == self.wanted()
        return stamped and self.has_python()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Waits until no other nox makes this environment, or installs into it."""
        from filelock import FileLock, Timeout  # nox brings it; slow to import

        lock = FileLock(f"{self.location}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            print(f"nox: another nox sets up {self.location_name}: waiting", file=sys.stderr)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()


nox.virtualenv.ALL_VENVS.update(
    uv=functools.partial(Environment, venv_backend="uv"),
    virtualenv=functools.partial(Environment, venv_backend="virtualenv"),
)


def ready(session: nox.Session) -> None:
    """Installs what the lock says, unless it has: nox itself would ask pip each time.

    With `--install-only` the session is over then.
    """
    if session.python is False:
        bring_python()
    environment = session.virtualenv
    if not isinstance(environment, Environment):
        give_up(NO_ENVIRONMENT)
    if not environment.complete():
        with environment.alone():
            install(session, environment)
    if session.run("python", "--version", silent=True, log=False) is None:
        session.skip("everything is installed")


def install(session: nox.Session, environment: Environment) -> None:
    """The stamp is there only while nothing is half done. Another nox may have been first."""
    if environment.complete():
        return
    environment.stamp.unlink(missing_ok=True)
    session.install("--require-hashes", "-r", environment.lock)
    # None: with --no-install, nox has left that out.
    if session.run_install("python", "--version", silent=True, log=False) is not None:
        environment.stamp.write_text(environment.wanted())


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
    # Its messages name the command as it was typed.
    env = {**os.environ, **ENV, "KATA_STARTED_BY": "nox"}
    done = subprocess.run([python, "-m", *words, *session.posargs], env=env)
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
def new(session: nox.Session) -> None:
    """Write a new kata: nox -s new -- k125_deadlines, or -- k110 --wrong NAME, --right NAME."""
    ready(session)
    module(session, "graders", "new")


@nox.session(python=PYTHON)
def solutions(session: nox.Session) -> None:
    """Prove the graders: references pass, stubs do not, wrong answers fail what they say."""
    ready(session)
    module(session, "graders", "solutions")


@nox.session(python=PYTHON)
def tests(session: nox.Session) -> None:
    """The project's own tests: nox -s tests [-P 3.12] -- [pytest options; -n 0: one process]."""
    ready(session)
    session.run("python", "-m", "pytest", *PARALLEL, *session.posargs, env=ENV)


@nox.session(python=PYTHON)
def coverage(session: nox.Session) -> None:
    """What of the kit the tests run, by package: nox -s coverage -- [pytest options]."""
    ready(session)
    module(session, "tests.bench.coverage", *PARALLEL)


@nox.session(python=PYTHON)
def corpus(session: nox.Session) -> None:
    """All blocking programs and golden files: some minutes. Options are pytest's."""
    ready(session)
    session.run("python", "-m", "pytest", "-m", "corpus", "-n", "auto", *session.posargs, env=ENV)


@nox.session(python=PYTHON)
def mutants(session: nox.Session) -> None:
    """Break each reference in many small ways: nox -s mutants -- [WHAT ...] [--show PART]."""
    ready(session)
    module(session, "tests.mutants")


@nox.session(python=PYTHON)
def lint(session: nox.Session) -> None:
    """Style, and the layers: which package may import which."""
    ready(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", env=ENV)


@nox.session(python=PYTHON)
def types(session: nox.Session) -> None:
    """Strict types in the kit."""
    ready(session)
    session.run("mypy")


@nox.session(python=PYTHON)
def bench(session: nox.Session) -> None:
    """Measure: nox -s bench -- grade | flips | blocking."""
    ready(session)
    module(session, "tests.bench")
