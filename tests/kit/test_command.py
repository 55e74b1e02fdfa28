"""The command line, as people use it: words, files, exit statuses, and what is said."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from graders.commands import COMMANDS, load
from graders.kit.reports.json_report import Report
from tests.tiny import NAME, ROOT, SOLUTION, WRONG, Workspace, tiny


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return tiny(tmp_path)


def test_everything_passed_is_status_0(workspace):
    """And the last line says so."""
    done = workspace.command("grade", "--of", "solutions")

    assert done.returncode == 0, done.stderr
    assert "10 of 10 points" in done.stdout
    assert done.stdout.splitlines()[-1] == "Everything passed."
    assert done.stderr == ""


def test_a_stub_has_no_points_and_no_traceback(workspace):
    """Status 1, the line to edit, the next command."""
    done = workspace.command("grade")

    assert done.returncode == 1
    assert f"{NAME}.py:10: `double` is still to be written" in done.stdout
    assert done.stdout.splitlines()[-1] == f"Next: edit {NAME}.py, then: nox -s grade -- k101"
    assert "Traceback" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout


def test_the_report_is_ascii_where_the_encoding_is(workspace):
    """No terminal has to know a tick."""
    printing = WRONG["adds_two"].replace("    return", "    print('\\u2603')\n    return")
    workspace.write(f"exercises/{NAME}.py", printing)

    done = workspace.command("grade", PYTHONIOENCODING="ascii")

    assert done.stdout.isascii()
    assert "it printed: \\u2603" in done.stdout
    assert "  x It is twice as much. -4" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["grade", "k102"], "error: no kata is called 'k102'; did you mean k101"),
        (["grade", "--of", "nowhere"], "error: there is no folder 'nowhere' to grade"),
        (["grade", "--json", "no/where.json"], "error: no/where.json cannot be written"),
        (["grade", "-j", "0"], "'0' is not a number of children, 1 or more"),
        (["grade", "-j", "many"], "'many' is not a number of children"),
        (["grade", "--jsn", "x"], "error: there is no option --jsn; did you mean --json? `python"),
        (["grade", "--frobnicate=1"], "error: there is no option --frobnicate; `python -m graders"),
        (["regrade"], "the following arguments are required: DIR; `python -m graders regrade --he"),
        (
            ["regrade", "a", "b"],
            "error: b is more than this command takes; `python -m graders regr",
        ),
        (["new", "--wrong", "a", "--right", "b"], "--right: not allowed with argument --wrong; `p"),
        (
            ["gade"],
            "error: there is no command 'gade'; did you mean grade? `python -m graders --he",
        ),
        (["look", "k1"], "error: 'k1' names more than one kata (k101, k102): name one"),
        (["solutions", "tiny", "zzz"], "no kata is called 'zzz'"),
    ],
)
def test_a_wrong_word_is_status_2_and_one_line(workspace, words, sentence):
    """What is wrong, and what would be right, on standard error."""
    if words == ["look", "k1"]:
        workspace.write("graders/k102_other.py", "")
    done = workspace.command(*words)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_what_nox_started_speaks_of_nox(workspace):
    """The command to repeat is the one that was typed."""
    done = workspace.command("grade", "--jsn", "x", KATA_STARTED_BY="nox")

    assert done.stderr == (
        "error: there is no option --jsn; did you mean --json? "
        "`nox -s grade -- --help` says what there is\n"
    )
    shown = workspace.command("grade", "--help", KATA_STARTED_BY="nox")
    assert shown.stdout.startswith("usage: nox -s grade -- ")


def test_no_word_at_all_shows_the_commands(workspace):
    """Status 2, since nothing was graded; after --help it is 0."""
    bare, asked = workspace.command(), workspace.command("--help")

    assert (bare.returncode, asked.returncode) == (2, 0)
    assert bare.stdout == asked.stdout
    assert [line.split()[0] for line in asked.stdout.splitlines()[2:]] == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_and_has_a_session(name):
    """In one line; its session has the same name."""
    assert re.fullmatch(r"[A-Z].*\.", (load(name).__doc__ or "").splitlines()[0])
    assert f"\ndef {name}(session" in (ROOT / "noxfile.py").read_text()


def test_a_command_imports_what_it_needs_and_no_more():
    """Only what grades waits for asyncio, the judge and pytest."""
    script = "import sys; from graders.__main__ import main; main(['new']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    modules = set(done.stdout.split())

    assert "graders.commands.new" in modules
    assert not modules & {"asyncio", "msgspec", "pytest", "rich", "graders.commands.grade"}


def test_the_json_report_keeps_to_its_schema(workspace, tmp_path):
    """Every key is there with its type, and a failed check has its misconception and hint."""
    workspace.write(f"exercises/{NAME}.py", WRONG["sleeps"])
    file = tmp_path / "report.json"

    done = workspace.command("grade", "tiny", "--json", str(file), "--seed", "7")

    assert done.returncode == 1
    data = json.loads(file.read_text())
    Report.model_validate(data)
    assert (data["schema"], data["seed"], data["points"], data["max_points"]) == (1, 7, 9, 10)
    [failed] = [check for check in data["katas"][0]["checks"] if check["outcome"] != "passed"]
    assert failed["misconception"] == "sleeps"
    assert failed["where"] == f"{NAME}.py:10"
    assert failed["hint"] == ["What?", "With that.", "Like so."]
    assert failed["findings"][0] == failed["findings"][0] | {
        "kind": "blocking",
        "family": "sleep",
        "file": f"{NAME}.py",
        "line": 10,
    }


def test_the_schema_that_ships_is_the_one_that_is_kept():
    """docs/report.schema.json is what the models say today."""
    shipped = json.loads((ROOT / "docs" / "report.schema.json").read_text())

    assert shipped == Report.model_json_schema(by_alias=True)


def test_the_junit_report_has_a_case_for_each_check(workspace, tmp_path):
    """A failed check is a failure with its message."""
    workspace.write(f"exercises/{NAME}.py", WRONG["waits"])
    file = tmp_path / "report.xml"

    workspace.command("grade", "--junit", str(file))

    [suite] = ET.parse(file).getroot()
    assert suite.get("name") == NAME
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "1", "0")
    [failure] = suite.iter("failure")
    assert failure.get("message") == "it took 1 s"


def test_the_seed_draws_the_same_inputs_again(workspace):
    """So that a report can be looked into."""
    workspace.write(f"exercises/{NAME}.py", WRONG["adds_two"])

    first, again = (workspace.command("grade", "--seed", "5").stdout for _ in range(2))
    other = workspace.command("grade", "--seed", "6").stdout

    assert first == again
    assert first != other


def test_a_missing_file_keeps_the_total(workspace):
    """Every check still counts."""
    (workspace.root / f"exercises/{NAME}.py").unlink()

    done = workspace.command("grade")

    assert done.returncode == 1
    assert f"{NAME}.py is missing" in done.stdout
    assert "0 of 10 points" in done.stdout


def test_a_file_that_hides_a_standard_module_is_pointed_out(workspace):
    """It is not used for grading, and costs nothing."""
    workspace.write("solutions/asyncio.py", "raise SystemExit('mine')")

    done = workspace.command("grade", "--of", "solutions")

    assert done.returncode == 0, done.stdout
    assert "note: asyncio.py has the name of a standard module" in done.stdout


def test_a_conftest_beside_the_submission_is_not_read(workspace):
    """Nor pytest's settings there."""
    workspace.write("exercises/conftest.py", "raise SystemExit('mine')")
    workspace.write("exercises/pytest.ini", "[pytest]\naddopts = --collect-only")

    done = workspace.command("grade")

    assert done.returncode == 1
    assert "0 of 10 points" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("import pytest\n", "import nonesuch\nimport pytest\n", f"{NAME}.py does not run"),
        ("2 * seen.inputs.n", "seen.inputs.nothing", "test_twice is broken: AttributeError"),
        ("return await kata.double(0)", "return 1 // 0", "test_nothing is broken: it raised Zero"),
    ],
)
def test_a_fault_of_the_grader_is_nobodys_zero(workspace, old, new, sentence):
    """Status 2, and the fault is named as the grader's."""
    workspace.replace(f"graders/{NAME}.py", old, new)

    done = workspace.command("grade", "--of", "solutions")

    assert done.returncode == 2, done.stdout
    assert "could not grade everything" in done.stdout
    assert sentence in " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout + done.stderr


def test_an_answer_that_cannot_even_be_checked_is_the_learners(workspace):
    """Where the reference passes the same check, the check is not at fault: status 1."""
    workspace.replace(f"graders/{NAME}.py", "seen.result ==", "seen.result + 0 ==")
    workspace.write(f"exercises/{NAME}.py", "async def double(n):\n    return 'twice'\n")

    done = workspace.command("grade")

    assert done.returncode == 1, done.stdout
    assert "what came back could not be checked" in done.stdout


def test_plain_pytest_gives_the_same_verdicts(workspace):
    """A grader is a test file like any other."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "graders/k110_first_coroutine.py",
            "--of",
            "solutions",
            "-q",
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout


def test_a_terminal_sees_progress_and_colours(workspace):
    """And what it is left with is the report."""
    workspace.write(f"exercises/{NAME}.py", SOLUTION)
    script = "from pathlib import Path; from graders.__main__ import main; "
    script += f"main(['grade'], Path({str(workspace.root)!r}))"
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT)},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        shown = b""
        while chunk := _read(controller):
            shown += chunk
        process.wait(60)
    os.close(controller)

    assert b"grading" in shown
    assert b"\x1b[32mEverything passed." in shown


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other side of a terminal is gone
        return b""
