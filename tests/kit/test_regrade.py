"""Records are kept, and a verdict is a function of them: regrading runs nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import NAME, SOLUTION, WRONG, Workspace, tiny


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return tiny(tmp_path)


def said(report: Path) -> dict[str, Any]:
    """Points, outcomes and messages, and all else in a report but how long it took."""
    data: dict[str, Any] = json.loads(report.read_text())
    for kata in data["katas"]:
        del kata["seconds"]
    del data["timings"]
    return data


@pytest.mark.parametrize("answer", [SOLUTION, *WRONG.values(), "raise ValueError('\\ud800')\n"])
def test_a_regraded_run_says_the_same(workspace, answer):
    """The same points, outcomes and messages, also when the submission is gone."""
    file = workspace.root / f"exercises/{NAME}.py"
    workspace.write(f"exercises/{NAME}.py", answer)
    records, first, again = (workspace.root / name for name in ("records", "1.json", "2.json"))

    graded = workspace.run("grade", "--records", str(records), "--json", str(first))
    file.write_text("raise SystemExit('nothing of it runs again')\n")
    regraded = workspace.run("regrade", str(records), "--json", str(again))

    assert regraded.returncode == graded.returncode, regraded.stderr
    assert said(again) == said(first)


def test_a_check_that_changed_gives_another_verdict(workspace):
    """That is what regrading is for."""
    workspace.write(f"exercises/{NAME}.py", WRONG["waits"])
    records = workspace.root / "records"
    workspace.run("grade", "--records", str(records))
    workspace.replace(f"graders/{NAME}.py", "seen.elapsed == 0", "seen.elapsed <= 1")

    done = workspace.command("regrade", str(records))  # this process has read the grader already

    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 of 10 points" in done.stdout


def test_the_reference_is_asked_from_its_own_records(workspace):
    """What a check compares with is kept as well."""
    workspace.replace(
        f"graders/{NAME}.py",
        "seen.result == 0",
        "seen.result == (await observe.reference(doubled_nothing)).result",
    )
    workspace.write(f"exercises/{NAME}.py", SOLUTION)
    records = workspace.root / "records"
    workspace.run("grade", "--records", str(records))
    (workspace.root / f"solutions/{NAME}.py").write_text("raise SystemExit\n")

    done = workspace.run("regrade", str(records))

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["regrade", "nowhere"], "error: there is no folder 'nowhere' with records"),
        (["regrade", "{root}/solutions"], "`grade --records` writes some"),
        (["grade", "--records", "{root}/kept"], "kept holds records already"),
        (["grade", "--records", "/dev/null/x"], "cannot keep records"),
        (
            ["regrade", "{root}/broken"],
            "error: {root}/broken/000001.x.records.jsonl cannot be read",
        ),
        (["regrade", "{root}/older"], "was written by another version of the kit"),
    ],
)
def test_what_is_no_place_for_records_is_told_in_a_line(workspace, words, sentence):
    """Exit status 2, before anything is graded."""
    root = str(workspace.root)
    workspace.write("kept/000001.x.records.jsonl", "")
    workspace.write("broken/000001.x.records.jsonl", "{")
    head = {"format": 0, "seed": 1, "kata": NAME, "submission": "", "path": ""}
    workspace.write("older/000001.x.records.jsonl", json.dumps(head) + "\n")

    done = workspace.run(*(word.format(root=root) for word in words))

    assert done.returncode == 2, done.stdout
    assert sentence.format(root=root) in done.stderr
    assert done.stdout == ""


def test_look_shows_a_record(workspace):
    """For whoever writes a kata: each field by the name that a check uses."""
    done = workspace.run("look", "k101", "doubled", "--seed", "3")

    assert done.returncode == 0, done.stderr
    for word in ("scenario", "doubled", "inputs", "result", "86", "seed 3"):
        assert word in done.stdout


def test_look_names_the_scenarios_there_are(workspace):
    """Whether none was asked for, or one that is not there."""
    for words in (["look", "k101"], ["look", "k101", "doubledd"]):
        done = workspace.run(*words)

        assert done.returncode == 2
        assert "k101_tiny has doubled, doubled_nothing" in done.stderr
