"""`shutil.make_archive` of a tree in several formats, in a helper."""

import shutil

from tests.bench.blocking import props

FAMILY = "file"
CALL = "shutil.make_archive"
PLACE = "helper"


def archived(formats: list[str]) -> list[str]:
    target = str(props.folder() / "tree")
    return [shutil.make_archive(target, kind, props.tree()) for kind in formats]  # <-


async def main() -> None:
    assert len(archived(["tar", "gztar", "zip"])) == 3
