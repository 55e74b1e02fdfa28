"""Random bytes, secrets, identifiers and a small hash."""

import hashlib
import os
import secrets
import uuid


async def main() -> None:
    salt = os.urandom(16) + secrets.token_bytes(16)
    assert len(hashlib.sha256(salt * 32).hexdigest()) == 64
    assert uuid.uuid4() != uuid.uuid4()
    assert secrets.compare_digest(secrets.token_hex(8), "x") is False
