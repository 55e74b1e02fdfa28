"""The second signal: processor time.

`accounting` counts it for every step of a loop against a limit, `sampler` and `checkpoints` find
the line of a long step, `calibration` measures what the limit means on this machine.
"""
