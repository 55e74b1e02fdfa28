"""`ssl.create_default_context` in a coroutine: a few ms of certificates, once for each call."""

import ssl


async def main() -> None:
    assert ssl.create_default_context().check_hostname
