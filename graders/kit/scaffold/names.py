"""Names of katas and answers that are to be written: what may they be, and what is taken?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graders.kit.judge.katas import CONCEPTS, Kata, UsageError

FOLDERS = ("exercises", "solutions", "graders", "tests/wrong", "tests/right")
"""The five places of a kata."""

_KATA = re.compile(r"k(\d)\d\d_[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ANSWER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

EXAMPLE = "k125_deadlines"


def new_kata(name: str, root: Path) -> Kata:
    """The kata of this name, of which nothing exists yet; raises `UsageError`."""
    given = _KATA.fullmatch(name)
    if given is None:
        raise UsageError(f"{name!r} is no name for a kata: {_better(name)}")
    kata = Kata(name, root)
    if not 1 <= int(given[1]) <= len(CONCEPTS):
        hundreds = ", ".join(f"k{n}xx {concept}" for n, concept in enumerate(CONCEPTS, 1))
        raise UsageError(f"there is no concept for {kata.number}: {hundreds}")
    taken = dict(_taken(root))
    if kata.number in taken:
        free = next(n for n in _numbers_after(kata.number) if n not in taken)
        raise UsageError(
            f"{kata.number} is taken by {taken[kata.number]}: choose another number, such as {free}"
        )
    return kata


def new_answer(name: str, kata: Kata, folder: str) -> Path:
    """The file of an answer that does not exist yet, in the folder "wrong" or "right" of a kata.

    Raises `UsageError`.
    """
    stem = name.removesuffix(".py")
    if not _ANSWER.fullmatch(stem):
        raise UsageError(
            f"{name!r} is no name for an answer: say what it does in lower-case words, "
            "such as closes_too_late"
        )
    for path in (*kata.wrong, *kata.right):
        if path.stem == stem:
            raise UsageError(
                f"{path.relative_to(kata.root).as_posix()} exists already: choose another name"
            )
    return kata.root / "tests" / folder / kata.name / f"{stem}.py"


def _better(name: str) -> str:
    """A name that would do, or what such a name has."""
    stem = Path(name).name.removesuffix(".py").lower()
    plain = "_".join(re.findall(r"[a-z0-9]+", stem))
    guess = plain if plain.startswith("k") else f"k{plain}"
    if _KATA.fullmatch(guess):
        return f"did you mean {guess}?"
    if re.fullmatch(r"k\d\d\d", guess):
        return f"say what it is about as well, such as {EXAMPLE.replace('k125', guess)}"
    return f"it is k, three digits and lower-case words, such as {EXAMPLE}"


def _taken(root: Path) -> Iterator[tuple[str, str]]:
    """Each number that a file or folder of a kata has, and the name of that kata."""
    for folder in FOLDERS:
        for path in (root / folder).glob("k*_*"):
            yield path.name.split("_", 1)[0], path.stem


def _numbers_after(number: str) -> Iterator[str]:
    """The other numbers of the same concept, beginning with the next."""
    first, own = int(number[1]) * 100, int(number[2:])
    return (f"k{first + (own + step) % 100}" for step in range(1, 100))
