"""`shutil.which`: a few questions to the file system, one for each folder of the path."""

import shutil


async def main() -> None:
    assert shutil.which("sh")
