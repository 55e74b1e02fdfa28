"""`Path.exists`: a question to the file system, on a disk that may be far away."""

from tests.bench.blocking import props


async def main() -> None:
    assert props.small_file().exists()
    assert not (props.tree() / "none").exists()
