"""What a scenario may ask for by name, each used in a real child; and what a check reads of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio

from graders.conftest import scenarios
from graders.kit.judge.judge import Judge
from graders.kit.judge.katas import Submission
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.record import Record
from tests.kit import judging
from tests.tiny import NAME, tiny

HERE = Path(__file__).parent / "asking"

Observed = Callable[..., Awaitable[Record]]


@pytest_asyncio.fixture(scope="module")
async def observed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Observed]:
    """`await observed("logged", seed=1)`: the record of one of the scenarios above."""
    workspace = tiny(tmp_path_factory.mktemp("arguments"))
    for folder in ("exercises", "solutions"):
        workspace.write(f"{folder}/{NAME}.py", (HERE / "submission.py").read_text())
    workspace.write(f"graders/{NAME}.py", (HERE / "scenarios.py").read_text())
    kata = judging.kata("k101", workspace.root)
    rubric = judging.rubrics([kata])[kata.name]
    known = {one.__name__: one for one in (*rubric.scenarios, *rubric.others)}
    known["of_something_else"] = _of_something_else
    async with Judge([kata], jobs=1) as judge:

        async def observe(name: str, seed: int = 1) -> Record:
            submission = Submission(kata, Path(kata.solution))
            return await judge.observer.observe(submission, known[name], seed)

        yield observe


async def _of_something_else(submission: object) -> None:
    """No scenario."""


async def done(observed: Observed, name: str, seed: int = 1) -> Record:
    """The record of a scenario that has come to its end."""
    seen = await observed(name, seed)
    assert (seen.outcome, seen.message) == ("done", ""), seen
    return seen


# --- the order of tasks, and latencies -------------------------------------------------------


async def test_a_shuffle_is_replayed_by_its_seed(observed: Observed):
    """The seed is drawn from the run's, stands with the inputs, and decides all of it."""
    first, again, *others = [await done(observed, "shuffled", seed) for seed in (1, 1, 2, 3, 4)]

    def drawn(seen: Record) -> object:
        times = [call.ended for call in seen.calls("later")]
        return seen.inputs.shuffle, seen.done, seen.order, times

    assert drawn(first) == drawn(again)
    assert type(first.inputs.shuffle) is int
    for one in others:
        assert all(a != b for a, b in zip(drawn(first), drawn(one), strict=True)), drawn(one)
    assert {first.done[n] for n in range(0, 40, 2)} == {"first", "second"}
    assert {*first.order} == {*"abcdef"}


# --- what is logged, what is opened and closed -----------------------------------------------


async def test_logs_reach_the_check(observed: Observed):
    """Each with its time, its place and its exception, as plain data."""
    seen = await done(observed, "logged")

    [one] = seen.logs.of("shop")
    key = seen.inputs.key
    assert str(one) == f"ERROR shop: no {key}"
    assert (one.at, one.function, one.extra) == (2.0, "warn", {"key": key})
    assert (str(one.error), one.error.is_a("LookupError")) == (f"KeyError: {key!r}", True)
    assert (one.error.file, one.error.line) == (f"{NAME}.py", 24)
    assert seen.logs.of("sho") == [] == seen.logs.of("shop.till")
    assert seen.result == 1


async def test_resources_reach_the_check(observed: Observed):
    """Who opened them and closed them, in which order, and which are still open."""
    seen = await done(observed, "cleaned_up")

    assert seen.call.is_a("ExceptionGroup")
    assert seen.call.at == 8.0
    assert seen.resources.opened == ["opened", "quick", "slow", "broken"]
    assert seen.resources.closed == ["quick", "broken", "slow"]
    assert [str(use) for use in seen.resources.not_closed] == ["opened was never closed"]
    quick, slow, broken = seen.resources.uses[1:]
    assert [use.opened_by for use in (quick, slow, broken)] == ["job 0", "job 1", "job 2"]
    assert (slow.closed_by, slow.error, slow.exit_ended_at) == ("job 1", "CancelledError", 8.0)
    assert (str(broken), broken.error) == ("broken was closed", "KeyError")


# --- visitors and connections ---------------------------------------------------------------


async def test_a_visitor_comes_looks_and_goes(observed: Observed):
    """At its time, by its own will or cancelled; the app waits for a hook when it responds."""
    seen = await done(observed, "visited")

    left, hooked, cancelled = seen.answers
    assert seen.began_at == 2.0
    assert (left.left, left.text) == (True, "0 1 ")
    assert (hooked.left, hooked.text, hooked.first_byte_at) == (True, "0 1 2 3 4 5 ", 8.0)
    assert seen.hooked == [(200, b"", 0)]
    assert cancelled.status == 500
    assert str(cancelled.error) == "CancelledError"
    said = [(one.at, one.message) for one in seen.logs.of("shop")]
    assert said == [(0.5, "cancelled"), (3.5, "left"), (13.5, "left")]


async def test_visitors_ask_in_any_way(observed: Observed):
    """With a method and with the options of a request."""
    seen = await done(observed, "many_visitors")

    assert [answer.data for answer in seen.result] == [0, 1, 2]
    assert [answer.started_at for answer in seen.result] == [0.0, 1.0, 2.0]


async def test_a_websocket_is_the_clients(observed: Observed):
    """Messages print themselves; what is refused and closed is said by exceptions."""
    seen = await done(observed, "socket_talk")

    assert seen.heard == "you said hello"
    assert [str(one) for one in seen.messages] == ["client: 'hello'", "app: 'you said hello'"]
    assert seen.code == 4000
    assert str(seen.over) == "raised Closed: the connection is closed (code 4000: enough)"
    assert seen.refusal.is_a("Refused")


# --- services ------------------------------------------------------------------------------


async def test_an_upstream_dribbles(observed: Observed):
    """Chunk by chunk; each request says which client asked, also when earlier ones are gone."""
    seen = await done(observed, "dribbled")

    assert seen.result == ["abc", "quick", "quick"]
    slow, *quick = seen.upstream.requests
    assert (slow.chunks, slow.body_ended, seen.elapsed) == (3, 3.0, 3.0)
    assert [request.client for request in (slow, *quick)] == [1, 2, 3]


async def test_a_chunk_may_be_too_late(observed: Observed):
    """Then the client's read timeout has come first."""
    seen = await done(observed, "dribbled_too_slowly")

    assert (seen.call.is_a("ReadTimeout"), seen.call.at) == (True, 2.0)
    assert seen.upstream.requests[0].body_ended is None


async def test_a_gate_holds_another_process(observed: Observed):
    """What happened while it was held there did happen meanwhile."""
    seen = await done(observed, "held_at_a_gate")

    assert seen.result == {"reached": True, "meanwhile": True, "without": False}


async def test_the_judge_runs_statements(observed: Observed):
    """In the kata's own database, with the rights to use rows, whatever it is asked for."""
    seen = await done(observed, "judge_statements")

    n = seen.inputs.n
    assert seen.rows == [n, 11, 21]
    assert seen.found == [{"n": value, "late": True} for value in (n, 11, 21)]
    for what, end in seen.refused.items():
        due = "TooLong" if what == "long" else "InsufficientPrivilegeError: permission denied"
        assert end.is_a("Refused"), (what, end)
        assert end.error.message.startswith(due), (what, end)


async def test_the_judge_notifies_and_ends_connections(observed: Observed):
    """The submission's role is called like the database."""
    seen = await done(observed, "told_and_ended")

    assert (seen.told, seen.ended) == ("hello", [{"ended": True}])


async def test_the_clock_runs_on_at_a_lock(observed: Observed):
    """A timeout around a query that the judge holds comes in virtual time; and no query comes
    from a task that has ended without."""
    seen = await done(observed, "waits_at_the_lock")

    assert (seen.waited, seen.never) == (True, False)
    assert (seen.call.is_a("TimeoutError"), seen.call.at) == (True, 5.0)


# --- what is a scenario ----------------------------------------------------------------------


NAMED = """
def at_once(kata): ...
def in_turn(kata): return helper(kata)
def alone(kata): ...
def helper(kata): ...
def told(seen): ...

async def test_all(observe):
    async def both():
        return [await observe(scenario) for scenario in (at_once, in_turn)]

    told(await both())
    await observe.reference(alone)
"""


def test_what_a_check_names_runs_ahead():
    """In a loop or a function of the check, too. A helper may have a parameter `kata` as well."""
    module = ModuleType(NAME)
    exec(NAMED, module.__dict__)

    found, others = scenarios(module)
    assert [one.__name__ for one in found] == ["at_once", "in_turn", "alone"]
    assert [one.__name__ for one in others] == ["helper"]


# --- misuse ----------------------------------------------------------------------------------

KNOWN = (
    "asgi, calls, clock, database, ending, gate, logs, resources, server, shuffle, ticking, "
    "upstream, visit, visitors"
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "misspelled",
            "misspelled asks for `visitor`, and there is no such argument "
            f"(did you mean `visitors`?): there are {KNOWN}; a drawn input has a default",
        ),
        ("without_near", f"there is no such argument: there are {KNOWN};"),
        ("takes_any", "takes_any asks for `others`, and there is no such argument"),
        ("hides_one", "hides_one has an input `logs`, as an argument is called: rename it"),
        ("not_awaited", "asks for `database`, which has to be awaited: make it `async def`"),
        (
            "of_something_else",
            "_of_something_else is no scenario: its first parameter has to be `kata`",
        ),
    ],
)
async def test_a_wrong_parameter_is_told_in_one_line(observed: Observed, name: str, words: str):
    """It is the grader's mistake, and names the grader."""
    with pytest.raises(JudgeFault) as caught:
        await observed(name)

    assert str(caught.value).startswith(f"graders/{NAME}.py: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_view_without_its_argument_says_so(observed: Observed):
    """A check reads what the scenario did not ask for."""
    seen = await done(observed, "dribbled")

    for name in ("logs", "resources", "database"):
        with pytest.raises(LookupError, match=f"dribbled has no parameter `{name}`"):
            getattr(seen, name)
