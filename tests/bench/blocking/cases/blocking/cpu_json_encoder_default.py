"""A JSON encoder whose `default` works hard for every object."""

import json
import math
from typing import Any

FAMILY = "cpu"
CALL = "default"
PLACE = "json encoder"


class Curve:
    def __init__(self, points: int) -> None:
        self.points = points


class Encoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, Curve):
            return math.fsum(map(math.sin, map(math.sqrt, range(o.points))))  # <-
        return super().default(o)


async def main() -> None:
    drawing = {"curves": [Curve(200_000) for _ in range(10)]}
    assert json.dumps(drawing, cls=Encoder).startswith('{"curves"')
