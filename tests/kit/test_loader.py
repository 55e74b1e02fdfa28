"""Loading a submission: whatever state it is in, one sentence says what is wrong, and where."""

from __future__ import annotations

import asyncio
import builtins
import linecache
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from graders.kit.child import loader
from graders.kit.child.unusable import Unusable
from graders.kit.instruments.source import Source

Load = Callable[..., ModuleType]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Writes bytes into a file and loads it; what it notes is in `load.notes`."""
    modules = dict(sys.modules)

    def loaded(what: bytes, name: str = "answer.py") -> ModuleType:
        path = tmp_path / name
        path.write_bytes(what)
        loaded.notes = []  # type: ignore[attr-defined]
        return loader.load(path, Source(path), loaded.notes)  # type: ignore[attr-defined]

    yield loaded
    for name in sys.modules.keys() - modules.keys():
        del sys.modules[name]
    sys.modules.update(modules)
    linecache.clearcache()


def told(path: Path) -> str:
    with pytest.raises(Unusable) as unusable:
        loader.load(path, Source(path), [])
    assert unusable.value.line is None
    return str(unusable.value)


# --- what is no file, or cannot be read ---------------------------------------------------------


def test_a_file_that_is_missing(tmp_path):
    assert told(tmp_path / "k.py") == (
        "k.py is missing: nothing of that name is in the folder that is graded"
    )


def test_a_folder_in_place_of_a_file(tmp_path):
    (tmp_path / "k.py").mkdir()

    assert told(tmp_path / "k.py") == "k.py is not a file: a kata's answer is one Python file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_does_not_block(tmp_path):
    """Nobody writes to it; nothing waits for that."""
    os.mkfifo(tmp_path / "k.py")

    assert told(tmp_path / "k.py") == "k.py is not a file: a kata's answer is one Python file"


def test_a_link_to_nothing(tmp_path):
    """It is there, but what it points to is not."""
    (tmp_path / "k.py").symlink_to(tmp_path / "nothing")

    assert told(tmp_path / "k.py").startswith("k.py is missing")


def test_a_link_to_itself(tmp_path):
    (tmp_path / "k.py").symlink_to(tmp_path / "k.py")

    assert told(tmp_path / "k.py") == ("k.py cannot be opened: Too many levels of symbolic links")


def test_a_file_that_is_too_large(tmp_path):
    (tmp_path / "k.py").write_bytes(b"#" * (loader.LARGEST + 1))

    assert told(tmp_path / "k.py") == "k.py has 262,145 bytes; at most 262,144 are read"


def test_the_largest_file_is_read_to_its_end(load):
    """All of it counts."""
    end = b"\nanswer = 42\n"

    assert load(b"#" * (loader.LARGEST - len(end)) + end).answer == 42


# --- what cannot be compiled --------------------------------------------------------------------

UNREADABLE = {
    "empty": (b"", "answer.py is empty: it has nothing to grade yet", None),
    "blank": (b" \n\t\n", "answer.py is empty: it has nothing to grade yet", None),
    "nul": (
        b"a = 1\nb = '\0'\n",
        "line 2 holds a NUL byte: save the file as plain UTF-8 text",
        2,
    ),
    "utf16": (
        "a = 1\n".encode("utf-16-le"),
        "line 1 holds a NUL byte: save the file as plain UTF-8 text",
        1,
    ),
    "latin1": (b"a = 1\n# caf\xe9\n", "line 2 is not UTF-8: save the file as UTF-8", 2),
    "ascii_cookie": (
        b"# coding: ascii\na = '\xc3\xa9'\n",
        "line 2 is not ASCII: save the file as UTF-8",
        2,
    ),
    "unknown_cookie": (
        b"# coding: klingon\n",
        "its encoding cannot be read (unknown encoding: klingon): save the file as UTF-8",
        None,
    ),
    "cookie_against_bom": (
        b"\xef\xbb\xbf# coding: latin-1\n",
        "its encoding cannot be read (encoding problem: utf-8): save the file as UTF-8",
        None,
    ),
    "cookie_of_no_text": (
        b"# coding: rot13\n",
        "its encoding cannot be read ('rot13' is not a text encoding; use codecs.decode() to "
        "handle arbitrary codecs): save the file as UTF-8",
        None,
    ),
    "syntax": (
        b"a = 1\nb = = 2\n",
        "line 2 is not valid Python (invalid syntax): `b = = 2`",
        2,
    ),
    "long_line": (
        b"b = = '" + b"x" * 200 + b"'\n",
        f"line 1 is not valid Python (invalid syntax): `b = = '{'x' * 73}`",
        1,
    ),
    "indentation": (
        b"def f():\nreturn 1\n",
        "line 2 is not valid Python (expected an indented block after function definition on "
        "line 1): `return 1`",
        2,
    ),
    "merge_conflict": (
        b"<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> theirs\n",
        "line 1 is not valid Python (invalid syntax): `<<<<<<< HEAD`",
        1,
    ),
    "await_outside": (
        b"import asyncio\nawait asyncio.sleep(1)\n",
        "line 2 is not valid Python ('await' outside function): `await asyncio.sleep(1)`",
        2,
    ),
    "no_python": (
        b"Traceback (most recent call last):\n",
        "line 1 is not valid Python (invalid syntax. Perhaps you forgot a comma?): "
        "`Traceback (most recent call last):`",
        1,
    ),
    "surrogate": (
        b"# coding: unicode_escape\na = '\\udc00'\n",
        "Python cannot compile it: 'utf-8' codec can't encode character '\\udc00' in position 30: "
        "surrogates not allowed",
        None,
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_python_is_told_with_its_line(load, name):
    """Nothing of it has run, and no module of that name is left."""
    what, sentence, line = UNREADABLE[name]

    with pytest.raises(Unusable) as unusable:
        load(what)

    assert (str(unusable.value), unusable.value.line) == (sentence, line)
    assert "answer" not in sys.modules


def test_an_encoding_that_decodes_nothing(load):
    """It raises neither a SyntaxError nor says where."""
    with pytest.raises(
        Unusable, match=r"its encoding cannot be read \(.*undefined encoding.*\): save"
    ):
        load(b"# coding: undefined\n")


@pytest.mark.parametrize("what", ["-" * 100_000 + "1", "a" + ".b" * 100_000])
def test_what_the_compiler_gives_up_on(load, what):
    """It runs out of memory or stack; which, depends on the version of Python."""
    with pytest.raises(Unusable, match=r"^Python cannot compile it: [A-Zm]"):
        load(f"x = {what}".encode())


# --- what cannot be imported --------------------------------------------------------------------

FAILING = {
    "missing_package": (
        b"import asyncio\nimport nonesuch.part\n",
        "line 2 imports `nonesuch`, which is not installed here: "
        "the standard library, fastapi, httpx and asyncpg are all you need",
        2,
    ),
    "file_beside_it": (
        b"import helper\n",
        "line 1 imports `helper`, which is not installed here: "
        "the standard library, fastapi, httpx and asyncpg are all you need",
        1,
    ),
    "missing_name": (
        b"from asyncio import gatherr\n",
        "line 1 cannot be imported: cannot import name 'gatherr' from 'asyncio'",
        1,
    ),
    "relative": (
        b"from . import helper\n",
        "line 1 cannot be imported: attempted relative import with no known parent package",
        1,
    ),
    "exits": (
        b"import sys\nsys.exit()\n",
        "line 2 ends the program while the file is being imported; take that call away",
        2,
    ),
    "asks": (
        b"def f():\n    raise EOFError\nf()\n",
        "line 2 waits for the keyboard while the file is being imported; nobody types here",
        2,
    ),
    "raises": (
        b"1 / 0\n",
        "line 1 raises ZeroDivisionError: division by zero while the file is being imported, "
        "so nothing in it can be used",
        1,
    ),
    "raises_without_a_message": (
        b"class E(BaseException):\n    def __str__(self): raise KeyError\nraise E\n",
        "line 3 raises E: (no message) while the file is being imported, "
        "so nothing in it can be used",
        3,
    ),
    "raises_at_length": (
        b"raise ValueError('x' * 10_000)\n",
        f"line 1 raises ValueError: {'x' * 200} while the file is being imported, "
        "so nothing in it can be used",
        1,
    ),
    "is_interrupted": (
        b"raise KeyboardInterrupt\n",
        "line 1 raises KeyboardInterrupt while the file is being imported, "
        "so nothing in it can be used",
        1,
    ),
    "has_no_such_name": (
        b"import asyncio\n\nasync def f():\n    pass\n\nasyncio.create_taks(f)\n",
        "line 6 raises AttributeError: module 'asyncio' has no attribute 'create_taks' while the "
        "file is being imported, so nothing in it can be used",
        6,
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_fails_while_it_is_imported_is_told_with_its_line(load, tmp_path, name):
    """The innermost line of the submission."""
    what, sentence, line = FAILING[name]
    (tmp_path / "helper.py").write_text("")

    with pytest.raises(Unusable) as unusable:
        load(what)

    assert (str(unusable.value), unusable.value.line) == (sentence, line)


# --- what can -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what",
    [
        "text = 'é\\n'\nlast = 7\n".encode(),
        "text = 'é\\n'\nlast = 7".encode(),
        "\ufefftext = 'é\\n'\nlast = 7\n".encode(),
        "text = 'é\\n'\nlast = 7\n".replace("\n", "\r\n").encode(),
        "text = 'é\\n'\rlast = 7\r".encode(),
        "# coding: latin-1\ntext = 'é\\n'\nlast = 7\n".encode("latin-1"),
        "#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\ntext = 'é\\n'\nlast = 7".encode(
            "cp1252"
        ),
    ],
)
def test_encodings_and_line_ends_make_no_difference(load, what):
    """As Python itself reads a file."""
    module = load(what)

    assert (module.text, module.last) == ("é\n", 7)


def test_a_submission_is_a_module_like_any_other(load, tmp_path):
    """Its names, pickles, dataclasses and source lines work."""
    module = load(
        b"from __future__ import annotations\nfrom dataclasses import dataclass\n"
        b"@dataclass\nclass Point:\n    x: int\n    y: int = 0\n"
    )

    assert module.__name__ == "answer"
    assert module.__file__ == str(tmp_path / "answer.py")
    assert sys.modules["answer"] is module
    assert pickle.loads(pickle.dumps(module.Point(1))) == module.Point(1, 0)
    assert linecache.getline(module.__file__, 4) == "class Point:\n"


def test_the_flags_of_the_loader_are_not_its_own(load):
    """Annotations are strings only where the file itself says so."""
    assert load(b"def f(x: int): ...\n").f.__annotations__ == {"x": int}


def test_it_is_not_the_main_program(load):
    assert load(b"ran = __name__ == '__main__'\n").ran is False


@pytest.mark.parametrize("name", ["random.py", "pytest.py", "json.py"])
def test_a_file_with_the_name_of_a_module_hides_nothing(load, name):
    """The module of that name stays what it is, for everybody."""
    stem = name.removesuffix(".py")
    before = sys.modules.get(stem)

    module = load(f"import {stem}\nfound = {stem}\n".encode(), name)

    assert module.__name__ == f"submission_{stem}"
    assert module.found is not module
    assert before in (None, sys.modules[stem])


@pytest.mark.parametrize("name", ["my answer.py", "k110.v2.py", "k110-draft.py"])
def test_a_file_with_a_name_that_cannot_be_imported_gets_another(load, name):
    """What is pickled is found by it."""
    module = load(b"class C: pass\n", name)

    assert module.__name__.isidentifier()
    assert type(pickle.loads(pickle.dumps(module.C()))) is module.C


def test_the_code_of_what_is_loaded_can_be_asked_for(load, tmp_path):
    """As it was loaded, whatever has become of the file."""
    load("text = 'a\u2028b'\nlast = 7\n".encode())
    (tmp_path / "answer.py").unlink()
    names: dict[str, object] = {}

    exec(loader.code(tmp_path / "answer.py"), names)

    assert (names["text"], names["last"]) == ("a\u2028b", 7)


# --- what is noted ------------------------------------------------------------------------------


def test_work_at_import_is_noted_with_its_line(load, capsys):
    """It still happens."""
    load(b"import asyncio\nprint('hi')\nasyncio.run(asyncio.sleep(0))\n")

    assert load.notes == [
        'line 2 printed while the file was imported: move it below `if __name__ == "__main__":`',
        "line 3 ran an event loop while the file was imported: "
        'move it below `if __name__ == "__main__":`',
    ]
    assert capsys.readouterr().out == "hi\n"


def test_work_in_functions_and_later_is_not_noted(load, capsys):
    """A module may have its constants computed by a function; and it is over after the import."""
    run, show = asyncio.run, builtins.print

    module = load(b"def f():\n    print('hi')\nf()\n")
    module.f()

    assert load.notes == []
    assert (asyncio.run, builtins.print) == (run, show)
    assert capsys.readouterr().out == "hi\nhi\n"


def test_a_file_that_fails_leaves_nothing_patched(load):
    """Also then."""
    run, show = asyncio.run, builtins.print
    with pytest.raises(Unusable):
        load(b"raise ValueError\n")

    assert (asyncio.run, builtins.print) == (run, show)
