"""`new`: what it writes can be run at once, and nothing that exists is touched."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from graders.kit.judge import rules
from graders.kit.judge.katas import Kata, UsageError
from graders.kit.judge.rubric import wrong_answer
from graders.kit.scaffold import write
from tests.tiny import NAME, SOLUTION, Workspace, tiny

WRITTEN = [
    "exercises/k125_late_trains.py",
    "solutions/k125_late_trains.py",
    "graders/k125_late_trains.py",
    "tests/wrong/k125_late_trains/one_after_the_other.py",
    "tests/right/k125_late_trains/task_group.py",
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return tiny(tmp_path)


def files(workspace: Workspace) -> dict[str, bytes]:
    """All files of the workspace, by path."""
    paths = [path for path in workspace.root.rglob("*") if path.is_file()]
    return {path.relative_to(workspace.root).as_posix(): path.read_bytes() for path in paths}


def test_a_new_kata_is_five_files(workspace):
    """They are listed, with what to do next; all others are as they were."""
    before = files(workspace)

    done = workspace.command("new", "k125_late_trains")

    after = files(workspace)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:5] == WRITTEN
    assert "nox -s solutions -- k125 " in done.stdout
    assert after.keys() - before.keys() == set(WRITTEN)
    assert {path: after[path] for path in before} == before
    title, *_ = ast.get_docstring(ast.parse(after[WRITTEN[0]]), clean=True).splitlines()
    assert title == "Late trains"
    assert not any(b"$" in after[path] or b"\r" in after[path] for path in WRITTEN)


def test_a_new_kata_lacks_only_what_the_rules_name(workspace):
    """It is graded as any other, and `solutions` says what its author has still to write."""
    workspace.command("new", "k125_late_trains")

    done = workspace.command("solutions", "k125")

    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[1].split()[1:] == ["10/10", "0/10", "1/1", "1/1"]
    assert [line for line in done.stdout.splitlines() if line.startswith("k125")] == [
        f"k125_late_trains: {fault}"
        for fault in (
            f"1 right answers: put {rules.FEWEST_RIGHT} or more, unlike the reference, "
            "into tests/right/k125_late_trains/",
            f"2 checks: a rubric has {rules.FEWEST_CHECKS} to {rules.MOST_CHECKS}",
            "no wrong answer has test_values_are_in_the_order_of_the_keys in its `Fails:`: "
            "put one that makes the mistake into tests/wrong/k125_late_trains/",
        )
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["125_x"], "'125_x' is no name for a kata: did you mean k125_x?"),
        (["K125-Late_.py"], "'K125-Late_.py' is no name for a kata: did you mean k125_late?"),
        (["exercises/k125_x.py"], "did you mean k125_x?"),
        (["k125"], "'k125' is no name for a kata: say what it is about as well, such as k125_d"),
        (["125"], "such as k125_deadlines"),
        (["k1250_x"], "it is k, three digits and lower-case words, such as k125_deadlines"),
        (["late trains"], "it is k, three digits and lower-case words"),
        (["k125_vögel"], "'k125_v"),
        (["k825_x"], "there is no concept for k825: k1xx coroutines, k2xx routes, k3xx"),
        (["k025_x"], "there is no concept for k025"),
        (["k101_x"], "k101 is taken by k101_tiny: choose another number, such as k102"),
        (["k101_tiny"], "k101 is taken by k101_tiny"),
        (["k199_x"], "k199 is taken by k199_orphan: choose another number, such as k100"),
        ([], "say what to write: `nox -s new -- k125_deadlines` makes a kata"),
        (["k125", "--wrong", "x"], "no kata is called 'k125'"),
        (["k101", "--wrong", "waits"], f"tests/wrong/{NAME}/waits.py exists already: choose an"),
        (["k101", "--wrong", "waits.py"], f"tests/wrong/{NAME}/waits.py exists already"),
        (["k101", "--right", "waits"], f"tests/wrong/{NAME}/waits.py exists already"),
        (["k101", "--wrong", "../x"], "'../x' is no name for an answer: say what it does in low"),
        (["k199", "--wrong", "x"], "k199_orphan.py cannot be read (No such file or directory)"),
        (["k198", "--wrong", "x"], "solutions/k198_broken.py is no Python (invalid syntax"),
    ],
)
def test_a_name_that_will_not_do_is_one_line(workspace, words, sentence):
    """Status 2, and nothing is written."""
    workspace.write("graders/k199_orphan.py", "")
    workspace.write("graders/k198_broken.py", "")
    workspace.write("solutions/k198_broken.py", "def")
    before = files(workspace)

    done = workspace.command("new", *words)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert files(workspace) == before


def test_any_of_the_five_places_takes_the_number(workspace):
    """A folder of answers without a grader, too."""
    workspace.write("tests/right/k125_other/x.py", "")

    done = workspace.command("new", "k125_late_trains")

    assert "k125 is taken by k125_other: choose another number, such as k126" in done.stderr


def test_a_file_that_cannot_be_written_takes_the_others_back(workspace):
    """All five or none, and what is in the way stays as it is."""
    workspace.write("tests/wrong/k125_late_trains", "in the way")
    before = files(workspace)

    with pytest.raises(UsageError, match=r"one_after_the_other\.py cannot be written: "):
        write.kata(Kata("k125_late_trains", workspace.root))

    assert files(workspace) == before


def test_a_file_that_exists_is_not_overwritten(workspace):
    """Even if it came after the number was looked up."""
    workspace.write("graders/k125_late_trains.py", "somebody's")
    before = files(workspace)

    with pytest.raises(UsageError, match="cannot be written: File exists"):
        write.kata(Kata("k125_late_trains", workspace.root))

    assert files(workspace) == before


@pytest.mark.parametrize("docstring", ["", '"""Because.\n\nAnd so on.\n"""\n\n'])
def test_a_wrong_answer_begins_as_the_reference(workspace, docstring):
    """Its docstring is to be filled in: `solutions` misses the checks that it fails."""
    workspace.write(f"solutions/{NAME}.py", docstring + SOLUTION)

    done = workspace.command("new", "k101", "--wrong", "adds_three")

    path = workspace.root / f"tests/wrong/{NAME}/adds_three.py"
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"tests/wrong/{NAME}/adds_three.py\n")
    assert "\n  test_twice\n  test_nothing\n" in done.stdout
    assert path.read_text().partition('Fails:\n"""\n\n')[2] == SOLUTION
    assert wrong_answer(path).fails == ()
    missed = f"tests/wrong/{NAME}/adds_three.py names no check: add a line `Fails: test_...`"
    assert missed in workspace.command("solutions").stdout


def test_a_right_answer_begins_as_the_reference(workspace):
    """Its first line is to be filled in: `solutions` sees that it is no other answer yet."""
    done = workspace.command("new", "tiny", "--right", "multiplies")

    assert done.returncode == 0, done.stderr
    first, _, code = (
        (workspace.root / f"tests/right/{NAME}/multiplies.py").read_text().partition("\n\n")
    )
    assert first.startswith('"""TODO: ')
    assert code == SOLUTION
    copied = f"tests/right/{NAME}/multiplies.py is the reference still"
    assert copied in workspace.command("solutions").stdout
