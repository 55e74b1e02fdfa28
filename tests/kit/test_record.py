"""What a record can be asked."""

from __future__ import annotations

import copy

import pytest

from graders.kit.shared.calls import Call, Calls
from graders.kit.shared.plain import ExceptionData
from graders.kit.shared.record import Finding, Record
from graders.kit.shared.values import Raised, Returned, exceptions


def test_most_in_flight_goes_by_order_not_by_time():
    """Two calls that start and end at the same instant, one after the other, do not overlap."""

    def call(start: int, end: int | None) -> Call:
        return Call("f", (), {}, 0.0, 0.0, "returned", "loop", (start, end))

    assert Calls([call(0, 1), call(2, 3)]).most_in_flight == 1
    assert Calls([call(0, 3), call(1, 2)]).most_in_flight == 2
    assert Calls([call(0, None), call(1, None), call(2, 3)]).most_in_flight == 3
    assert Calls([]).most_in_flight == 0


def test_an_exception_is_what_except_would_catch():
    """By the name of any of its classes."""
    raised = ExceptionData(
        "KeyError", "'x'", ("KeyError", "LookupError", "Exception", "BaseException")
    )

    assert raised.is_a("LookupError")
    assert not raised.is_a("ValueError")
    assert str(raised) == "KeyError: 'x'"


def test_a_finding_says_where_it_is():
    """File and line, as an editor takes them."""
    assert Finding("blocking", "sleep", "time.sleep", "k110.py", 7).where == "k110.py:7"


def test_a_result_is_read_by_name():
    """The items of a dict that a scenario returned; the error names what there is."""
    record = Record("scenario", result={"took": 3.0, "ticks": 2})

    assert (record.took, record.ticks) == (3.0, 2)
    with pytest.raises(AttributeError, match="the result has no 'tock': it has took, ticks"):
        _ = record.tock
    with pytest.raises(AttributeError, match="a record has no 'took', and its result is no dict"):
        _ = Record("scenario", result=[1]).took
    assert copy.deepcopy(record) == record


def test_a_call_is_written_as_in_python():
    """With its arguments by position and by name."""
    call = Call("job", (7,), {"times": "x"}, 0.0, 0.0, "returned", "loop")

    assert str(call) == "job(7, times='x')"


def test_what_blocked_is_told_in_a_sentence():
    """The call, how long, who had to wait, and where."""
    held = Finding("blocking", "sleep", "time.sleep", "k110.py", 7, 60.0, held_up=1)
    short = Finding("blocking", "sleep", "time.sleep", seconds=0.25)

    assert str(held) == "time.sleep held the event loop for 60 s"
    with pytest.raises(AssertionError) as raised:
        Record("scenario", blocking=[held, short]).assert_free()
    assert str(raised.value) == (
        "time.sleep held the event loop for 60 s (k110.py:7, while 1 other had to wait)"
    )
    with pytest.raises(AssertionError, match=r"for 0.25 s \(somewhere below your code\)"):
        Record("scenario", blocking=[short]).assert_free()
    Record("scenario").assert_free()


def test_what_was_left_is_told_by_kind():
    """Every leak, or those of some kinds."""
    record = Record("scenario", leaks=[Finding("leak", "task", "poll()", "k.py", 3, detail="runs")])

    record.assert_nothing_left("client", "connection")
    for kinds in ([], ["client", "task"]):
        with pytest.raises(AssertionError, match=r"`poll\(\)`: runs \(k.py:3\)"):
            record.assert_nothing_left(*kinds)


def test_the_database_shows_the_statements_of_the_submission():
    """Without those of asyncpg itself, and with all parameters in one list."""

    def statement(sql, values, internal=False):
        given = {"sql": sql, "values": values, "parameters": len(values), "internal": internal}
        seen = {"executed": True, "rows": 0, "error": None, "simple": False, "order": [0, 1]}
        return {**given, **seen}

    statements = [statement("a", ["1"]), statement("b", [], True), statement("c", ["2", None])]
    connections = [{"statements": statements[:2]}, {"statements": statements[2:]}]
    record = Record("scenario", extras={"database": {"connections": connections}})

    assert record.database.connections == 2
    assert [str(one) for one in record.database.statements] == ["a", "c"]
    assert record.database.parameters == ["1", "2", None]


def test_exceptions_are_found_wherever_they_are():
    """In endings, responses, dicts and lists."""
    error = ExceptionData("KeyError", "", ("KeyError",))

    assert list(exceptions({"a": [Raised(error), (error,), Returned(error), 7]})) == [error] * 3


def test_an_exception_that_was_returned_is_told_as_one():
    """Not as the repr of the record."""
    assert str(Returned(ExceptionData("KeyError", "'x'", ("KeyError",)))) == (
        "returned the exception KeyError: 'x'"
    )
