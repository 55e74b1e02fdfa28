"""One module a detector: `watch(program)` runs the program of a case as the
manual of the detector says, and returns a verdict.

They run in the detector's own environment, in a process that is made for the one
case: they may import the detector, the standard library, and what describes the cases.
"""
