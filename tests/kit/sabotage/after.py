"""The record cannot be written."""

from graders.kit.child import runner


def broken(*_):
    raise KeyError("after")


runner.pack = broken
