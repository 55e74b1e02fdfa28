"""Prove that the graders catch what they claim."""

from __future__ import annotations

import argparse

from graders.commands import options as common
from graders.kit.judge import katas
from graders.kit.judge.katas import UsageError


def options(parser: argparse.ArgumentParser) -> None:
    common.add_what(parser)
    common.add_run(parser)
    parser.add_argument(
        "--seeds",
        type=common.number_of("seeds"),
        default=1,
        metavar="N",
        help="prove it N times, with a seed of its own each time; all must hold",
    )
    parser.add_argument(
        "--diff",
        metavar="NAME",
        help="only show how the wrong or right answer NAME differs from the reference",
    )


def run(arguments: argparse.Namespace) -> int:
    from graders.kit.judge import rules

    found = katas.select(katas.find(arguments.root), arguments.what)
    if arguments.diff is not None:
        print(rules.difference(found, arguments.diff))
        return 0

    from graders.commands import running
    from graders.kit.reports.rules_report import RulesReport

    violations = [f"{kata.name}: {missing}" for kata in found for missing in rules.missing(kata)]
    chosen = [kata for kata in found if not rules.missing(kata)]
    if not chosen:
        raise UsageError("; ".join(violations))
    with running.judging(chosen, arguments.jobs) as grade:
        if fault := rules.cannot_judge(grade(rules.self_check(chosen[0]), arguments.seed)):
            raise UsageError(fault)
        submissions = [s for kata in chosen for s in rules.submissions(kata)]
        runs: dict[int, list[rules.Proof]] = {}
        for _ in range(arguments.seeds):
            results = grade(submissions, max(runs) + 1 if runs else arguments.seed)
            if results.fault:
                raise UsageError(results.fault)
            runs[results.seed] = [rules.prove(kata, results) for kata in chosen]
    violations += rules.orphans(arguments.root)
    return RulesReport(runs, violations).show()
