"""How reports say things: each sentence that more than one of them needs."""

from __future__ import annotations

from graders.kit.judge.score import Results
from graders.kit.shared.record import Finding


def total(results: Results) -> str:
    """Such as "60 of 70 points, 10 not graded"."""
    more = f", {results.not_graded} not graded" if results.not_graded else ""
    return f"{results.points} of {results.max_points} points{more}"


def finding(found: Finding) -> str:
    """What was found, where, for how long, and who had to wait."""
    parts = [f"{found.kind}: {found.call} at {found.where}"]
    if found.seconds is not None:
        parts.append(f"{found.seconds:.3g} s")
    if found.kind == "blocking" and found.detail:
        parts.append(found.detail)
    if found.held_up:
        others = "1 other" if found.held_up == 1 else f"{found.held_up} others"
        parts.append(f"while {others} had to wait")
    return ", ".join(parts)


def shortened(lines: list[str], most: int = 5) -> list[str]:
    """The first lines, and how many more there are."""
    return lines if len(lines) <= most else [*lines[:most], f"… ({len(lines) - most} more)"]
