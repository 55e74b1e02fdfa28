"""What judge, fork server and child say to each other: one class a message, one line of JSON each.

    judge → fork server     `Boot` once, then `Job` (with two descriptors) and `Kill`
    fork server → judge     on the child's channel: `NotForked`, `Exited`
    child → judge           `Hello`, `Loaded`, any number of `Question`s, `Finished`
    judge → child           `Go` in answer to `Loaded`; `Answer` or `Refusal` to a `Question`

Whoever reads a message trusts its types, for `decode` has checked each field, and nothing else:
a child shares its process with a stranger's code.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from graders.kit.shared import codec
from graders.kit.shared.record import Record

LONGEST = 4 * 1024**2
"""Bytes of one message of a child. A record has some thousands."""


class TooLong(Exception):
    """A message has more than `LONGEST` bytes, and was not sent."""


class Message(msgspec.Struct, tag_field="message", tag=True, forbid_unknown_fields=True):
    """The base of all messages."""


class Boot(Message):
    """What a fork server imports before it forks: modules by name, graders by path."""

    modules: list[str]
    graders: list[str]


Kind = Literal[
    "async",
    "def",
    "async generator",
    "generator",
    "async context manager",
    "context manager",
    "class",
    "exception",
    "value",
]
"""What a public name of a kata is: what calling a function gives, or what stands there."""

SPECIAL_METHODS = frozenset(
    [
        *("__call__", "__await__", "__enter__", "__exit__", "__aenter__", "__aexit__"),
        *("__iter__", "__next__", "__aiter__", "__anext__", "__len__", "__bool__"),
        *("__contains__", "__getitem__", "__setitem__", "__delitem__"),
    ]
)
"""The special methods by which a scenario may use an object: they are part of a contract too."""


class Written(msgspec.Struct):
    """How the kata asks for one public name to be written.

    The name of a member of a class has a dot: `Hasher.hash`.
    """

    kind: Kind
    text: str
    """Such as `async def greet(name, delay)`."""
    parameters: list[str] = []
    """Such as `name`, `delay=`, `*`, `key=`; of a special method, `_` for each. Without `self`."""
    type: str = ""
    """The class of a value, or of what a function returns, by its full name; empty if unknown."""
    returns: str = ""
    """How a function ends that must not return None: `return app`, or just `return`."""


class Job(Message):
    """One scenario to run on one submission."""

    grader: str
    scenario: str
    submission: str
    folder: str
    """The working directory."""
    contract: dict[str, Written]
    inputs: dict[str, Any]
    """The drawn inputs, each encoded by `codec.encode`."""
    looped: bool
    """Is the scenario a coroutine function?"""
    seed: str
    """Of the global `random`: the run's seed, and the scenario."""


class Kill(Message):
    """End this child and its process group."""

    pid: int


class Hello(Message):
    """The first word of a child, before it has loaded anything."""

    pid: int


class NotForked(Message):
    """The fork server could not start the child."""

    reason: str


class Loaded(Message):
    """The submission is loaded; the scenario begins when the judge answers with `Go`."""


class Go(Message):
    """The judge watches from now on."""


class Question(Message):
    """Something that the judge is asked to do, or to look at, by the scenario."""

    ask: str
    details: Any
    """By name, encoded by `codec.encode`."""


class Answer(Message):
    """What came of a question, encoded by `codec.encode`."""

    value: Any


class Refusal(Message):
    """Why a question was not answered."""

    reason: str


class Finished(Message):
    """The scenario is over. `record` is a `Record`, by `codec.pack`: read it with `record_of`."""

    record: Any


class Exited(Message):
    """The child has ended: its exit status, or the negative number of the signal."""

    status: int


FromChild = Hello | NotForked | Loaded | Question | Finished | Exited
ToChild = Go | Answer | Refusal
ToForkServer = Boot | Job | Kill

_from_child = msgspec.json.Decoder(FromChild)
_to_child = msgspec.json.Decoder(ToChild)
_to_fork_server = msgspec.json.Decoder(ToForkServer)


def encode(message: Message) -> bytes:
    """One line. Raises `TooLong`, or `TypeError` for what is no JSON."""
    data = msgspec.json.encode(message) + b"\n"
    if len(data) > LONGEST:
        raise TooLong(f"it returned or recorded {len(data):,} bytes; {LONGEST:,} is the most")
    return data


def from_child(line: bytes) -> FromChild:
    """What a child or its fork server says; raises `codec.Malformed`."""
    message: FromChild = _decode(_from_child, line)
    return message


def to_child(line: bytes) -> ToChild:
    """What the judge answers a child; raises `codec.Malformed`."""
    message: ToChild = _decode(_to_child, line)
    return message


def to_fork_server(data: bytes) -> ToForkServer:
    """What the judge asks of a fork server; raises `codec.Malformed`."""
    message: ToForkServer = _decode(_to_fork_server, data)
    return message


def record_of(message: Finished) -> Record:
    """The record, each field of its exact type; raises `codec.Malformed`."""
    return codec.unpack(message.record, Record)


def _decode(decoder: msgspec.json.Decoder[Any], data: bytes) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise codec.Malformed(str(error)[:200]) from None
