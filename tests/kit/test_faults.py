"""What goes wrong on our side is nobody's zero: that kata is not graded, all others are, and the
exit status is 2."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from pathlib import Path

import pytest

from graders.kit.judge import contract, conversation, forks, judge, observer, store
from graders.kit.judge.forks import Forks
from graders.kit.judge.judge import Judge, Run
from graders.kit.judge.katas import Kata, Submission, answers, find, reference
from graders.kit.shared import codec, messages
from graders.kit.shared.faults import JudgeFault, fault
from graders.kit.shared.messages import Boot
from tests.kit import judging
from tests.tiny import NAME, SOLUTION, tiny

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux")


@pytest.fixture
def kata(tmp_path: Path) -> Kata:
    return judging.kata("k101", tiny(tmp_path).root)


def assert_not_graded(results, words: str) -> None:
    """Nothing earned, nothing lost, and the reason in words."""
    assert (results.points, results.not_graded, results.status) == (0, 10, 2)
    assert words in results.fault, results.fault
    assert "Traceback" not in results.fault
    assert {k.outcome for k in results.katas} == {"error"}
    for check in (check for kata in results.katas for check in kata.checks):
        assert check.outcome in ("error", "passed"), check


# --- the machine ------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOMEM, errno.EACCES])
async def test_a_judge_that_cannot_start_a_child_grades_nothing(kata, monkeypatch, number):
    """Whatever the machine has run out of, and it is told which."""
    known = judging.rubrics([kata])

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    async with Judge([kata]) as judge:
        monkeypatch.setattr(forks.socket, "socketpair", refuse)
        results = await judging.graded(judge, [reference(kata)], known)
        monkeypatch.undo()
        again = await judging.graded(judge, [reference(kata)], known)

    assert_not_graded(results, os.strerror(number))
    assert again.points == 10, "the next run is as if nothing had been"


async def test_a_fault_that_passes_costs_only_the_katas_it_hits(kata, monkeypatch):
    """Of two submissions the first one's children could not be started."""
    known = judging.rubrics([kata])
    real, calls = forks.socket.socketpair, []

    def refuse_at_first(*words):
        calls.append(words)
        if len(calls) <= 2:
            raise OSError(errno.EMFILE, "")
        return real(*words)

    async with Judge([kata], jobs=1) as judge:
        monkeypatch.setattr(forks.socket, "socketpair", refuse_at_first)
        results = await judging.graded(judge, [reference(kata)] * 2, known)

    assert [k.outcome for k in results.katas] == ["error", "passed"]
    assert (results.points, results.max_points, results.not_graded) == (10, 20, 10)


async def test_a_full_disk_is_told_and_costs_nobody_a_point(kata, monkeypatch, tmp_path):
    """Records that cannot be kept are a fault, not a zero."""
    known = judging.rubrics([kata])

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store.os, "replace", full)
    async with Judge([kata]) as judge:
        run = Run((reference(kata),), 1)
        results = await judge.results(run, known, tmp_path / "records")

    assert_not_graded(results, "records cannot be kept: No space left on device")


async def test_a_reference_that_cannot_be_read_is_a_fault(kata, monkeypatch):
    """The judge reads it for the contract."""
    known = judging.rubrics([kata])

    def refuse(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    async with Judge([kata]) as judge:
        monkeypatch.setattr(contract, "read", refuse)
        assert_not_graded(
            await judging.graded(judge, [reference(kata)], known), "Permission denied"
        )


async def test_a_mistake_of_the_judge_itself_is_a_fault(kata, monkeypatch):
    """Any exception, anywhere around a scenario."""
    known = judging.rubrics([kata])

    def broken(*_):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(observer, "printable", broken)
    async with Judge([kata]) as judge:
        results = await judging.graded(judge, [reference(kata)], known)

    assert_not_graded(results, "ZeroDivisionError: a mistake of ours")


# --- the fork server -----------------------------------------------------------------------


def process(judge: Judge) -> int:
    """Of the fork server."""
    launcher = judge.observer.launcher
    assert isinstance(launcher, Forks)
    assert launcher._process
    return launcher._process.pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_a_fork_server_that_is_killed_is_replaced(kata, number):
    """Between two runs, or in one: the verdicts are the same."""
    known = judging.rubrics([kata])
    async with Judge([kata], jobs=2) as judge:
        await judging.graded(judge, [reference(kata)], known)
        first = process(judge)
        os.kill(first, number)
        between = await judging.graded(judge, [reference(kata)], known)
        run, results = Run((reference(kata),) * 6, 1), []
        async for result in judge.run(run, known):
            results.append(result)
            if len(results) == 1:
                os.kill(process(judge), number)
        assert process(judge) != first

    assert between.points == 10
    assert [result.points for result in results] == [10] * 6


async def test_a_fork_server_that_is_stopped_goes_on(kata):
    """It is told to continue, before a job and while one runs: no deadline has to pass."""
    known = judging.rubrics([kata])
    async with Judge([kata], jobs=2) as judge:
        await judging.graded(judge, [reference(kata)], known)
        os.kill(process(judge), signal.SIGSTOP)
        run, results = Run((reference(kata),) * 4, 1), []
        async for result in judge.run(run, known):
            results.append(result)
            if len(results) == 1:
                os.kill(process(judge), signal.SIGSTOP)

    assert [result.points for result in results] == [10] * 4


async def test_a_fork_server_that_does_not_answer_is_replaced(kata, monkeypatch):
    """When it has done nothing for as long as a child may."""
    known = judging.rubrics([kata])
    monkeypatch.setattr(conversation, "DEADLINE", 2.0)
    async with Judge([kata], jobs=1) as judge:
        await judging.graded(judge, [reference(kata)], known)
        first = process(judge)
        launcher = judge.observer.launcher
        monkeypatch.setattr(launcher, "_send", lambda *_: None)  # whatever is asked gets lost
        lost = await judging.graded(judge, [reference(kata)], known)
        monkeypatch.undo()
        again = await judging.graded(judge, [reference(kata)], known)

    assert lost.points == again.points == 10, "each scenario ran again, on a fork server of its own"
    assert process_ended(first)


def process_ended(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


async def test_a_fork_server_that_does_not_start_is_told_with_its_last_words(kata, monkeypatch):
    """After a few attempts, and not for ever."""
    known = judging.rubrics([kata])
    program = kata.root / "python"
    program.write_text("#!/bin/sh\necho 'no such interpreter today' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(forks.sys, "executable", str(program))

    async with Judge([kata], jobs=2) as judge:
        results = await judging.graded(judge, [reference(kata)], known)

    assert_not_graded(results, "does not start: no such interpreter today")


# --- the kit in the child ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("before", "the kit broke down: KeyError: 'before'"),
        ("during", "the kit broke down: KeyError: 'during'"),
        ("after", "the kit broke down: its record cannot be written (KeyError: 'after')"),
        ("forking", "a process for the submission cannot be started: Cannot allocate memory"),
    ],
)
async def test_kit_code_that_breaks_down_is_a_fault(kata, monkeypatch, module, words):
    """Before, during and after a scenario, and at the fork."""
    known = judging.rubrics([kata])
    monkeypatch.setattr(
        judge, "Boot", lambda _, graders: Boot([f"tests.kit.sabotage.{module}"], graders)
    )

    async with Judge([kata]) as broken:
        results = await judging.graded(broken, [reference(kata)], known)

    assert_not_graded(results, words)


# --- PostgreSQL ----------------------------------------------------------------------------


async def test_a_postgresql_that_is_gone_costs_its_kata_only(tmp_path):
    """And the next run starts another."""
    katas = [k for k in find(judging.ROOT) if k.number in ("k110", "k410")]
    known = judging.rubrics(katas)
    submissions = answers(katas, judging.ROOT / "solutions")
    async with Judge(katas, jobs=2) as judge:
        whole = await judging.graded(judge, submissions, known)
        os.kill(postmaster(), signal.SIGKILL)
        without = await judging.graded(judge, submissions, known)
        again = await judging.graded(judge, submissions, known)

    assert whole.points == 20
    assert [k.outcome for k in without.katas] == ["passed", "error"]
    assert (without.points, without.not_graded, without.status) == (10, 10, 2)
    assert "PostgreSQL" in without.fault
    assert again.points == 20


def postmaster() -> int:
    """The process id of the embedded server, which this process has started by way of another."""
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    ours = {entry.name for entry in entries if parent(entry) == str(os.getpid())}
    [pid] = [
        int(entry.name)
        for entry in entries
        if parent(entry) in ours and cmdline(entry).split(b" ")[0].endswith(b"/postgres")
    ]
    return pid


def parent(entry: Path) -> str:
    with contextlib.suppress(OSError):
        return (entry / "stat").read_text().rpartition(")")[2].split()[1]
    return ""


def cmdline(entry: Path) -> bytes:
    with contextlib.suppress(OSError):
        return (entry / "cmdline").read_bytes().replace(b"\0", b" ")
    return b""


# --- what the child sends is the submission's ----------------------------------------------

RECORD = {"scenario": "doubled", "outcome": "done", "result": 1, "elapsed": 0.0}

WRONG = [
    (name, value)
    for name, values in {
        "scenario": [1, None, ["x"]],
        "outcome": ["fine", 1, None],
        "message": [1, None, {}],
        "line": ["1", 1.5, True],
        "error": ["ValueError", {"type": 1}, []],
        "tampered": [1, "yes", None],
        "result": [{"a": 1}, {"$": "nothing"}, {"$": "raised"}],
        "elapsed": ["0", None, True],
        "all_calls": [{}, [1], [{"name": 1}]],
        "blocking": ["x", [1], [{"kind": "blocking", "family": "x", "call": 5}]],
        "leaks": [7, [{"kind": "leak", "family": "x", "call": "c", "line": "x"}]],
        "lines": [[], {"f": "1"}, {"f": True}],
        "notes": ["note", [1], {}],
        "spent": ["0", None, []],
        "timeline": [{}, [1], [{"name": "x", "started": "0"}]],
        "output": [1, None],
    }.items()
    for value in values
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_each_field_of_a_record_has_its_exact_type(name, value):
    """Anything else is no record, and the sentence says which field it was."""
    line = messages.encode(messages.Finished({**RECORD, name: value}))
    finished = messages.from_child(line)

    with pytest.raises(codec.Malformed):
        messages.record_of(finished)


def deep(levels: int) -> bytes:
    record = b'{"scenario": "doubled", "outcome": "done", "result": %s}'
    return b'{"message": "Finished", "record": ' + record % (b"[" * levels + b"]" * levels) + b"}"


SENT = {
    "wrong type": (b'{"message": "Finished", "record": {"scenario": 5}}', "is not a record"),
    "no record": (b'{"message": "Finished", "record": []}', "is not a record"),
    "too deep": (deep(200), "nested too deeply"),
    "far too deep": (deep(100_000), "wrote on the grader's own channel"),
    "unknown": (b'{"message": "Surprise"}', "wrote on the grader's own channel"),
    "two heads": (b'{"message": "Hello", "pid": 1}', "wrote on the grader's own channel"),
    "extra field": (b'{"message": "Hello", "pid": 1, "x": 2}', "wrote on the grader's own channel"),
    "no JSON": (b"\xff\xfe\x00", "wrote on the grader's own channel"),
    "endless": (b"[" * 9_000_000, "wrote on the grader's own channel"),
}


async def test_what_a_child_sends_is_the_submissions_doing(tmp_path):
    """A malformed message is `failed`, in a sentence, and marked: never a fault of ours."""
    workspace = tiny(tmp_path)
    kata = judging.kata("k101", workspace.root)
    submissions = []
    for number, (data, _) in enumerate(SENT.values()):
        source = f"import os\nasync def double(n):\n    line = {data[:300]!r}\n"
        if len(data) > 300:
            source = (
                "import os\nasync def double(n):\n"
                f"    line = open({str(tmp_path / str(number))!r}, 'rb').read()\n"
            )
            (tmp_path / str(number)).write_bytes(data)
        source += "    line += b'\\n'\n    while line: line = line[os.write(3, line):]\n"
        workspace.write(f"s{number}/{NAME}.py", source + "    os._exit(0)\n")
        submissions.append(Submission(kata, workspace.root / f"s{number}" / f"{NAME}.py"))
    known = judging.rubrics([kata])
    async with Judge([kata], jobs=2) as judge:
        results = await judging.graded(judge, submissions, known)

    for (data, words), result in zip(SENT.values(), results.katas, strict=True):
        assert (result.outcome, result.fault) == ("failed", None), data[:60]
        assert words in result.checks[0].message, (data[:60], result.checks[0].message)


@pytest.mark.parametrize(
    "answer",
    [
        "raise ValueError('\\ud800')",
        "return '\\udc80'",
        "raise type('E\\x1b[2J', (Exception,), {})('\\x1b[2J\\ud800')",
        "print('\\udcff')\n    return n",
    ],
)
async def test_text_that_no_encoding_can_write_costs_nobody_the_report(tmp_path, answer):
    """Lone surrogates and control characters are spelled out, wherever they turn up."""
    workspace = tiny(tmp_path)
    kata = judging.kata("k101", workspace.root)
    workspace.write(f"s/{NAME}.py", f"async def double(n):\n    {answer}\n")
    known = judging.rubrics([kata])
    async with Judge([kata], jobs=2) as judge:
        submission = Submission(kata, workspace.root / "s" / f"{NAME}.py")
        results = await judging.graded(judge, [submission], known)

    assert results.fault is None
    text = str(results.plain())
    text.encode()
    assert "\x1b" not in text


# --- words ---------------------------------------------------------------------------------


def test_a_fault_is_one_sentence():
    """What was being done, and what was in the way."""
    assert str(fault("doing it", OSError(errno.EMFILE, "x"))) == "doing it: Too many open files"
    assert str(fault("doing it", ValueError("no"))) == "doing it: ValueError: no"
    known = JudgeFault("said already")
    assert fault("doing it", known) is known


def test_the_command_says_what_was_not_graded(tmp_path):
    """Points, a reason in one line, and exit status 2, which outranks 1."""
    workspace = tiny(tmp_path)
    workspace.write(f"exercises/{NAME}.py", SOLUTION)
    workspace.replace(f"graders/{NAME}.py", "return await kata.double(0)", "return 1 // 0")

    done = workspace.command("grade")

    assert done.returncode == 2
    assert "0 of 10 points, 10 not graded" in done.stdout
    assert "could not grade everything: test_nothing is broken" in done.stdout
