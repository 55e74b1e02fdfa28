"""Records on disk: what was seen of each submission, so that checks can be run on it again.

A folder has one file for each submission and kata, and one for each kata's reference if a
check looked at it. Each line is one JSON object: the first says whose records these are, each of
the others is a record, packed by `codec`. A file appears whole, or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from graders.kit.judge.katas import Kata
from graders.kit.judge.rubric import Scenario
from graders.kit.shared import codec
from graders.kit.shared.faults import JudgeFault, fault
from graders.kit.shared.record import Record

FORMAT = 1
SUFFIX = ".records.jsonl"


class Head(msgspec.Struct, forbid_unknown_fields=True):
    """The first line of a file."""

    format: int
    seed: int
    kata: str
    submission: str
    path: str
    fault: str | None = None
    """Why the kata could not be graded; then there may be records missing."""
    witness: str = "none"


class RecordWriter:
    """Writes the files of one run."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder; raises `JudgeFault`."""
        self._folder = folder
        self._references: dict[str, int] = {}
        """For each kata how many records of its reference are written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise fault("records cannot be kept", error) from error

    def write(
        self, number: int, head: Head, records: Iterable[Record], reference: list[Record]
    ) -> Path:
        """The file that it wrote for the run's `number`th submission; raises `JudgeFault`."""
        try:
            if len(reference) > self._references.get(head.kata, 0):
                self._references[head.kata] = len(reference)
                its = Head(FORMAT, head.seed, head.kata, "solutions", "")
                self._write(f"reference.{head.kata}", its, reference)
            return self._write(f"{number:06}.{head.kata}", head, records)
        except OSError as error:
            raise fault("records cannot be kept", error) from error

    def _write(self, name: str, head: Head, records: Iterable[Record]) -> Path:
        lines = [msgspec.json.encode(head), *(msgspec.json.encode(codec.pack(r)) for r in records)]
        path = self._folder / f"{name}{SUFFIX}"
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(b"\n".join(lines) + b"\n")
        os.replace(unfinished, path)
        return path


@dataclass
class StoredRecords:
    """The records of one file, as `verdict` asks for them."""

    head: Head
    records: dict[str, Record]

    async def record(self, scenario: Scenario) -> Record:
        """Raises `JudgeFault` if this scenario was not kept."""
        name = scenario.__name__
        if name not in self.records:
            raise JudgeFault(
                self.head.fault
                or f"the records have no {name} of {self.head.submission}: grade it again"
            )
        return self.records[name]


def files(folder: Path) -> list[Path]:
    """The files of all submissions, in the order in which they were graded."""
    return sorted(folder.glob(f"[0-9]*{SUFFIX}"))


def head(path: Path) -> Head:
    """Whose records a file has; raises `JudgeFault` where it cannot be read, or is none of ours."""
    try:
        with path.open("rb") as file:
            found = msgspec.json.decode(file.readline(), type=Head)
    except (OSError, ValueError) as error:
        raise fault(f"{path} cannot be read as records", error) from error
    if found.format != FORMAT:
        raise JudgeFault(f"{path} was written by another version of the kit: grade again")
    return found


def load(path: Path) -> StoredRecords:
    """One file; raises `JudgeFault` where it cannot be read, or is none of ours."""
    whose = head(path)
    try:
        _, *rest = path.read_bytes().splitlines()
        records = [codec.unpack(msgspec.json.decode(line), Record) for line in rest]
    except (OSError, ValueError, RecursionError) as error:
        raise fault(f"{path} cannot be read as records", error) from error
    return StoredRecords(whose, {record.scenario: record for record in records})


def reference(folder: Path, kata: Kata, seed: int) -> StoredRecords:
    """The reference's records of one kata; none are there if no check asked for any."""
    path = folder / f"reference.{kata.name}{SUFFIX}"
    if not path.exists():
        return StoredRecords(Head(FORMAT, seed, kata.name, "solutions", ""), {})
    return load(path)
