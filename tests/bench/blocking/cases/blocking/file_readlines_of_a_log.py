"""Takes the last lines of a big log, by `readlines`."""

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.read"
PLACE = "coroutine"


async def tail(count: int) -> list[str]:
    with open(props.big_file(), encoding="ascii") as log:
        lines = log.readlines()  # <-
    return lines[-count:]


async def main() -> None:
    assert len(await tail(10)) == 10
    assert len(await tail(10)) == 10
