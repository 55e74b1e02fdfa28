"""Reads the table that a child prints with `csv.reader`."""

import asyncio
import csv
import subprocess

FAMILY = "subprocess"
CALL = "pipe.read"
PLACE = "helper"


def rows(child: "subprocess.Popen[str]") -> list[list[str]]:
    assert child.stdout is not None
    return list(csv.reader(child.stdout))  # <-


async def main() -> None:
    command = "echo name,price; sleep 0.25; echo tea,3"
    child = subprocess.Popen(command, shell=True, stdout=subprocess.PIPE, text=True)
    assert rows(child) == [["name", "price"], ["tea", "3"]]
    await asyncio.to_thread(child.communicate)
