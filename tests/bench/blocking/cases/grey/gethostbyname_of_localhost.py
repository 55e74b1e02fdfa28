"""`gethostbyname` of a name that only the local hosts file answers: does it count as DNS?"""

import socket


async def main() -> None:
    assert socket.gethostbyname("localhost") == "127.0.0.1"
