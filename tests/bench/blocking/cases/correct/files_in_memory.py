"""Files and archives that live in memory."""

import gzip
import io
import zipfile


async def main() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("a.txt", "some text")
    with zipfile.ZipFile(memory) as archive:
        assert archive.read("a.txt") == b"some text"
    assert gzip.decompress(gzip.compress(b"x" * 1000)) == b"x" * 1000
    assert io.StringIO("a\nb\n").readlines() == ["a\n", "b\n"]
