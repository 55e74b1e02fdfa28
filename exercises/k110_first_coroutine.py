"""The first coroutine

A small service greets people. A greeting takes a while, and while one is
on its way everything else the program does goes on.

- `await greet(name, delay)` returns "Hello, <name>!", whatever the name, after
  `delay` seconds: not sooner and not later, be it half an hour, 0.25 or 0.
- Twenty greetings may overlap: each keeps its own name and its own delay.
- A greeting that waits blocks nobody, and does not keep the processor busy.
- Calling `greet` does nothing yet: it runs when it is awaited.
- `await greet_in_turn(names, delay)` greets one after the other and returns
  the list of greetings in that order, so it takes `delay` for each name. A
  name may come twice, and there may be none.
- `main(name)` is called from ordinary code, with no event loop running, and
  returns one greeting. It need not wait.
- Every coroutine that is made is awaited.

    nox -s grade -- k110
"""


# TODO: a coroutine that waits `delay` seconds, lets others run meanwhile, and greets.
async def greet(name: str, delay: float) -> str:
    raise NotImplementedError


# TODO: one greeting after the other, as a list.
async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    raise NotImplementedError


# TODO: a plain function that returns what `greet` returns.
def main(name: str) -> str:
    raise NotImplementedError
