"""Writes big reports with `Path.write_text`."""

from tests.bench.blocking import props

FAMILY = "file"
CALL = "pathlib.Path.write_text"
PLACE = "coroutine"

report = "some words of a report\n" * 2_000_000


async def main() -> None:
    path = props.folder() / "report.txt"
    for _month in range(6):
        path.write_text(report)  # <-
