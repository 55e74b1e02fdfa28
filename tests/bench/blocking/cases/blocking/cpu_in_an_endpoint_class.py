"""A class-based endpoint that shuffles and counts."""

from collections import Counter

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "get"
PLACE = "class-based endpoint"

text = "the quick brown fox jumps over the lazy dog and comes back for more " * 80_000


class Words(HTTPEndpoint):
    async def get(self, _: Request) -> JSONResponse:
        common = Counter(text.split()).most_common(3)  # <-
        return JSONResponse(common)


app = Starlette(routes=[Route("/words", Words)])


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/words")).status_code == 200
