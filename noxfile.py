"""One session a command; each is a thin wrapper over `python -m graders` or one tool."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["grade"]

ENV = {
    # A learner's shell may be set up for other projects.
    "PYTHONPATH": "",
}


def ready(session: nox.Session, lock: str = "requirements.lock") -> None:
    """Installs what the lock says, unless it has: nox itself would ask pip each time."""
    stamp = session.env_dir / ".locked"
    wanted = hashlib.sha256(Path(lock).read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        session.install("--require-hashes", "-r", lock)
        stamp.write_text(wanted)


def module(session: nox.Session, *words: str) -> None:
    """`python -m ...`, whose exit status and last line are the session's own.

    `session.run` would turn every status but 0 into 1, and have nox say the last word.
    """
    python = shutil.which("python", path=session.bin) or "python"
    done = subprocess.run([python, "-m", *words, *session.posargs], env={**os.environ, **ENV})
    if done.returncode != 0:
        sys.exit(done.returncode)


@nox.session
def grade(session: nox.Session) -> None:
    """Grade exercises/: nox -s grade -- [WHAT ...] [--of DIR] [--json F] [--junit F] [-j N]."""
    ready(session)
    module(session, "graders", "grade")


@nox.session
def solutions(session: nox.Session) -> None:
    """Prove the graders: references pass, stubs do not, wrong answers fail what claims them."""
    ready(session)
    module(session, "graders", "solutions")


@nox.session
def tests(session: nox.Session) -> None:
    """The project's own tests: nox -s tests -- [pytest options]."""
    ready(session)
    session.run("python", "-m", "pytest", *session.posargs, env=ENV)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the layers: which room may import which."""
    ready(session, "requirements-dev.lock")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", env=ENV)


@nox.session
def types(session: nox.Session) -> None:
    """Strict types in the kit."""
    ready(session, "requirements-dev.lock")
    session.run("mypy")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure: nox -s bench -- grade | flips | blocking."""
    ready(session)
    module(session, "tests.bench")
