"""A timeline as text: one line for each lane, all to the same scale."""

from __future__ import annotations

from collections.abc import Sequence

from graders.kit.shared.record import Lane

RUNS, WAITS, READY = "runs", "waits", "ready"
"""The states of a span. The task computes or blocks, and holds the loop. It waits, and lets others
run. It could go on, but another task or callback holds the loop."""

MARKS = {RUNS: "█", WAITS: "─", READY: "░"}
ASCII = {RUNS: "#", WAITS: "-", READY: "."}

LEGEND = {RUNS: "holds the loop", WAITS: "waits", READY: "ready, and held up"}

MOST = 30
"""How many lanes are drawn."""


def draw(lanes: Sequence[Lane], width: int, *, ascii_only: bool = False) -> str:
    """Each lane from its start to its end, a scale, a legend, and what held the loop when."""
    shown = lanes[:MOST]
    if not shown:
        return "nothing ran"
    marks = ASCII if ascii_only else MARKS
    names = [lane.name for lane in shown]
    left = max(map(len, names)) + 2
    room = max(width - left, 10)
    start, end = min(lane.started for lane in shown), max(map(_end, shown))
    scale = room / ((end - start) or 1.0)
    lines = [
        f"{lane.name:<{left}}{_bar(lane, start, scale, room, marks)}".rstrip() for lane in shown
    ]
    if len(lanes) > MOST:
        more = "..." if ascii_only else "…"
        lines.append(f"{more} ({len(lanes) - MOST} more)")
    near, far = f"{start:.6g}", f"{end:.6g} s"
    lines.append(f"{'':<{left}}{near}{far:>{room - len(near)}}")
    used = {span.state for lane in shown for span in lane.spans}
    lines += [", ".join(f"{marks[s]} {LEGEND[s]}" for s in MARKS if s in used)] if used else []
    lines += [line for lane in shown for line in _held(lane)]
    return "\n".join(lines)


def _end(lane: Lane) -> float:
    return max([lane.ended or 0.0, lane.started, *(span.end for span in lane.spans)])


def _bar(lane: Lane, start: float, scale: float, room: int, marks: dict[str, str]) -> str:
    cells = [" "] * room
    for span in lane.spans:
        first = min(int((span.start - start) * scale), room - 1)
        last = min(round((span.end - start) * scale), room)
        # A short span gets a cell as well, and what holds the loop is not painted over.
        for cell in range(first, max(last, first + 1)):
            if cells[cell] != marks[RUNS]:
                cells[cell] = marks[span.state]
    return "".join(cells)


def _held(lane: Lane) -> list[str]:
    return [
        f"{lane.name}: {span.call or 'something'}"
        + (f" at {span.line}" if span.line else "")
        + f" held the loop from {span.start:.6g} to {span.end:.6g} s"
        for span in lane.spans
        if span.state == RUNS
    ]
