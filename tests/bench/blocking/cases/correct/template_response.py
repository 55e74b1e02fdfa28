"""A page filled in from a template read at import."""

from string import Template

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from tests.bench.blocking import props

app = FastAPI()
PAGE = Template("<h1>$title</h1><ul>$items</ul>")


@app.get("/")
async def root() -> HTMLResponse:
    items = "".join(f"<li>{number}</li>" for number in range(100))
    return HTMLResponse(PAGE.substitute(title="Orders", items=items))


async def main() -> None:
    async with props.client(app) as client:
        assert "<li>99</li>" in (await client.get("/")).text
