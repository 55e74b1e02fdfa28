"""The blocking detector finds in every case of the bench what there is to find, and no more."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.bench.blocking import coverage, rounds
from tests.bench.blocking.case import FOLDER, Case, cases
from tests.bench.blocking.verdict import Verdict

# The first to ask for a verdict waits until all cases have run, several at a time.
pytestmark = pytest.mark.timeout(600)

BLOCKING, CORRECT, GREY = cases("blocking"), cases("correct"), cases("grey")

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
    "third-party driver": "blocking/driver_raw_socket_in_a_route",
    "C code that holds the GIL": "blocking/c_usleep_with_the_gil",
    "C code that releases the GIL": "blocking/c_usleep",
}
"""What is no place in a program, but may be at fault below any."""


def name(case: Case) -> str:
    return case.name


@pytest.fixture(scope="session")
def verdicts(request: pytest.FixtureRequest) -> dict[str, Verdict]:
    """What our detector says of each case that was selected."""
    wanted = {
        item.callspec.params["case"].path: item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and "case" in item.fixturenames
    }
    at_once = 2 * (os.cpu_count() or 1)
    return rounds.verdicts(Path(sys.executable), "watch", list(wanted.values()), at_once)


@pytest.mark.parametrize("case", BLOCKING, ids=name)
def test_what_blocks_is_found_with_its_family_call_and_line(
    case: Case, verdicts: dict[str, Verdict]
):
    """And no other line is blamed, where Python can tell lines."""
    said = verdicts[case.name]

    assert said["error"] is None
    if not case.line_is_told:
        assert case.family in said["families"]
        return
    assert set(said["lines"]) == {case.guilty}
    found = set(zip(said["families"], said["calls"], said["lines"], strict=True))
    assert (case.family, case.call, case.guilty) in found


@pytest.mark.parametrize("case", CORRECT + GREY, ids=name)
def test_what_does_not_block_is_not_blamed(case: Case, verdicts: dict[str, Verdict]):
    """Nor is what is worth no more than a note."""
    said = verdicts[case.name]

    assert said["error"] is None
    assert list(zip(said["families"], said["calls"], said["lines"], strict=True)) == []


def test_there_are_enough_cases():
    """Fewer would say little about a detector."""
    assert len(BLOCKING) >= 120
    assert len(CORRECT) >= 70
    assert len(GREY) >= 10


@pytest.mark.parametrize("case", cases(), ids=name)
def test_a_case_says_what_it_is(case: Case):
    """A title; and where it blocks: family, call, place and one guilty line, and not elsewhere."""
    said = [case.family, case.call, case.place]
    marks = sum(line.rstrip().endswith("# <-") for line in case.path.read_text().splitlines())

    assert case.title
    assert "async def main() -> None:" in case.path.read_text()
    if case.kind == "blocking":
        assert all(said)
        assert case.family in FAMILIES
        assert marks == 1
    else:
        assert not any(said)
        assert marks == 0


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
        path = FOLDER / f"{named}.py"
        assert path.is_file(), f"there is no case {named}"
        assert made in path.read_text(), f"{named} has no {made}"
