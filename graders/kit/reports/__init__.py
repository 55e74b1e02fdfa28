"""What a run came to, for those who read it: one module a format."""
