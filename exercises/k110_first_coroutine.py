"""The first coroutine

A small service greets people. A greeting takes a while, and while one is
on its way everything else the program does goes on.

- `await greet(name, delay)` returns "Hello, <name>!" after `delay` seconds.
- Calling `greet` does nothing yet: it runs when it is awaited.
- `await greet_in_turn(names, delay)` greets one after the other and returns
  the greetings in that order, so it takes `delay` for each name.
- `main(name)` is called from ordinary code, with no event loop running, and
  returns one greeting. It need not wait.

    nox -s grade -- k110
"""


# TODO: a coroutine that waits `delay` seconds, lets others run meanwhile, and greets.
async def greet(name: str, delay: float) -> str:
    raise NotImplementedError


# TODO: one greeting after the other, as a list.
async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    raise NotImplementedError


# TODO: a plain function that has `greet` run and returns what it returned.
def main(name: str) -> str:
    raise NotImplementedError
