"""The submission of the rehearsal (`rehearsal.py`): loaded by its path, as a learner's file is."""

import asyncio
from typing import Any


async def greet(name: str, delay: float) -> str:
    await asyncio.sleep(delay)
    return f"Hello, {name}!"


async def greet_all(names: list[str], delay: float) -> list[str]:
    return list(await asyncio.gather(*(greet(name, delay) for name in names)))


async def fetch(url: str) -> Any:
    # Here, because a fork server imports only what its katas need.
    import httpx

    async with httpx.AsyncClient(timeout=5.0) as client:
        response = await client.get(url, headers={"Accept": "application/json"})
        response.raise_for_status()
        return response.json()


def make_app() -> Any:
    from fastapi import Depends, FastAPI, HTTPException
    from pydantic import BaseModel

    app = FastAPI()

    class Item(BaseModel):
        name: str
        count: int = 1

    async def visitor(token: str = "") -> str:
        return token

    named = Depends(visitor)

    @app.get("/items/{number}")
    async def item(number: int, query: str | None = None, who: str = named) -> dict[str, Any]:
        if number == 0:
            raise HTTPException(404, "no such item")
        await asyncio.sleep(0.5)
        return {"number": number, "query": query, "who": who}

    @app.post("/items", status_code=201)
    async def made(item: Item) -> Item:
        return item

    @app.post("/counts")
    async def counted(counts: dict[str, int]):  # type: ignore[no-untyped-def]
        return {"counts": counts}

    @app.middleware("http")
    async def tell_the_path(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["X-Path"] = request.url.path
        return response

    return app
