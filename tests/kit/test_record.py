"""What a record can be asked."""

from __future__ import annotations

from graders.kit.shared.record import Call, Calls, Finding
from graders.kit.shared.values import ExceptionData


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
