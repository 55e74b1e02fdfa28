"""The scenario's arguments cannot be made."""

from graders.kit.child import arguments


def broken(*_):
    raise KeyError("before")


arguments.Arguments.__init__ = broken
