"""Reading a big file that is open for reading and writing."""

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.read"
PLACE = "method"


def prepared() -> str:
    path = props.folder() / "index"
    path.write_bytes(bytes(96 * 1024**2))
    return str(path)


class Index:
    def __init__(self, path: str) -> None:
        self.file = open(path, "r+b")

    def entries(self) -> int:
        return self.file.read().count(b"\n")  # <-


index = Index(prepared())


async def main() -> None:
    assert index.entries() == 0
    index.file.close()
