"""A property that reads a site's `robots.txt`."""

from urllib.robotparser import RobotFileParser

from tests.bench.blocking import props

FAMILY = "http"
CALL = "urllib.request.urlopen"
PLACE = "property"


class Site:
    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def open_to_us(self) -> bool:
        rules = RobotFileParser(self.url + "robots.txt")
        rules.read()  # <-
        return rules.can_fetch("shop", self.url)


async def main() -> None:
    assert Site(props.url()).open_to_us
