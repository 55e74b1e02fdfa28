"""A small text read from a package: part of the program, but a file."""

from importlib import resources


async def main() -> None:
    assert resources.files("certifi").joinpath("py.typed").read_text() == ""
