"""Modules that break the kit in a child: a fork server imports one before it forks.

Each stands for a mistake of ours: an exception of kit code that no object of the submission was
called from.
"""
