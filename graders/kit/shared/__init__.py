"""What both sides of the process boundary know: the record, the messages, what the kernel tells."""
