"""The graders: one rubric a kata, and `python -m graders` to run them."""
