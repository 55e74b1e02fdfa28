"""The machinery behind the graders.

Data flows one way: a scenario drives the learner's code in a child process
(`child`, `instruments`), what happened becomes plain data (`shared.record`), the
judge's side (`judge`) asserts on it and scores it, and `reports` tells the result.
"""
