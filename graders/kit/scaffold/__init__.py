"""What `nox -s new` writes: a new kata from the templates, or an answer from the reference."""
