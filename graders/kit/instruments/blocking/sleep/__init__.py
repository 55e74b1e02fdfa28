"""The third signal: sleep inside a step.

`watchdog` is a thread that samples running steps, `observation` says what one sample of a stack
told and `clock_sample` what the clocks said, `meter` measures how long a thread slept between two
samples, `counting` adds that up by place, `threads` asks the kernel about all threads.
"""
