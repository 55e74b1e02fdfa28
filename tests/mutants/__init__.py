"""Breaks each reference in many small ways, and sees whether its grader notices."""
