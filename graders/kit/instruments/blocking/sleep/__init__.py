"""The third signal: sleep inside a step.

`watchdog` is a thread that samples running steps, `observation` says what one sample told, `meter`
measures how long a thread slept between two samples, `threads` asks the kernel about all threads.
"""
