"""An upload that spills to disk, written and read through `UploadFile`."""

from tempfile import SpooledTemporaryFile

from fastapi import UploadFile

upload = UploadFile(SpooledTemporaryFile(max_size=1000), filename="letter.txt")


async def main() -> None:
    for _ in range(20):
        await upload.write(b"x" * 1000)
    await upload.seek(0)
    assert len(await upload.read()) == 20_000
    await upload.close()
