"""The report as JUnit XML, for systems that draw it: a kata is a suite, a check is a case."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from graders.kit.judge.score import CheckResult, KataResult, Results

TAGS = {"failed": "failure", "timeout": "failure", "error": "error", "skipped": "skipped"}


def render(results: Results) -> bytes:
    """The whole file."""
    checks = sum(len(kata.checks) for kata in results.katas)
    suites = ET.Element("testsuites", name="katas", tests=str(checks))
    for kata in results.katas:
        suites.append(_suite(kata))
    ET.indent(suites)
    text: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(kata: KataResult) -> ET.Element:
    outcomes = [TAGS.get(check.outcome) for check in kata.checks]
    suite = ET.Element(
        "testsuite",
        name=kata.kata,
        tests=str(len(outcomes)),
        failures=str(outcomes.count("failure")),
        errors=str(outcomes.count("error") or (1 if kata.fault else 0)),
        skipped=str(outcomes.count("skipped")),
        time=f"{kata.seconds:.3f}",
    )
    for check in kata.checks:
        suite.append(_case(kata.kata, check))
    if kata.fault:
        ET.SubElement(suite, "system-err").text = kata.fault
    return suite


def _case(kata: str, check: CheckResult) -> ET.Element:
    spec = check.spec
    case = ET.Element("testcase", classname=kata, name=spec.name, time=f"{check.seconds:.3f}")
    if (tag := TAGS.get(check.outcome)) is not None:
        said = ET.SubElement(case, tag, message=check.message)
        said.text = "\n".join([spec.claim, check.where or "", *spec.hint[:1]])
    return case
