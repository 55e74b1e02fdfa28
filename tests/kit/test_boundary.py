"""What crosses the boundary, and what does not."""

from __future__ import annotations

import json
import math

import pytest

from graders.kit.instruments.http import asgi
from graders.kit.shared.codec import Malformed, decode, encode
from graders.kit.shared.plain import ExceptionData, Foreign
from graders.kit.shared.values import (
    Raised,
    Response,
    Returned,
    Ticks,
)


def crossed(value: object) -> object:
    return decode(json.loads(json.dumps(encode(value))))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        -(2**70),
        1.5,
        "caf\u00e9 \u2603",
        b"\x00\xff",
        [1, [2, "x"]],
        (1, 2),
        {1, 2},
        {"a": [1], 2: None, (1, 2): "x"},
        math.inf,
    ],
)
def test_plain_data_arrives_as_it_was(value):
    """Builtin values keep their type and content."""
    arrived = crossed(value)

    assert arrived == value
    assert type(arrived) is type(value)


def test_a_lying_subclass_arrives_as_its_content():
    """Overridden methods of a subclass are never asked."""

    class Liar(str):
        def __eq__(self, other):
            return True

        def __hash__(self):
            return 0

        def __str__(self):
            return "what you expect"

    arrived = crossed(Liar("content"))

    assert type(arrived) is str
    assert arrived == "content"
    assert arrived != "what you expect"


def test_a_foreign_object_equals_nothing():
    """Neither another value nor itself."""

    class Thing:
        def __eq__(self, other):
            return True

    arrived = crossed(Thing())

    assert isinstance(arrived, Foreign)
    assert arrived.type == "Thing"
    assert arrived != 1
    assert not arrived == arrived  # noqa: SIM201


def test_a_repr_that_raises_does_no_harm():
    """The value is told apart without it."""

    class Thing:
        def __repr__(self):
            raise KeyboardInterrupt

    assert crossed(Thing()).text == "its repr raised KeyboardInterrupt"


def test_exceptions_keep_their_classes_and_causes():
    """`is_a` answers as `except` would."""
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise LookupError("outer") from error
    except LookupError as error:
        raised = crossed(error)

    assert isinstance(raised, ExceptionData)
    assert raised.is_a("Exception")
    assert not raised.is_a("KeyError")
    assert raised.cause.is_a("KeyError")


def test_endless_nesting_is_cut():
    """A list that holds itself arrives, cut off."""
    knot: list[object] = []
    knot.append(knot)

    assert "nested too deeply" in str(crossed(knot))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"$": 1},
        {"$": "nothing"},
        {"$": "tuple"},
        {"$": "dict", "pairs": [[1]]},
        {"$": "bytes", "text": "???"},
        {"$": "raised"},
        {"$": "object", "fields": []},
        [[{"x": 1}]],
    ],
)
def test_what_no_child_of_ours_writes_is_refused(data):
    """`Malformed`, whatever is wrong with it."""
    with pytest.raises(Malformed):
        decode(data)


def test_what_instruments_give_arrives_as_itself():
    """With its methods, and an exception in it as data."""
    sent = asgi.Response(
        1.0,
        ended_at=3.5,
        status=500,
        headers=[("a", "b")],
        body=b"\xff",
        data={1: (2,)},
        sends=[asgi.Send(1, "http.response.start", 0, False)],
        error=KeyError("x"),
    )

    arrived = crossed({"all": [sent, Returned((1,), 2.0), Raised(OSError("no")), Ticks(3, 3)]})

    response, returned, raised, ticks = arrived["all"]
    assert type(response) is Response
    assert (response.took, response.data, response.body) == (2.5, {1: (2,)}, b"\xff")
    assert (response.sends[0].at, response.headers) == (1.0, [("a", "b")])
    assert str(response) == "status 500, because the app raised KeyError: 'x'"
    assert (returned, returned.at, str(returned)) == (Returned((1,)), 2.0, "returned (1,)")
    assert (raised.is_a("Exception"), str(raised)) == (True, "raised OSError: no")
    assert str(ticks) == "ticked 3 times in 3 s"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"error": {"$": "foreign", "type": "Error", "text": "x"}},
        {"error": 7, "at": 1.0},
        {"error": encode(KeyError("x")), "at": "soon"},
    ],
)
def test_a_known_class_has_the_fields_that_it_says(fields):
    """Each of its exact type, or all of it is refused."""
    with pytest.raises(Malformed):
        decode({"$": "object", "kind": "Raised", "fields": fields})


def test_an_unknown_class_is_refused():
    """The child cannot choose what the judge makes."""
    with pytest.raises(Malformed):
        decode({"$": "object", "kind": "Record", "fields": {}})
