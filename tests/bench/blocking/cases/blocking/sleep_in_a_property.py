"""A property that waits for a sensor to settle."""

import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "property"


class Sensor:
    def __init__(self) -> None:
        self._raw = 215

    @property
    def temperature(self) -> float:
        time.sleep(0.15)  # <-
        return self._raw / 10


async def main() -> None:
    assert Sensor().temperature == 21.5
