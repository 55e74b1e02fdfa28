"""A destructor that gives its device time to power down."""

import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "destructor"


class Device:
    def __init__(self) -> None:
        self.on = True

    def __del__(self) -> None:
        self.on = False
        time.sleep(0.15)  # <-


async def main() -> None:
    device = Device()
    assert device.on
    del device
