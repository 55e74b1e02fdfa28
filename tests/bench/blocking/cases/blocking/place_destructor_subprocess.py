"""A destructor that waits for its child."""

import subprocess

FAMILY = "subprocess"
CALL = "subprocess.Popen.wait"
PLACE = "destructor"


class Converter:
    def __init__(self) -> None:
        self.child = subprocess.Popen(["sleep", "0.25"])

    def __del__(self) -> None:
        self.child.wait()  # <-


def convert() -> bool:
    converter = Converter()
    return converter.child.poll() is None


async def main() -> None:
    assert convert()
