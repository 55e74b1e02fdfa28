"""A package resource located, not read."""

from importlib import resources


async def main() -> None:
    place = resources.files("certifi") / "cacert.pem"
    assert place.is_file()
