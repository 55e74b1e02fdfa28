"""A big file in memory, searched for what is not there: no read is called, the pages come."""

import mmap

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "occurrences"
PLACE = "helper"

big = open(props.big_file(), "rb")


def occurrences(words: list[bytes]) -> int:
    found = 0
    with mmap.mmap(big.fileno(), 0, prot=mmap.PROT_READ) as text:
        for word in words:
            found += text.find(word) >= 0  # <-
    return found


async def main() -> None:
    assert occurrences([b"a line of %d words" % number for number in range(48)]) == 0
