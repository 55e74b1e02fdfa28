"""A short one: a single `socket.getaddrinfo` of a name; how long it takes is the resolver's."""

import socket

FAMILY = "dns"
CALL = "socket.getaddrinfo"
PLACE = "coroutine"


async def main() -> None:
    try:
        socket.getaddrinfo("api.example.invalid", 443)  # <-
    except socket.gaierror:
        pass
