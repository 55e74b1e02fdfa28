"""Inputs are drawn anew for each run, and again for the same seed."""

from __future__ import annotations

from graders.kit.author import draw


def test_the_same_seed_draws_the_same_values():
    """A run can be replayed."""
    wanted = {"name": draw.word(), "names": draw.words(5), "n": draw.whole(1, 1000), "fixed": 3.5}

    assert draw.inputs(wanted, "7/k110/x") == draw.inputs(wanted, "7/k110/x")
    assert draw.inputs(wanted, "7/k110/x") != draw.inputs(wanted, "8/k110/x")
    assert draw.inputs(wanted, "7/k110/x")["fixed"] == 3.5


def test_one_more_input_changes_no_other():
    """Each parameter has a source of chance of its own."""
    before = draw.inputs({"name": draw.word()}, "1")
    after = draw.inputs({"first": draw.word(), "name": draw.word()}, "1")

    assert after["name"] == before["name"]


def test_several_are_all_different():
    """Words and numbers that identify something never collide."""
    for seed in range(50):
        drawn = draw.inputs({"w": draw.words(8), "n": draw.wholes(8, 1, 9)}, str(seed))
        assert len(set(drawn["w"])) == 8
        assert len(set(drawn["n"])) == 8


def test_rows_have_a_value_for_each_column():
    """A table's content is drawn row by row."""
    [rows] = draw.inputs(
        {"r": draw.rows(4, name=draw.word(), price=draw.whole(1, 9))}, "1"
    ).values()

    assert len(rows) == 4
    assert all(1 <= row["price"] <= 9 and row["name"].isalpha() for row in rows)
    assert len({row["name"] for row in rows}) > 1


def test_one_of_draws_from_what_is_offered():
    """Every option can come up, and nothing else does."""
    drawn = {draw.inputs({"x": draw.one_of("abc")}, str(seed))["x"] for seed in range(60)}

    assert drawn == set("abc")
