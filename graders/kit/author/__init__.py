"""What a grader may import of the kit."""
