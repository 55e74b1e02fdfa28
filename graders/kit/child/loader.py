"""Loads a submission by its path, whatever state it is in."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import importlib.util
import io
import linecache
import os
import re
import stat
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from graders.kit.child.unusable import Unusable
from graders.kit.instruments.source import Source

LARGEST = 256 * 1024
"""Bytes. A kata's answer has some forty lines; more than this is an accident."""


def load(path: Path, source: Source, notes: list[str]) -> ModuleType:
    """The submission's module; raises `Unusable` with one sentence where it has none."""
    text = read(path)
    code = _compiled(text, path)
    module = ModuleType(module_name(path))
    module.__file__, module.__package__ = str(path), ""
    # Pickling and dataclasses look a module up by its name.
    sys.modules[module.__name__] = module
    linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
    with _noting(source, notes):
        _execute(code, module, source)
    return module


def module_name(path: Path) -> str:
    """What a submission is called: like its file, if no other module is; `random.py` would hide
    the standard library's. Ask before it is loaded."""
    name = re.sub(r"\W", "_", path.stem)
    taken = name in sys.modules or importlib.util.find_spec(name) is not None
    return f"submission_{name}" if taken else name


def code(path: Path) -> CodeType:
    """The compiled text of a submission that is loaded."""
    return _compiled("".join(linecache.getlines(str(path))), path)


def read(path: Path) -> str:
    """The text of a submission: a regular file, not empty, decoded as Python would."""
    data = _bytes(path)
    if not data.strip():
        raise Unusable(f"{path.name} is empty: it has nothing to grade yet")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise Unusable(f"line {line} holds a NUL byte: save the file as plain UTF-8 text", line)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unusable(
            f"line {line} is not {error.encoding.upper()}: save the file as UTF-8", line
        ) from None
    except (SyntaxError, LookupError, UnicodeError) as error:
        # No such encoding; one that is not of text, such as `rot13`; or one that cannot say where.
        raise Unusable(f"its encoding cannot be read ({error}): save the file as UTF-8") from None
    return io.StringIO(text, newline=None).read()


def _bytes(path: Path) -> bytes:
    try:
        # A pipe or a device with this name would block on open.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise Unusable(
            f"{path.name} is missing: nothing of that name is in the folder that is graded"
        ) from None
    except OSError as error:
        raise Unusable(f"{path.name} cannot be opened: {error.strerror}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unusable(f"{path.name} is not a file: a kata's answer is one Python file")
        if status.st_size > LARGEST:
            raise Unusable(
                f"{path.name} has {status.st_size:,} bytes; at most {LARGEST:,} are read"
            )
        return os.read(descriptor, LARGEST)
    finally:
        os.close(descriptor)


def _compiled(text: str, path: Path) -> CodeType:
    try:
        return compile(text, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        shown = f": `{error.text.strip()[:80]}`" if error.text and error.text.strip() else ""
        at = f"line {error.lineno}" if error.lineno else "it"
        raise Unusable(f"{at} is not valid Python ({error.msg}){shown}", error.lineno) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unusable(f"Python cannot compile it: {str(error) or type(error).__name__}") from None


def _execute(code: CodeType, module: ModuleType, source: Source) -> None:
    try:
        exec(code, module.__dict__)
    except Unusable:
        raise
    except BaseException as error:
        place = source.traceback(error.__traceback__)
        line = place.line if place else None
        raise Unusable(_import_failed(error, line), line) from error


def _import_failed(error: BaseException, line: int | None) -> str:
    at = f"line {line}" if line else "it"
    match error:
        case ModuleNotFoundError(name=str(name)):
            return (
                f"{at} imports `{name}`, which is not installed here: "
                "the standard library, fastapi, httpx and asyncpg are all you need"
            )
        case ImportError():
            return f"{at} cannot be imported: {_short(error).split(' (')[0]}"
        case SystemExit():
            return f"{at} ends the program while the file is being imported; take that call away"
        case EOFError():
            return (
                f"{at} waits for the keyboard while the file is being imported; nobody types here"
            )
    said = _short(error)
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"{at} raises {what} while the file is being imported, so nothing in it can be used"


def _short(error: BaseException) -> str:
    with contextlib.suppress(BaseException):
        return str(error)[:200]
    return "(no message)"


@contextlib.contextmanager
def _noting(source: Source, notes: list[str]) -> Iterator[None]:
    """Notes what a file does at import that belongs under `if __name__ == "__main__":`."""

    def noting(original: Callable[..., Any], did: str) -> Callable[..., Any]:
        def noted(*args: Any, **kwargs: Any) -> Any:
            line = source.caller()
            if line and line.function == "<module>":
                notes.append(
                    f"line {line.line} {did} while the file was imported: "
                    'move it below `if __name__ == "__main__":`'
                )
            return original(*args, **kwargs)

        return noted

    run, show = asyncio.run, builtins.print
    asyncio.run, builtins.print = noting(run, "ran an event loop"), noting(show, "printed")
    try:
        yield
    finally:
        asyncio.run, builtins.print = run, show
