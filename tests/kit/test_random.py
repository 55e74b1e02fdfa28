"""`random` in a submission: the same numbers with the same `--seed`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from graders.kit.judge.judge import Judge
from graders.kit.judge.katas import Kata, Submission
from tests.kit import judging
from tests.tiny import tiny

ANSWER = """
import os, random, secrets, uuid

AT_IMPORT = random.random()

async def double(n):
    await __import__("asyncio").sleep(random.random())
    return {
        "random": [AT_IMPORT, random.random(), random.gauss(), random.choice(range(10**9))],
        "by design": [secrets.token_hex(), str(uuid.uuid4()), os.urandom(9)],
    }
"""


@pytest.fixture
def kata(tmp_path: Path) -> Kata:
    workspace = tiny(tmp_path)
    workspace.write("answer.py", ANSWER)
    return judging.kata("k101", tmp_path)


async def seen(kata: Kata, seed: int, scenario: int = 0):
    """What is random by seed, what is by design, and the time that it took."""
    async with Judge([kata], jobs=1) as judge:
        scenarios = judging.rubrics([kata])[kata.name].scenarios
        submission = Submission(kata, kata.root / "answer.py")
        record = await judge.observer.observe(submission, scenarios[scenario], seed)
    return record.result["random"], record.result["by design"], record.elapsed


async def test_the_same_seed_gives_the_same_numbers(kata, monkeypatch):
    """In the next run too, and however its process is started: at import and later."""
    numbers, by_design, elapsed = await seen(kata, 7)
    again, by_design_again, elapsed_again = await seen(kata, 7)
    monkeypatch.setenv("KATA_START", "spawn")
    spawned, _, elapsed_spawned = await seen(kata, 7)

    assert numbers == again == spawned
    assert elapsed == elapsed_again == elapsed_spawned > 0
    assert all(a != b for a, b in zip(by_design, by_design_again, strict=True))


async def test_another_seed_or_scenario_gives_other_numbers(kata):
    """No answer may live on one lucky draw."""
    numbers, _, _ = await seen(kata, 7)
    other_seed, _, _ = await seen(kata, 8)
    other_scenario, _, _ = await seen(kata, 7, scenario=1)

    assert all(a != b for a, b in zip(numbers, other_seed, strict=True))
    assert all(a != b for a, b in zip(numbers, other_scenario, strict=True))


@pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux")
async def test_submissions_draw_the_same(kata):
    """Which of them runs first makes no difference, nor what another one has drawn."""
    first, _, _ = await seen(kata, 7)
    async with Judge([kata], jobs=1) as judge:
        [scenario, _] = judging.rubrics([kata])[kata.name].scenarios
        submission = Submission(kata, kata.root / "answer.py")
        records = [await judge.observer.observe(submission, scenario, 7) for _ in range(2)]

    assert [record.result["random"] for record in records] == [first, first]
