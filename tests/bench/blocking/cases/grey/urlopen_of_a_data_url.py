"""`urlopen` of a URL with its own data: nobody is asked, but certificates are loaded."""

from urllib.request import urlopen


async def main() -> None:
    with urlopen("data:text/plain,hello") as answer:
        assert answer.read() == b"hello"
