"""`shutil.disk_usage`: a question to the file system itself."""

import shutil


async def main() -> None:
    assert shutil.disk_usage("/").total > 0
