"""What is covered: each blocker with the places it is found in, and the smoke selection."""

from __future__ import annotations

import sys
from collections import defaultdict

from tests.bench.blocking.case import KINDS, Case, cases


def coverage() -> str:
    """A line for each blocking call of each family: its places; then how many cases there are."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for case in cases("blocking"):
        call = "(computes)" if case.family == "cpu" else case.call
        found[case.family, call][case.place] += 1
    lines = [
        f"{family:10}  {call:44}  {', '.join(sorted(map(_times, found[family, call].items())))}"
        for family, call in sorted(found)
    ]
    pairs = sum(len(places) for places in found.values())
    counts = ", ".join(f"{len(cases(kind))} {kind}" for kind in KINDS)
    total = f"{pairs} pairs of {len(found)} calls and {len(places())} places; cases: {counts}"
    return "\n".join([*lines, total])


def places() -> set[str]:
    """Every place in which a case blocks."""
    return {case.place for case in cases("blocking")}


def _times(place: tuple[str, int]) -> str:
    name, times = place
    return name if times == 1 else f"{name} x{times}"


def smoke() -> set[str]:
    """The names of some cases in which every family, kind of blocker and place occurs, and every
    file of programs that do not block.

    There are too many blockers to run each of them all the time. Those of one family whose calls
    are of one module are of one kind: the functions and methods of `socket`, for instance.
    Chosen is whatever adds most to what is there, and rather not what computes for long, until
    nothing is missing.
    """
    features = {case: _features(case) for case in cases()}
    missing = set().union(*features.values())
    chosen: set[str] = set()
    while missing:
        best = max(features, key=lambda case: (len(missing & features[case]), case.family != "cpu"))
        missing -= features[best]
        chosen.add(best.name)
    return chosen


def _features(case: Case) -> set[str]:
    """What a case has, that one chosen case at least must have."""
    if case.kind != "blocking":
        return {f"{case.kind} {'the table' if case.blocker else case.topic}"}
    module = case.call.split(".")[0]
    known = module in sys.stdlib_module_names or module in ("httpx", "libc", "pipe")
    kind = f"kind {case.family} {module if known else ''}"
    return {f"family {case.family}", kind, f"place {case.place}"}
