"""A signature with big numbers, in a lambda that the loop calls."""

import asyncio

FAMILY = "cpu"
CALL = "<lambda>"
PLACE = "lambda"

modulus = 2**5300 - 1371
secret = 2**5299 - 19


async def main() -> None:
    loop = asyncio.get_running_loop()
    signature: asyncio.Future[int] = loop.create_future()
    loop.call_soon(lambda: signature.set_result(pow(271_828, secret, modulus)))  # <-
    assert await signature > 0
