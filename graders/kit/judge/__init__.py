"""The judge's side: choose katas, drive children, keep the score, report it.

Nothing of a submission runs in here.
"""
