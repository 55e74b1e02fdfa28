"""Text of strangers, made fit for people, terminals and files. There is no other place for it."""

from __future__ import annotations

LONGEST = 20_000
"""Characters of one message. A kata's value has some dozens."""


def without_surrogates(text: str) -> str:
    """The text with a `?` for each half of a surrogate pair, which no encoding can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def printable(text: str, longest: int = LONGEST) -> str:
    """The text as it may be shown: control characters are spelled out, so that a submission can
    neither redraw the screen nor break a file; line ends stay. What is too long is cut, and says
    how much was.
    """
    if len(text) > longest:
        text = f"{text[:longest]}… ({len(text) - longest:,} characters more)"
    if text.isprintable():  # the usual case, and no character of it is a lone surrogate
        return text
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
