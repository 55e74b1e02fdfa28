"""Records on disk: what was written is what is read, and what cannot be read is a fault."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graders.kit.judge import store
from graders.kit.judge.store import FORMAT, SUFFIX, Head, RecordWriter
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.plain import ExceptionData
from graders.kit.shared.record import Call, Finding, Record
from tests.kit import judging
from tests.tiny import NAME, tiny


def head(kata: str = NAME, **fields: Any) -> Head:
    return Head(
        **{"format": FORMAT, "seed": 7, "kata": kata, "submission": "ada", "path": "/a.py"} | fields
    )


def scenario(name: str) -> Any:
    return SimpleNamespace(__name__=name)


FULL = Record(
    "doubled",
    "raised",
    "it raised ValueError: no",
    result={"took": (1, b"\xff"), 2: float("inf")},
    error=ExceptionData("ValueError", "no", ("Exception", "BaseException", "object")),
    inputs=SimpleNamespace(n=21, words=["a", "b"]),
    elapsed=3.5,
    all_calls=[
        Call(
            "load", ("k",), {"times": 2}, started=0.0, ended=1.0, outcome="returned", thread="loop"
        )
    ],
    blocking=[Finding("blocking", "sleep", "time.sleep", file="a.py", line=3, seconds=60.0)],
    leaks=[Finding("leak", "task", "worker")],
    output="hm\nno\n",
    notes=["line 3 printed"],
    extras={"database": {"connections": 1}},
)


def test_a_record_is_read_as_it_was_written(tmp_path: Path):
    """Each field with its type and content, and whose records they are."""
    other = Record("doubled_nothing", "done", result=0)
    path = RecordWriter(tmp_path).write(
        12, head(fault="no database", witness="kernel"), [FULL, other], []
    )

    kept = store.load(path)

    assert kept.head == store.head(path) == head(fault="no database", witness="kernel")
    assert kept.records == {"doubled": FULL, "doubled_nothing": other}


def test_files_come_in_the_order_of_the_submissions(tmp_path: Path):
    """Not in that of writing. The reference is none of them."""
    writer = RecordWriter(tmp_path)
    for number in (10, 9, 100, 1):
        writer.write(number, head(), [], [FULL])

    assert [int(path.name.partition(".")[0]) for path in store.files(tmp_path)] == [1, 9, 10, 100]
    assert all(path.name.endswith(SUFFIX) for path in tmp_path.iterdir())


async def test_a_scenario_that_was_not_kept_is_a_fault(tmp_path: Path):
    """Which one of whose; or why its kata could not be graded, if that is known."""
    writer = RecordWriter(tmp_path)
    whole = store.load(writer.write(1, head(), [FULL], []))
    faulty = store.load(writer.write(2, head(fault="no database"), [FULL], []))

    assert await whole.record(scenario("doubled")) == FULL
    with pytest.raises(JudgeFault, match="the records have no later of ada: grade it again"):
        await whole.record(scenario("later"))
    with pytest.raises(JudgeFault, match=r"^no database$"):
        await faulty.record(scenario("later"))


async def test_the_reference_is_kept_once_with_all_that_was_asked_of_it(tmp_path: Path):
    """A later submission's checks may ask for more scenarios of it; fewer do not take any away."""
    kata = judging.kata("k101", tiny(tmp_path).root)
    folder = tmp_path / "records"
    writer = RecordWriter(folder)
    both = [Record("doubled", "done", result=42), Record("doubled_nothing", "done", result=0)]
    assert store.reference(folder, kata, 7).records == {}
    for number, its in enumerate([[], both[:1], both, both[1:]]):
        writer.write(number, head(), [], its)

    kept = store.reference(folder, kata, 7)

    assert (kept.head.submission, kept.head.seed) == ("solutions", 7)
    assert [await kept.record(scenario(one.scenario)) for one in both] == both
    assert len(list(folder.glob(f"reference.*{SUFFIX}"))) == 1
    assert len(store.files(folder)) == 4


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whoever reads the folder meanwhile, or after a run that was ended, sees no half of one."""
    seen: list[Path] = []
    replace = os.replace

    def look(unfinished: Path, path: Path) -> None:
        seen.extend(store.files(tmp_path))
        replace(unfinished, path)

    monkeypatch.setattr(store.os, "replace", look)
    path = RecordWriter(tmp_path).write(1, head(), [FULL], [])

    assert seen == []
    assert store.files(tmp_path) == [path] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path):
    """In a sentence that says what was to be done."""
    (tmp_path / "file").touch()

    with pytest.raises(JudgeFault, match="records cannot be kept: "):
        RecordWriter(tmp_path / "file" / "records")


def test_a_full_disk_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """And no file is left that looks like records."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store.os, "replace", full)
    writer = RecordWriter(tmp_path)

    with pytest.raises(JudgeFault, match="records cannot be kept: No space left on device"):
        writer.write(1, head(), [FULL], [])
    assert store.files(tmp_path) == []


LINE = b'{"format":1,"seed":1,"kata":"k","submission":"s","path":"p"}\n'

UNREADABLE = {
    "missing": None,
    "empty": b"",
    "no JSON": b"{\n",
    "no object": b"[1]\n",
    "a head of another type": LINE.replace(b'"seed":1', b'"seed":"1"'),
    "a head with more": LINE.replace(b'"seed":1', b'"seed":1,"more":1'),
    "half a record": LINE + b"{",
    "no record": LINE + b"[]\n",
    "a record of another type": LINE + b'{"scenario":1}\n',
    "too deep": LINE + b'{"scenario":"x","result":%s}\n' % (b"[" * 9999 + b"]" * 9999),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_file_of_ours_is_a_fault(tmp_path: Path, name: str):
    """Whatever is wrong with it: the sentence names the file."""
    path = tmp_path / f"000001.k{SUFFIX}"
    data = UNREADABLE[name]
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(JudgeFault, match="cannot be read as records") as caught:
        store.load(path)

    assert str(path) in str(caught.value)


def test_a_file_of_another_version_is_a_fault(tmp_path: Path):
    """The only way on is to grade again, and it says so."""
    path = tmp_path / f"000001.k{SUFFIX}"
    path.write_bytes(LINE.replace(b'"format":1', b'"format":0'))

    with pytest.raises(JudgeFault, match="by another version of the kit: grade again"):
        store.load(path)
