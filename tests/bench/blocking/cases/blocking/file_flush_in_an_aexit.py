"""A spool that writes its pages in `__aexit__`, with `writelines`."""

from types import TracebackType

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.write"
PLACE = "async context manager"

page = bytes(16 * 1024**2)


class Spool:
    async def __aenter__(self) -> "Spool":
        self.pages: list[bytes] = []
        return self

    def add(self, page: bytes) -> None:
        self.pages.append(page)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        with open(props.folder() / "spool.bin", "wb", buffering=0) as file:
            file.writelines(self.pages)  # <-


async def main() -> None:
    async with Spool() as spool:
        for _ in range(14):
            spool.add(page)
