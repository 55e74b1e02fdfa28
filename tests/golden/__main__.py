"""Writes the golden files: look at what changed before you commit it."""

from tests.golden import write

write()
