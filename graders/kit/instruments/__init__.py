"""What watches and drives the code under observation: one noun a file.

The instruments know nothing of pytest, of katas or of the process boundary:
each is an ordinary helper that a test of any asyncio program could use.
"""
