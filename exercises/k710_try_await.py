"""Try, await, except

A shop shows how many of each thing are in stock. The numbers come from a
warehouse: `await load(key)` returns one, or raises `LoadError` when the
warehouse does not answer. None left, 0, is a number like any other.

- `load_or_default` and `load_with_note` return the number that was loaded. Each
  call loads once, anew, however long that takes. Calls may overlap.
- On a `LoadError`, or a subclass of it, `load_or_default` returns `default` ...
- ... and `load_with_note` raises `Unavailable`: its text names the key, and
  that very `LoadError` is its cause (`__cause__`).
- Any other exception comes out of both of them as it is: the same object.
- Whoever cancels them, or sets them a deadline, is obeyed at once: they end
  cancelled, and so does the load.
- `load_with_note` calls `done(key)`, a plain function, once: when the load has
  ended, with a number, with an exception or cancelled, and before it ends itself.

    nox -s grade -- k710
"""

from collections.abc import Awaitable, Callable

Load = Callable[[str], Awaitable[int]]


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


# TODO: the number, or `default` in place of a LoadError; nothing else is kept from the caller.
async def load_or_default(load: Load, key: str, default: int) -> int:
    raise NotImplementedError


# TODO: the number, or Unavailable in place of a LoadError; `done(key)` however it ends.
async def load_with_note(load: Load, key: str, done: Callable[[str], None]) -> int:
    raise NotImplementedError
