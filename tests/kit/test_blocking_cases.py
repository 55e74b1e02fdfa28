"""The blocking detector says of every case of the bench what there is to say, and no more.

A selection runs with all tests; the others are marked `corpus` (`-m corpus` runs them).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.blocking import coverage, pairs, rounds
from tests.bench.blocking.case import MARK, Case, blockers, cases, places
from tests.bench.blocking.verdict import Verdict

# The first to ask for a verdict waits until all cases have run, several at a time.
pytestmark = pytest.mark.timeout(600)

BLOCKING, CORRECT, GREY = cases("blocking"), cases("correct"), cases("grey")
BY_NAME = {case.name: case for case in cases()}
SMOKE = pairs.smoke()

FAMILIES = {
    "cpu",
    "database",
    "dns",
    "file",
    "http",
    "input",
    "lock",
    "other",
    "sleep",
    "socket",
    "subprocess",
}

PLACES = {
    "asgi middleware",
    "async context manager",
    "async iterator",
    "background task",
    "base http middleware",
    "call_later",
    "call_soon",
    "coroutine",
    "dependency",
    "dependency with yield",
    "destructor",
    "done callback",
    "exception handler",
    "helper",
    "lifespan",
    "property",
    "route",
    "serializer",
    "signal handler",
    "streaming generator",
    "validator",
    "websocket",
}

BELOW = {
    "third-party driver": "blocking/socket_driver_in_python_in_route",
    "C code that holds the GIL": "blocking/sleep_usleep_with_the_gil_in_helper",
    "C code that releases the GIL": "blocking/sleep_usleep_in_coroutine",
}
"""What is no place in a program, but may be at fault below any."""


def parameters(chosen: list[Case]) -> list[Any]:
    """A parameter for each case, with the marker of those that do not always run."""
    return [
        pytest.param(case, id=case.name, marks=() if case.name in SMOKE else pytest.mark.corpus)
        for case in chosen
    ]


@pytest.fixture(scope="session")
def verdicts(request: pytest.FixtureRequest) -> dict[str, Verdict]:
    """What our detector says of each case that was selected."""
    wanted = {
        item.callspec.params["case"].name: item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and "case" in item.fixturenames
    }
    at_once = 2 * (os.cpu_count() or 1)
    return rounds.verdicts(Path(sys.executable), "watch", list(wanted.values()), at_once)


@pytest.mark.parametrize("case", parameters(BLOCKING))
def test_what_blocks_is_found_with_its_family_call_and_line(
    case: Case, verdicts: dict[str, Verdict]
):
    """And no other line is reported, where Python can tell lines."""
    said = verdicts[case.name]

    assert said["error"] is None
    if not case.line_is_told:
        assert case.family in said["families"]
        return
    assert set(said["lines"]) == {case.line}
    found = set(zip(said["families"], said["calls"], said["lines"], strict=True))
    assert (case.family, case.call, case.line) in found


@pytest.mark.parametrize("case", parameters(CORRECT + GREY))
def test_what_does_not_block_is_not_reported(case: Case, verdicts: dict[str, Verdict]):
    """Nor is what is worth no more than a note."""
    said = verdicts[case.name]

    assert said["error"] is None
    assert list(zip(said["families"], said["calls"], said["lines"], strict=True)) == []


def test_there_are_enough_cases():
    """Fewer would say little about a detector."""
    assert len(BLOCKING) >= 120
    assert len(CORRECT) >= 70
    assert len(GREY) >= 10


def test_a_case_says_what_it_is():
    """A title; and where it blocks: family, call, place and one marked line, and not elsewhere."""
    problems = {case.name: wrong for case in cases() if (wrong := problem(case))}

    assert problems == {}
    assert len(BY_NAME) == len(cases())


def problem(case: Case) -> str:
    """What is wrong with a case; nothing, if it is as it should be."""
    said = [case.family, case.call, case.place]
    marks = sum(line.endswith(MARK) for line in case.text.splitlines())
    if not case.title or "async def main() -> None:" not in case.text:
        return "no title, or no main"
    if case.kind != "blocking":
        return "says that it blocks" if any(said) or marks else ""
    if not all(said) or case.family not in FAMILIES:
        return f"does not say what blocks: {said}"
    return "" if marks == 1 else f"{marks} marked lines"


def test_every_blocker_and_every_place_of_the_table_is_used():
    """A blocker names the places that it is put into."""
    assert {case.blocker for case in cases()} - {""} == set(blockers())
    assert {case.place_name for case in cases()} - {""} == set(places())


def test_the_smoke_selection_has_every_family_and_every_place():
    """Few enough to run each time."""
    chosen = [case for case in BLOCKING if case.name in SMOKE]

    assert {case.family for case in chosen} == FAMILIES
    assert {case.place for case in chosen} == pairs.places()
    assert len(SMOKE) < len(cases()) / 5


def test_every_family_and_every_place_has_a_case():
    """Of those that programs block in."""
    assert {case.family for case in BLOCKING} == FAMILIES
    assert PLACES - {case.place for case in BLOCKING} == set()
    assert set(BELOW.values()) <= {case.name for case in BLOCKING}


@pytest.mark.parametrize("call", coverage.BLOCKBUSTER)
def test_every_call_blockbuster_knows_is_covered_by_a_case(call: str):
    """Or there is a reason why it does not block."""
    held_up(coverage.BLOCKBUSTER[call])


@pytest.mark.parametrize("event", coverage.AIOCOP)
def test_every_event_aiocop_knows_is_covered_by_a_case(event: str):
    """Or there is a reason why it does not block."""
    held_up(coverage.AIOCOP[event])


def held_up(covered: coverage.Covered) -> None:
    """The cases that are named exist, and make the call."""
    if isinstance(covered, str):
        assert len(covered.split()) > 2
        return
    assert covered
    for named, made in covered.items():
        assert named in BY_NAME, f"there is no case {named}"
        assert made in BY_NAME[named].text, f"{named} has no {made}"
