"""An environment for each peer, below `.cache/bench` of the clone, exactly as its lock says.

A lock is made from the peer and what the cases import, in the versions of ours:

    printf '%s\\n' pyleak==0.2.0 fastapi 'httpx<1' respx asyncpg uvicorn pydantic |
        uv pip compile - --universal --python-version 3.11 --generate-hashes --no-header \\
            --no-annotate -c requirements.lock -o tests/bench/blocking/locks/pyleak.lock
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench.blocking.case import ROOT
from tests.bench.blocking.roster import Detector

CACHE = ROOT / ".cache" / "bench"


def python(detector: Detector) -> Path:
    """The Python that runs the detector; its environment is made if need be."""
    if detector.lock is None:
        return Path(sys.executable)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    folder = CACHE / f"{detector.package}-{version}"
    ready(folder, detector.lock)
    return folder / "bin" / "python"


def ready(folder: Path, lock: Path) -> None:
    """Installs what the lock says, unless it has."""
    stamp = folder / ".locked"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    inside, uv = str(folder / "bin" / "python"), shutil.which("uv")
    if uv:
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        _run(uv, "pip", "install", "--quiet", "--python", inside, *_locked(lock))
    else:
        _run(sys.executable, "-m", "venv", str(folder))
        _run(inside, "-m", "pip", "install", "--quiet", *_locked(lock))
    stamp.write_text(wanted)


def _locked(lock: Path) -> list[str]:
    return ["--require-hashes", "-r", str(lock)]


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed")
