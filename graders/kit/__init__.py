"""The machinery behind the graders.

Data flows one way: a scenario drives the learner's code in a child process
(`stage`, `instruments`), what happened becomes plain data (`record`), and
the judge's side (`judge`) asserts on it, scores it and reports it.
"""
