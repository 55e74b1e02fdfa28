"""What a learner reads for each wrong answer is what stands in tests/golden/."""

from __future__ import annotations

import pytest

from graders.__main__ import ROOT
from graders.kit.judge.katas import find
from tests import golden

QUICK = ("k110", "k710")
"""Of these every run of the tests reads the files. The others take a minute."""

KATAS = [
    pytest.param(kata, id=kata.name, marks=[] if kata.number in QUICK else pytest.mark.corpus)
    for kata in find(ROOT)
]


@pytest.mark.parametrize("kata", KATAS)
def test_a_learner_reads_what_the_golden_files_say(kata):
    """A sentence that changed on purpose: `python -m tests.golden`, and look at the difference."""
    known = {path.name: path.read_text("utf-8") for path in (golden.FOLDER / kata.name).glob("*")}

    assert {path.name: text for path, text in golden.texts([kata])} == known
