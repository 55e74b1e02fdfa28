"""The JSON report as a schema: docs/report.schema.json is written from this.

Imported only to write a report: the models cost more to import than to fill.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from graders.kit.judge.score import Results


class Model(BaseModel):
    """What all parts have in common: more keys may come."""

    model_config = ConfigDict(extra="allow", frozen=True)


class FindingReport(Model):
    """What an instrument found, with the line of the submission if it is known. In seconds."""

    kind: str
    family: str
    call: str
    file: str | None
    line: int | None
    seconds: float | None
    detail: str
    step: int | None
    held_up: int | None


class CheckReport(Model):
    """One check. `where` is a line of the submission, `printed` what it wrote to its output."""

    check: str
    claim: str
    points: int
    max_points: int
    outcome: Literal["passed", "failed", "error", "timeout", "skipped"]
    message: str
    where: str | None
    misconception: str | None
    hint: list[str]
    printed: str
    findings: list[FindingReport]


class KataReport(Model):
    """One kata on one submission. With a `fault` it was not graded. In real seconds."""

    kata: str
    submission: str
    points: int
    max_points: int
    not_graded: int
    outcome: Literal["passed", "failed", "error"]
    fault: str | None
    seconds: float
    notes: list[str]
    checks: list[CheckReport]


class Report(Model):
    """A whole run. `status` is the exit status; `timings` are real seconds."""

    schema_: Literal[1]
    seed: int
    points: int
    max_points: int
    not_graded: int
    status: Literal[0, 1, 2]
    fault: str | None
    notes: list[str]
    witness: Literal["kernel", "none"]
    timings: dict[str, float]
    katas: list[KataReport]

    # `schema` is a name of pydantic's own.
    model_config = ConfigDict(
        alias_generator=lambda name: name.rstrip("_"), title="Report of the async FastAPI katas"
    )


def render(results: Results) -> bytes:
    """The report, once it is sure that it is one."""
    report = Report.model_validate(results.plain())
    return report.model_dump_json(by_alias=True, indent=2).encode() + b"\n"
