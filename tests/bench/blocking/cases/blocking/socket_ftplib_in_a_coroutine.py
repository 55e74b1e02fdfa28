"""`ftplib` asks a server that has accepted, and says nothing."""

import asyncio
import ftplib
import socket

FAMILY = "socket"
CALL = "socket.socket.recv_into"
PLACE = "coroutine"

ours, theirs = socket.socketpair()
ours.settimeout(0.2)


def connected() -> ftplib.FTP:
    ftp = ftplib.FTP()
    ftp.sock = ours
    ftp.file = ours.makefile("r", encoding="utf-8")
    return ftp


async def main() -> None:
    ftp = connected()
    await asyncio.to_thread(ftp.putcmd, "NOOP")
    try:
        ftp.getresp()  # <-
    except TimeoutError:
        ftp.close()
    theirs.close()
