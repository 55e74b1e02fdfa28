"""The report as JUnit XML, for systems that draw it: a kata is a suite, a check is a case."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from graders.kit.judge.score import Check, Score
from graders.kit.reports.terminal import printable


def write(score: Score, path: Path) -> None:
    suites = ET.Element(
        "testsuites", name="katas", tests=str(sum(len(k.checks) for k in score.katas))
    )
    for kata in score.katas:
        outcomes = [check.outcome for check in kata.checks]
        suite = ET.SubElement(
            suites,
            "testsuite",
            name=kata.kata,
            tests=str(len(outcomes)),
            failures=str(sum(o in ("failed", "timeout") for o in outcomes)),
            errors=str(outcomes.count("error")),
            skipped=str(outcomes.count("skipped")),
            time=f"{kata.seconds:.3f}",
        )
        for check in kata.checks:
            suite.append(_case(kata.kata, check))
    ET.indent(suites)
    ET.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)


def _case(kata: str, check: Check) -> ET.Element:
    case = ET.Element("testcase", classname=kata, name=check.check, time=f"{check.seconds:.3f}")
    tag = {"failed": "failure", "timeout": "failure", "error": "error", "skipped": "skipped"}
    if check.outcome in tag:
        told = ET.SubElement(case, tag[check.outcome], message=printable(check.message))
        told.text = printable("\n".join([check.claim, check.where or "", *check.hint[:1]]))
    return case
