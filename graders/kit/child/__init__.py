"""The child's side: load one submission, run one scenario on it, write the record.

Nothing in here is trusted by the judge: it shares its process with the
submission.
"""
