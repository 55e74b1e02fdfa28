"""What a learner may type, and which katas that names."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.kit.judge.katas import CONCEPTS, UsageError, find, select

NAMES = ["k110_first_coroutine", "k120_overlap", "k210_async_route", "k410_connect_fetch_close"]


@pytest.fixture
def katas(tmp_path: Path):
    (tmp_path / "graders").mkdir()
    for name in [*NAMES, "conftest", "k999_too_high", "helper"]:
        (tmp_path / "graders" / f"{name}.py").touch()
    return find(tmp_path)


def test_a_kata_is_a_grader_with_its_name(katas):
    """Nothing is registered anywhere; other files are no katas."""
    assert [kata.name for kata in katas] == NAMES


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ([], ["k110", "k120", "k210", "k410"]),
        (["k120"], ["k120"]),
        (["K120"], ["k120"]),
        (["k120_overlap"], ["k120"]),
        (["exercises/k120_overlap.py"], ["k120"]),
        (["overlap"], ["k120"]),
        (["coroutines"], ["k110", "k120"]),
        (["database", "k110"], ["k110", "k410"]),
        (["route"], ["k210"]),
        (["k1"], ["k110", "k120"]),
        (["k110", "coroutines", "k110"], ["k110", "k120"]),
    ],
)
def test_words_name_katas(katas, words, numbers):
    """An id, a name, part of one, a path or a concept; each kata once, in order."""
    assert [kata.number for kata in select(katas, words)] == numbers


@pytest.mark.parametrize(
    ("word", "near"),
    [("k111", "k110"), ("overlpa", "overlap"), ("corutines", "coroutines"), ("k412", "k410")],
)
def test_a_typo_is_answered_with_what_is_near(katas, word, near):
    """One line names the word and the likely meaning."""
    with pytest.raises(UsageError, match=f"no kata is called '{word}'; did you mean .*{near}"):
        select(katas, [word])


@pytest.mark.parametrize("word", ["zzzz", "", "--"])
def test_nonsense_is_answered_with_what_there_is(katas, word):
    """Where nothing is near, everything is named."""
    with pytest.raises(
        UsageError, match="there are k110, k120, k210, k410, and coroutines, routes"
    ):
        select(katas, [word])


def test_the_hundreds_are_the_concept(katas):
    """In the order in which the course teaches them."""
    assert [kata.concept for kata in katas] == ["coroutines", "coroutines", "routes", "database"]
    assert len(CONCEPTS) == 7
