"""What keeps track of tasks fails while the scenario runs."""

from graders.kit.child import kata


def broken(_self, _name):
    raise KeyError("during")


kata.Kata.__getattr__ = broken
kata.Kata.__getattr__.__code__ = broken.__code__.replace(
    co_filename=kata.__file__.replace("kata.py", "elsewhere.py")
)
