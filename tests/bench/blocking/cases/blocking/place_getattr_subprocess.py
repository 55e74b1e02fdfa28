"""A `__getattr__` that asks another program for every setting."""

import subprocess

FAMILY = "subprocess"
CALL = "subprocess.check_output"
PLACE = "getattr"


class Settings:
    def __getattr__(self, name: str) -> str:
        return subprocess.check_output(["sh", "-c", f"sleep 0.2; echo {name}"], text=True)  # <-


async def main() -> None:
    assert Settings().colour == "colour\n"
