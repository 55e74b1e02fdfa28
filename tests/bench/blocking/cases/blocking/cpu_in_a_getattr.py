"""A `__getattr__` that works out what is asked for, again and again."""

import statistics

FAMILY = "cpu"
CALL = "__getattr__"
PLACE = "getattr"


class Statistics:
    def __init__(self, values: list[float]) -> None:
        self.values = values

    def __getattr__(self, name: str) -> float:
        return float(getattr(statistics, name)(self.values))  # <-


async def main() -> None:
    temperatures = Statistics([number * 37 % 1000 / 10 for number in range(250_000)])
    assert temperatures.stdev > 0
