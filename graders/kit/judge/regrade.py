"""Checks records again: the same verdicts, without running anything of a submission."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from graders.kit.judge import store, verdict
from graders.kit.judge.katas import Kata, Submission, UsageError
from graders.kit.judge.rubric import Rubric
from graders.kit.judge.score import Results

Read = Callable[[list[Kata]], Mapping[str, Rubric]]


async def regrade(folder: Path, known: Mapping[str, Kata], read: Read) -> Results:
    """The results of the run whose records are in the folder.

    `known` are the katas there are, by name; `read` gives their rubrics. Raises `UsageError`
    where there are no records, and `JudgeFault` where they cannot be read.
    """
    files = store.files(folder)
    if not files:
        raise UsageError(f"there are no records in {str(folder)!r}: `grade --records` writes some")
    heads = [store.head(file) for file in files]
    if unknown := next((head.kata for head in heads if head.kata not in known), None):
        raise UsageError(f"the records are of {unknown}, which is no kata here")
    rubrics = read([known[name] for name in dict.fromkeys(head.kata for head in heads)])
    results = Results(heads[0].seed, witness=heads[-1].witness)
    for file, head in zip(files, heads, strict=True):
        kata = known[head.kata]
        of_reference = store.reference(folder, kata, head.seed)
        submission = Submission(kata, Path(head.path))
        result = await verdict.grade(rubrics[kata.name], submission, store.load(file), of_reference)
        result.fault, result.records = result.fault or head.fault, file
        results.katas.append(result)
    return results
