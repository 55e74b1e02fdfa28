"""A recursion without a memory."""

FAMILY = "cpu"
CALL = "paths"
PLACE = "helper"


def paths(rows: int, columns: int) -> int:
    return 1 if 0 in (rows, columns) else paths(rows - 1, columns) + paths(rows, columns - 1)  # <-


async def main() -> None:
    assert paths(11, 12) == 1_352_078
