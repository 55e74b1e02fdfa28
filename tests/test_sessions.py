"""The sessions: on which Python they run, in which environment, and what is said without one."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar, NoReturn

import pytest

ROOT = Path(__file__).parents[1]


class VirtualEnv:
    """What nox makes an environment with: here, a folder with a Python in it."""

    def __init__(self, location: str, **options: Any) -> None:
        self.location = self.location_name = location
        self.bin = f"{location}/bin"
        self.venv_backend = options["venv_backend"]
        self.reuse_existing = options["reuse_existing"]

    def create(self) -> bool:
        python = Path(self.bin, "python")
        if self.reuse_existing and Path(self.location).exists():
            return False
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch(0o755)
        return True


class FileLock:
    """A lock; `holders` are the files that are locked."""

    holders: ClassVar[set[str]] = set()

    def __init__(self, file: str) -> None:
        self._file = file

    def acquire(self, **_: bool) -> None:
        if self._file in self.holders:
            raise TimeoutError
        self.holders.add(self._file)

    def release(self) -> None:
        self.holders.remove(self._file)


class Session:
    """What a session function gets of nox; `installed` is what it was told to install."""

    def __init__(self, environment: Any, without: str = "") -> None:
        self.python = "3.13"
        self.virtualenv = environment
        self.installed: list[str] = []
        self._without = without

    def install(self, *words: str) -> None:
        assert FileLock.holders, "another nox may install at the same time"
        if self._without != "--no-install":
            self.installed.append(words[-1])

    def run_install(self, *_: str, **__: Any) -> str | None:
        return None if self._without == "--no-install" else "Python 3.13"

    def run(self, *_: str, **__: Any) -> str | None:
        return None if self._without == "--install-only" else "Python 3.13"

    def skip(self, *_: str) -> NoReturn:
        raise StopIteration("skipped")


def noxfile(monkeypatch: pytest.MonkeyPatch, here: Path, found: tuple[str, ...]) -> Any:
    """The noxfile, loaded in an empty folder of a machine that has the Pythons `found`.

    nox and its search belong to the environment that starts the tests, so both are replaced.
    `searches` counts what was searched for.
    """
    searches: list[str] = []
    nox = ModuleType("nox")
    nox.session = lambda **options: lambda function: (function, options)  # type: ignore[attr-defined]
    nox.options = SimpleNamespace()  # type: ignore[attr-defined]
    nox.virtualenv = SimpleNamespace(  # type: ignore[attr-defined]
        HAS_UV=False, UV="uv", VirtualEnv=VirtualEnv, ALL_VENVS={}
    )
    filelock = ModuleType("filelock")
    filelock.FileLock = FileLock  # type: ignore[attr-defined]
    filelock.Timeout = TimeoutError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "filelock", filelock)
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
        module.ready(SimpleNamespace(python=False))

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
        module.ready(SimpleNamespace(python=False))

    assert ended.value.code == 0
    assert started == [
        ["uv", "python", "install", "3.13"],
        [sys.executable, "-m", "nox", "-s", "grade", "--", "k110"],
    ]


def test_no_environment_is_said(monkeypatch, tmp_path, capsys):
    """`nox --no-venv` is told in one line why nothing can be installed."""
    module = noxfile(monkeypatch, tmp_path, ("3.13",))
    with pytest.raises(SystemExit) as ended:
        module.ready(SimpleNamespace(python="3.13", virtualenv=None))

    assert ended.value.code == 2
    assert "--no-venv" in capsys.readouterr().err


def environment(module: Any, name: str = "grade", python: str = "3.13", **options: Any) -> Any:
    """The environment that nox makes for a session of this name."""
    options = {"reuse_existing": True, "interpreter": python, **options}
    return module.nox.virtualenv.ALL_VENVS["uv"](f".nox/{name}", **options)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The noxfile, in a clone where nothing is installed yet."""
    loaded = noxfile(monkeypatch, tmp_path, ("3.13",))
    for lock in loaded.LOCKS.values():
        Path(lock).write_text("httpx==0.28.1")
    return loaded


@pytest.mark.parametrize(
    ("name", "python", "folder"),
    [
        ("grade", "3.13", "run-3.13"),
        ("look", "3.13", "run-3.13"),
        ("tests", "3.13", "dev-3.13"),
        ("grade-3-12", "3.12", "run-3.12"),
        ("lint", "3.13", "dev-3.13"),
        ("types-3-12", "3.12", "dev-3.12"),
        ("new", "/opt/my python", "run--opt-my-python"),
    ],
)
def test_sessions_share_an_environment(module, name, python, folder):
    """Those that need the same packages on the same Python."""
    assert Path(environment(module, name, python).location) == Path(".nox", folder)


def test_everything_is_installed_once(module):
    """Then neither nox nor pip is asked, by whichever session."""
    first, second = environment(module), environment(module, "look")
    session, later = Session(first), Session(second)
    assert first.create()
    module.ready(session)
    FileLock.holders.add(f"{second.location}.lock")  # nobody waits for a lock any more

    assert not second.create()
    module.ready(later)

    FileLock.holders.clear()
    assert (session.installed, later.installed) == (["requirements.lock"], [])


def test_what_is_left_of_an_environment_is_made_again(module):
    """A folder without a Python in it, where nox was killed while it made one."""
    one = environment(module)
    Path(one.location).mkdir(parents=True)

    assert one.create()
    assert one.has_python()


def test_another_lock_is_installed(module):
    """And until that is done, the environment is not complete: not for the lock before, either."""
    one = environment(module)
    one.create()
    module.ready(Session(one))
    Path("requirements.lock").write_text("httpx==0.28.0")
    broken = Session(one)
    broken.install = lambda *_: 1 / 0  # type: ignore[method-assign]

    with pytest.raises(ZeroDivisionError):
        module.ready(broken)
    Path("requirements.lock").write_text("httpx==0.28.1")

    assert not one.complete()
    assert not FileLock.holders


def test_what_another_nox_installed_is_not_installed_again(module, monkeypatch):
    """Whoever waits for the lock looks again when it has it."""
    one = environment(module)
    one.create()
    first = Session(one)
    acquire = FileLock.acquire

    def late(self: FileLock, **_: bool) -> None:
        monkeypatch.setattr(FileLock, "acquire", acquire)
        module.ready(first)
        acquire(self)

    monkeypatch.setattr(FileLock, "acquire", late)
    second = Session(one)
    module.ready(second)

    assert (first.installed, second.installed) == (["requirements.lock"], [])


def test_what_is_not_installed_is_not_said_to_be(module):
    """`nox --no-install` leaves it out: the next run installs."""
    one = environment(module)
    one.create()
    module.ready(Session(one, without="--no-install"))

    assert not one.complete()


def test_install_only_ends_there(module):
    """The session does nothing else."""
    one = environment(module)
    one.create()
    session = Session(one, without="--install-only")

    with pytest.raises(StopIteration, match="skipped"):
        module.ready(session)

    assert session.installed == ["requirements.lock"]
    assert one.complete()


NOX = shutil.which("nox")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The noxfile in a folder with a command that only says its words, and nothing to install."""
    shutil.copy(ROOT / "noxfile.py", tmp_path)
    for lock in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / lock).write_text("# nothing\n")
    (tmp_path / "graders.py").write_text("import sys; print('graders', *sys.argv[1:])")
    (tmp_path / ".nox/grade").mkdir(parents=True)  # as nox called it before they were shared
    return tmp_path


def start(clone: Path, *words: str) -> subprocess.Popen[str]:
    """nox, with what it says in one pipe."""
    assert NOX
    return subprocess.Popen(
        [NOX, *words], cwd=clone, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.mark.skipif(NOX is None, reason="nox is not on PATH")
def test_two_at_once_in_a_fresh_clone_make_one_environment(clone):
    """Two processes of nox, one of them with two sessions: made once, installed into once."""
    processes = [start(clone, "-s", "grade", "regrade"), start(clone, "-s", "new")]
    said = [process.communicate(timeout=300)[0] for process in processes]
    text = "".join(said)

    assert [process.returncode for process in processes] == [0, 0], text
    assert text.count("Creating virtual environment") == 1
    assert text.count("install --require-hashes -r requirements.lock") == 1
    assert "graders grade\n" in said[0]
    assert "graders regrade\n" in said[0]
    assert "graders new\n" in said[1]
    assert len(list(clone.glob(".nox/*/pyvenv.cfg"))) == 1


@pytest.mark.skipif(NOX is None, reason="nox is not on PATH")
def test_a_session_that_does_not_exist_is_told_from_one_that_does(clone):
    """What may be meant, and what shows all."""
    said = start(clone, "-s", "grad").communicate(timeout=300)[0]

    assert "Sessions not found: grad; did you mean grade? `nox --list` shows what there is" in said


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
    assert {"grade", "solutions", "new", "tests", "lint", "types", "bench"} <= set(names)
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
