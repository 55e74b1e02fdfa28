"""What crosses the boundary, and what does not."""

from __future__ import annotations

import json
import math

import pytest

from graders.kit.shared.codec import Malformed, decode, encode
from graders.kit.shared.values import ExceptionData, Foreign


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
